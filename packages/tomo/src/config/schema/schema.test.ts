import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { components, registry } from "../../components/registry.ts";
import type { Declaration } from "../component_spec.ts";
import { kinds } from "../kinds.ts";
import type { Json, JsonObject } from "../source/json.ts";
import { faultsOf, spleenTrain, trainPlanOf } from "../testing/plan_of.ts";
import { jsonSchemaOf } from "../type_text.ts";
import { valueSchema } from "./component_schema.ts";
import { type SchemaKind, schemaKinds, schemaOf } from "./index.ts";

// annotations of VS Code are unknown to a plain validator, which ignores them
const ajv = new Ajv({ strict: false, allErrors: true });
const schemas = Object.fromEntries(schemaKinds.map((kind) => [kind, schemaOf(kind, registry)]));
const validators = new Map(schemaKinds.map((kind) => [kind, ajv.compile(schemas[kind]!)]));

/** Paths of what a plain validator of draft 07 finds wrong. */
function faults(kind: SchemaKind, value: unknown): string[] {
  const validate = validators.get(kind)!;
  validate(value);
  return [
    ...new Set((validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)),
  ];
}

const minimal: JsonObject = {
  train: {
    loss: { name: "Dice" },
    model: { name: "SegAhnet", args: { num_classes: 2 } },
    image_pipeline: { name: "SegmentationImagePipeline", args: "{PIPELINE}" },
  },
};
const train = minimal.train as JsonObject;
const training = (changes: JsonObject, root: JsonObject = {}): JsonObject => ({
  ...minimal,
  ...root,
  train: { ...train, ...changes },
});

describe.each(schemaKinds)("the schema of %s", (kind) => {
  it("is a schema of draft 07", () => {
    expect(ajv.validateSchema(schemas[kind]!), JSON.stringify(ajv.errors)).toBe(true);
    expect(schemas[kind]).toMatchObject({
      $schema: "http://json-schema.org/draft-07/schema#",
      type: "object",
    });
  });

  it("has only defaults that fit their place, and patterns of every engine", () => {
    const visit = (value: Json): void => {
      if (typeof value !== "object" || value === null) return;
      const schema = value as JsonObject;
      if (typeof schema.pattern === "string")
        expect(() => new RegExp(schema.pattern as string, "u")).not.toThrow();
      if (schema.default !== undefined && schema.description !== undefined)
        expect(ajv.validate({ ...schema, $ref: undefined }, schema.default), JSON.stringify(schema)).toBe(
          true,
        );
      for (const item of Object.values(value)) visit(item as Json);
    };
    visit(schemas[kind]!);
  });
});

describe("elements of components, by the forms of Clara", () => {
  it.each<[string, JsonObject]>([
    ["the smallest config", {}],
    ["an alias", { loss: { name: "Dice#first" } }],
    ["an alias with blanks", { loss: { name: "Dice # first" } }],
    ["no args, null args", { optimizer: { name: "Adam", args: null } }],
    ["disabled with any content", { handlers: [{ name: "NoSuch", disabled: true, args: { x: 1 } }] }],
    ["a class of one's own", { loss: { path: "custom.my_loss.MyLoss", args: { anything: [1] } } }],
    ["path and name", { loss: { name: "mine", path: "custom/my_loss.ts#MyLoss" } }],
    ["candidates", { loss: [{ name: "Dice" }, { name: "Nonsense", disabled: true }] }],
    ["AutoML", { optimizer: { name: "Adam", search: [{ domain: "lr" }], apply: { beta1: "b" } } }],
    ["keys of people", { _note: 1, ___search: [], model: { ...(train.model as JsonObject), __model: {} } }],
    ["left-out sections", { optimizer: null, lr_policy: null, pre_transforms: null, handlers: [] }],
    ["a number by placeholder", { loss: { name: "Dice", args: { smooth: "{SMOOTH}" } } }],
    ["a flag by placeholder", { loss: { name: "Dice", args: { jaccard: "{JACCARD}" } } }],
    ["a word by placeholder", { loss: { name: "Dice", args: { data_format: "{FORMAT}" } } }],
    ["arguments by placeholder", { loss: { name: "Dice", args: "{ARGS}" } }],
    ["a component by placeholder", { loss: "{LOSS}", model: { name: "{MODEL}" } }],
    ["a list by placeholder", { pre_transforms: "{CHAIN}" }],
    [
      "an entry by placeholder",
      {
        pre_transforms: [
          { name: "CropSubVolumeCenter", args: { fields: ["image", "{FIELD}"], size: [96, "{N}", 96] } },
          "{TRANSFORM}",
        ],
      },
    ],
  ])("accepts %s", (_, changes) => {
    expect(faults("train", training(changes))).toEqual([]);
  });

  it.each<[string, JsonObject, string]>([
    ["an unknown name", { loss: { name: "Dcie" } }, "/train/loss/name"],
    ["a name of another kind", { loss: { name: "Adam" } }, "/train/loss/name"],
    ["an unknown argument", { loss: { name: "Dice", args: { smoth: 1 } } }, "/train/loss/args"],
    ["a wrong type", { loss: { name: "Dice", args: { smooth: "1e-5" } } }, "/train/loss/args/smooth"],
    ["half a placeholder", { loss: { name: "Dice", args: { smooth: "1{E}" } } }, "/train/loss/args/smooth"],
    ["a missing argument", { model: { name: "SegAhnet", args: {} } }, "/train/model/args"],
    ["missing arguments", { model: { name: "SegAhnet" } }, "/train/model"],
    ["no name", { model: { args: {} } }, "/train/model"],
    ["the flat form", { loss: { name: "Dice", smooth: 1 } }, "/train/loss"],
    ["a fault in an alias", { loss: { name: "Dice#a", args: { x: 1 } } }, "/train/loss/args"],
    ["a candidate", { loss: [{ name: "Dice", args: { x: 1 } }] }, "/train/loss/0/args"],
    ["a ref in training", { pre_transforms: [{ ref: "LoadNifti" }] }, "/train/pre_transforms/0"],
    ["a misspelt section", { pre_transfroms: [] }, "/train"],
    ["a name alone", { loss: "Dice" }, "/train/loss"],
    ["an object for a list", { pre_transforms: { name: "LoadNifti" } }, "/train/pre_transforms"],
  ])("refuses %s", (_, changes, path) => {
    expect(faults("train", training(changes)).map((fault) => fault.split(" ")[0])).toContain(path);
  });

  it("takes refs in validate.pre_transforms only, and a disabled validation with anything", () => {
    const validate: JsonObject = {
      metrics: [],
      pre_transforms: [{ ref: "LoadNifti" }, { ref: "first", disabled: true }],
      image_pipeline: { name: "SegmentationImagePipeline", args: "{PIPELINE}" },
      inferer: { name: "TFSimpleInferer" },
    };
    expect(faults("train", training({}, { validate }))).toEqual([]);
    expect(faults("train", training({}, { validate: { ...validate, inferer: null } }))).not.toEqual([]);
    expect(faults("train", training({}, { validate: { disabled: true, inferer: 3 } }))).toEqual([]);
    expect(faults("train", training({}, { validate: null }))).toEqual([]);
  });
});

describe("variables", () => {
  it("are any scalars, the known ones of their type", () => {
    const root = { epochs: 3, multi_gpu: 1, my_own: "x", search: [], learning_rate: "{LR}", version: 2 };
    expect(faults("train", training({}, root))).toEqual([]);
    expect(faults("train", training({}, { epochs: "ten" }))).not.toEqual([]);
    expect(faults("train", training({}, { multi_gpu: 2 }))).not.toEqual([]);
    expect(faults("train", training({}, { determinism: { tf_sed: 1 } }))).not.toEqual([]);
    expect(faults("train", training({}, { determinism: { python_seed: "20191201", tf_seed: 1 } }))).toEqual(
      [],
    );
  });

  it("of environment.json are those of Clara and any other", () => {
    const environment = {
      DATA_ROOT: "/data",
      DATASET_JSON: "config/dataset_0.json",
      PROCESSING_TASK: "segmentation",
      MMAR_CKPT_DIR: "models",
      MMAR_EVAL_OUTPUT_PATH: "eval",
      PRETRAIN_WEIGHTS_FILE: "",
      DATA_LIST_KEY: "my_infer_key",
      MMAR_CKPT: null,
      DATASET_VAL_JSON: "v.json",
      train_summary_recording_interval: 0,
      anything: { at: ["all"] },
    };
    expect(faults("environment", environment)).toEqual([]);
    expect(faults("environment", { PROCESSING_TASK: "detection" })).not.toEqual([]);
    expect(faults("environment", { DATA_ROOT: 3 })).not.toEqual([]);
    expect(faults("environment", { epochs: "{N}" })).not.toEqual([]);
    const properties = schemas.environment!.properties as Record<string, JsonObject>;
    for (const [name, { description }] of Object.entries(properties))
      expect(String(description).length, name).toBeGreaterThan(10);
  });
});

describe("datalists", () => {
  const item = { image: "a.nii.gz", label: "b.nii.gz" };

  it.each<[string, JsonObject]>([
    ["pairs of paths", { training: [item], validation: [item] }],
    ["lists of files", { training: [{ image: ["t1.nii", "t2.nii"], label: "b.nii" }] }],
    ["no labels", { my_infer_key: [{ image: "a.nii" }] }],
    ["classification", { label_format: [1, 1, 3], training: [{ image: "a.png", label: [0, 1, 2] }] }],
    ["a bare class", { label_format: [3], training: [{ image: "a.png", label: 2 }] }],
    ["further fields", { training: [{ ...item, mask: ["m.nii"], weight: 0.5, note: null }] }],
    [
      "the Decathlon's metadata",
      {
        name: "Spleen",
        description: "",
        reference: "",
        licence: "CC-BY-SA 4.0",
        release: "1.0 06/08/2018",
        tensorImageSize: "3D",
        modality: { "0": "CT" },
        labels: { "0": "background", "1": "spleen" },
        numTraining: 41,
        numTest: 20,
        training: [item],
        test: ["./imagesTs/a.nii.gz"],
        channel_names: ["CT"],
        sizes: [1, 2],
      },
    ],
  ])("may have %s", (_, datalist) => {
    expect(faults("datalist", datalist)).toEqual([]);
  });

  it.each<[string, JsonObject, string]>([
    ["no image", { training: [{ imgae: "a.nii" }] }, "/training/0"],
    ["an object in an item", { training: [{ image: { path: "a" } }] }, "/training/0/image"],
    ["a list in a list of paths", { training: [{ image: [["a"]] }] }, "/training/0/image/0"],
    ["a number", { validation: [3] }, "/validation/0"],
    ["a label format with 0", { label_format: [0] }, "/label_format/0"],
    ["a case of a list of one's own", { mine: [{ image: 1 }] }, "/mine/0/image"],
  ])("may not have %s", (_, datalist, path) => {
    expect(faults("datalist", datalist).map((fault) => fault.split(" ")[0])).toContain(path);
  });
});

const probes: readonly Json[] = [
  ...[null, true, false, 0, 1, -1, 2, 0.5, 1e-5, 1e9, "", "image", "1,2,2,4", "softmax", "z", "uint8"],
  ...[[], ["image"], ["image", 3], [1, 2, 2], [96, 96], [96, 96, 96], [0.5, 0.5], [-1, -1, -1], [1, 2, 3, 4]],
  ...[{}, { a: 1 }, [[1, 2]], "macro", "channels_last", "affine"],
];

const declarations: readonly Declaration[] = kinds.flatMap(
  (kind) => components[kind] as readonly Declaration[],
);

describe.each(declarations.map((one) => [one.name, one] as const))("arguments of %s", (_, { args }) => {
  const { properties } = jsonSchemaOf(args) as { properties?: Record<string, JsonObject> };

  it("are what zod accepts, and placeholders besides", () => {
    for (const [name, schema] of Object.entries(properties ?? {})) {
      const validate = ajv.compile(valueSchema(schema, false));
      for (const probe of probes) {
        const accepted = (args.shape[name] as { safeParse: (value: Json) => { success: boolean } }).safeParse(
          probe,
        );
        expect(validate(probe), `${name}: ${JSON.stringify(probe)}`).toBe(accepted.success);
      }
      expect(validate("{NAME}"), name).toBe(true);
    }
  });
});

describe("a config that the check accepts", () => {
  it("has no fault in the schema, whatever was changed in it", () => {
    const seed = JSON.parse(spleenTrain) as JsonObject;
    const section = seed.train as JsonObject;
    const chain = section.pre_transforms as readonly JsonObject[];
    const strange = fc.oneof(
      fc.constantFrom<Json>(...probes),
      fc.jsonValue({ maxDepth: 1 }) as fc.Arbitrary<Json>,
    );
    const places = fc.constantFrom("args", "disabled", "search", "_x", "fields", "a_min", "clip", "name");
    fc.assert(
      fc.property(fc.nat(chain.length - 1), places, strange, (index, key, by) => {
        const element = chain[index]!;
        const isArgument = ["fields", "a_min", "clip"].includes(key);
        const changed = isArgument
          ? { ...element, args: { ...(element.args as JsonObject), [key]: by } }
          : { ...element, [key]: by };
        const config = { ...seed, train: { ...section, pre_transforms: chain.with(index, changed) } };
        if (faultsOf(() => trainPlanOf(config, { lookup: registry })).length > 0) return;
        expect(faults("train", config)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
