import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { registry } from "../../components/registry.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { resolveConfig } from "../resolve.ts";
import type { Json } from "../source/json.ts";
import { testMmar } from "../testing/mmar.ts";
import { spleenTrain, spleenValidation } from "../testing/plan_of.ts";
import type { SetOption } from "../variables/set_option.ts";
import { requireWorkflow } from "../workflow_kind.ts";
import { explain, explainVariables, type Origin, type VariableContext } from "./index.ts";

const config = `{
  // every form of a component
  "epochs": 10, "learning_rate": "{LR}", "use_scanning_window": true, "_note": { "a": 1 },
  "determinism": { "tf_seed": 7, "random_seed": "{SEED}" },
  "train": {
    "loss": [
      { "name": "Dice", "disabled": true },
      { "name": "Dice#second", "args": { "smooth": 1 }, "search": [1] },
    ],
    "model": { "name": "SegAhnet", "args": "{MODEL}" },
    "pre_transforms": [
      { "name": "LoadNifti", "args": { "fields": ["image", "label"] } },
      { "name": "ScaleIntensityRange#ct", "args": { "fields": "image", "a_min": "{A_MIN}", "b_min": 0, "klip": true } },
      { "name": "RandomMRBiasField", "args": { "fields": "image" } },
      { "path": "custom.my.MyTransform", "args": { "magnitude": 0.1 } }
    ],
    "image_pipeline": { "name": "SegmentationImagePipeline", "args": {
      "data_list_file_path": "{DATASET_JSON}", "data_file_base_dir": "{DATA_ROOT}/sub",
      "output_crop_size": [96, "{N}", 96], "num_workers": "{WORKERS}" } }
  },
  "validate": {
    "pre_transforms": [{ "ref": "LoadNifti" }, { "ref": "ct" }, { "ref": "nobody" }],
    "inferer": { "name": "TFSimpleInferer", "disabled": true }
  }
}`;
const environment = `{
  "DATA_ROOT": "/data", "DATASET_JSON": "/data/d.json", "LR": 0.002, "N": 64,
  "MODEL": { "num_classes": 2 }, "epochs": 20, "MMAR_CKPT_DIR": "models/a",
  "determinism": null
}`;
const mmar = testMmar({ "config/c.json": config, "config/environment.json": environment });
afterAll(mmar.remove);

interface Input {
  readonly set?: SetOption;
  readonly env?: VariableContext["env"];
  readonly file?: string;
  readonly defaults?: Readonly<Record<string, Json>>;
}

function contextOf({ set, env = {}, file = "config/c.json", defaults }: Input = {}): VariableContext {
  const resolved = resolveConfig({ mmar: mmar.root, config: file, set, cwd: mmar.root, defaults });
  return { resolved, workflow: requireWorkflow(resolved.source), env };
}
const explained = (path: string, input: Input = {}) => explain(contextOf(input), path, registry);

/** `config 3:13 10 shadowed`. */
const text = ({ layer, where, value, state }: Origin): string => {
  const place = where.line === undefined ? "" : ` ${where.line}:${where.column}`;
  return `${layer}${place} ${JSON.stringify(value)}${state === "wins" ? "" : ` ${state}`}`;
};
const originsOf = (path: string, input: Input = {}) => explained(path, input).origins.map(text);

describe("a variable", () => {
  it("has every layer that names it, the strongest first", () => {
    expect(originsOf("epochs", { set: ["epochs=30"] })).toEqual([
      "set 30",
      "environment 3:44 20 shadowed",
      "config 3:13 10 shadowed",
    ]);
    expect(explained("epochs", { set: ["epochs=30"] })).toMatchObject({
      about: "variable",
      value: 30,
      valueType: "integer ≥ 1",
    });
    expect(explained("epochs").value).toBe(20);
  });

  it("has the default of the workflow where no layer names it", () => {
    expect(originsOf("num_training_epoch_per_valid")).toEqual(["default 1"]);
    expect(explained("num_training_epoch_per_valid").value).toBe(1);
    expect(originsOf("num_training_epoch_per_valid", { set: ["num_training_epoch_per_valid=5"] })).toEqual([
      "set 5",
      "default 1 shadowed",
    ]);
  });

  it("shows the variable behind a placeholder, with its layers", () => {
    const { value, origins } = explained("learning_rate", { set: { LR: 0.1 } });
    expect(value).toBe(0.1);
    expect(origins.map(text)).toEqual(['config 3:34 "{LR}"']);
    const [lr] = origins[0]!.variables;
    expect(lr).toMatchObject({ name: "LR", value: 0.1 });
    expect(lr!.origins.map(text)).toEqual(["set 0.1", "environment 2:63 0.002 shadowed"]);
  });

  it("says where it is used, and what nothing reads", () => {
    expect(explained("DATASET_JSON").usedBy).toEqual(["train.image_pipeline.args.data_list_file_path"]);
    expect(explained("use_scanning_window").remarks).toEqual(["nothing in this config reads it"]);
    expect(explained("DATA_LIST_KEY").remarks).toHaveLength(1);
  });

  it("is absolute when it is a folder, as written in its layer", () => {
    expect(explained("MMAR_CKPT_DIR").value).toBe(`${mmar.root}/models/a`);
    expect(originsOf("MMAR_CKPT_DIR")).toEqual(['environment 3:65 "models/a"', 'default "models" shadowed']);
    expect(originsOf("MMAR_ROOT")[0]).toMatch(/^default/);
  });

  it("can be inside of a section", () => {
    expect(explained("determinism.tf_seed")).toMatchObject({ value: 7, valueType: "integer ≥ 0" });
    expect(originsOf("determinism.tf_seed")).toEqual(["config 4:31 7"]);
    const seed = explained("determinism.random_seed", { set: { SEED: 5 } });
    expect(seed.value).toBe(5);
    expect(seed.origins[0]!.variables[0]).toMatchObject({ name: "SEED", value: 5 });
    expect(tomoErrorOf(() => explained("determinism.tf_sed")).code).toBe("TOMO_USAGE");
  });

  it("of mixed precision can come from the process", () => {
    const env = { TF_ENABLE_AUTO_MIXED_PRECISION: "1" };
    expect(explained("use_amp", { env })).toMatchObject({ value: true });
    expect(originsOf("use_amp", { env })).toEqual(['process "1"', "default false shadowed"]);
    expect(explained("use_amp", { env, set: ["use_amp=false"] }).value).toBe(false);
    expect(originsOf("use_amp")).toEqual(["default false"]);
  });

  it("that must be given and is not says so", () => {
    mmar.write("config/bare.json", { train: {} });
    mmar.write("config/empty.json", {});
    expect(explained("learning_rate", { file: "config/bare.json" }).remarks[0]).toMatch(/no default.*--set/);
  });

  it("of validation has the defaults of its command", () => {
    mmar.write("config/v.json", spleenValidation);
    const input = { file: "config/v.json", defaults: { do_validation: true } };
    expect(originsOf("do_validation", input)).toEqual(["default true"]);
    expect(explained("batch_size", input).value).toBe(1);
    expect(explained("inferer.args.batch_size", input)).toMatchObject({ value: 3 });
    expect(explained("inferer", input).component).toMatchObject({
      kind: "inferers",
      name: "TFScanWindowInferer",
    });
    expect(explained("model_loader.args.model_file_path", input).value).toBe(
      `${mmar.root}/models/a/model.trt.pb`,
    );
  });
});

describe("all variables", () => {
  it("are those of the workflow, then the others", () => {
    const rows = explainVariables(contextOf());
    expect(rows[0]).toMatchObject({ name: "epochs", value: 20, read: true });
    const names = rows.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["use_amp", "LR", "N", "MODEL", "DATA_ROOT", "MMAR_ROOT"]));
    expect(new Set(names).size).toBe(names.length);
    expect(rows.find(({ name }) => name === "use_scanning_window")?.read).toBe(false);
    expect(rows.find(({ name }) => name === "LR")?.read).toBe(true);
  });
});

describe("an argument", () => {
  it("has its value, its place and the shadowed default of its declaration", () => {
    expect(explained("train.loss[1].args.smooth")).toMatchObject({
      about: "argument",
      value: 1,
      valueType: "number",
      description: "Added to the denominator.",
      component: { kind: "losses", name: "Dice#second" },
    });
    expect(originsOf("train.loss[1].args.smooth")).toEqual(["config 8:52 1", "default 0.00001 shadowed"]);
  });

  it("that is not given has its default", () => {
    expect(explained("train.loss[1].args.jaccard").value).toBe(false);
    expect(originsOf("train.loss[1].args.jaccard")).toEqual(["default false"]);
  });

  it("shows typed, embedded and inner placeholders", () => {
    const pipeline = "train.image_pipeline.args";
    expect(explained(`${pipeline}.data_file_base_dir`).value).toBe("/data/sub");
    expect(explained(`${pipeline}.data_file_base_dir`).origins[0]!.variables[0]?.name).toBe("DATA_ROOT");
    expect(explained(`${pipeline}.output_crop_size`).value).toEqual([96, 64, 96]);
    expect(explained(`${pipeline}.output_crop_size[1]`)).toMatchObject({ value: 64, valueType: "integer" });
    expect(explained(`${pipeline}.output_crop_size[1]`).origins[0]!.variables[0]).toMatchObject({
      name: "N",
      value: 64,
    });
  });

  it("keeps its default when its placeholder has no variable", () => {
    const path = "train.image_pipeline.args.num_workers";
    expect(explained(path).value).toBe(4);
    expect(originsOf(path)).toEqual(['config 19:59 "{WORKERS}" left out', "default 4"]);
  });

  it("is missing when it is required and its placeholder has no variable", () => {
    const { value, remarks, origins } = explained("train.pre_transforms[1].args.a_min");
    expect(value).toBeNull();
    expect(remarks).toContain("it must be given, and is not");
    expect(origins[0]!.variables).toEqual([{ name: "A_MIN", value: null, origins: [] }]);
    expect(explained("train.pre_transforms[1].args.a_max").remarks).toContain("it must be given, and is not");
  });

  it("comes through a placeholder of all arguments", () => {
    const { value, origins } = explained("train.model.args.num_classes");
    expect(value).toBe(2);
    expect(origins.map(text)).toEqual(['config 10:44 "{MODEL}"']);
    expect(originsOf("train.model.args.plane")).toEqual(['default "z"']);
  });

  it("of a component of one's own has no declaration", () => {
    expect(explained("train.pre_transforms[3].args.magnitude")).toMatchObject({ value: 0.1, valueType: "" });
    expect(explained("train.pre_transforms[3].args.magnitude").remarks[0]).toContain("your own");
  });

  it("that the declaration does not know is shown as such", () => {
    expect(explained("train.pre_transforms[1].args.klip").remarks).toEqual([
      'ScaleIntensityRange#ct has no argument "klip"',
    ]);
  });
});

describe("a component", () => {
  it("has summary, notes, and each argument with value and default", () => {
    const { about, description, component, entries } = explained("train.pre_transforms[1]");
    expect(about).toBe("component");
    expect(description).toBe(registry.find("transforms", "ScaleIntensityRange")?.summary);
    expect(component?.notes.length).toBeGreaterThan(0);
    expect(entries.map(({ name }) => name)).toEqual([
      ...["fields", "a_min", "a_max", "b_min", "b_max", "clip", "dtype"],
      "klip",
    ]);
    expect(entries[0]).toMatchObject({ value: "image", required: true });
    expect(entries.find(({ name }) => name === "clip")).toMatchObject({ value: false, required: false });
    expect(entries.at(-1)?.description).toBe("ScaleIntensityRange has no such argument.");
    expect(explained("train.pre_transforms[1].args").entries).toEqual(entries);
  });

  it("is found by name or alias, and as the enabled candidate", () => {
    expect(explained("train.pre_transforms.ct.args.b_min").path).toBe("train.pre_transforms[1].args.b_min");
    expect(explained("train.pre_transforms.LoadNifti").path).toBe("train.pre_transforms[0]");
    const { path, remarks } = explained("train.loss.args.smooth");
    expect([path, remarks]).toEqual(["train.loss[1].args.smooth", ["train.loss[1] is meant"]]);
  });

  it("is followed through a ref", () => {
    const { path, remarks } = explained("validate.pre_transforms[1].args.b_min");
    expect(path).toBe("train.pre_transforms[1].args.b_min");
    expect(remarks[0]).toBe('validate.pre_transforms[1] re-uses train.pre_transforms[1] by its ref "ct"');
    expect(explained("validate.pre_transforms[1].ref").value).toBe("ct");
    expect(explained("validate.pre_transforms[2]").component?.name).toBe("");
  });

  it("is Adam when the config names no optimizer", () => {
    expect(explained("train.optimizer").component?.name).toBe("Adam");
    expect(explained("train.optimizer.args.beta1")).toMatchObject({ value: 0.9 });
    expect(explained("train.optimizer").remarks[0]).toContain("Adam");
  });

  it("that is disabled, or not there yet, says so", () => {
    expect(explained("validate.inferer").remarks[0]).toContain("disabled");
    expect(explained("train.loss[0].args.smooth").remarks[0]).toContain("disabled");
    expect(explained("train.pre_transforms[2]").remarks).toEqual([
      "Tomo does not have the transform RandomMRBiasField yet",
    ]);
  });
});

describe("sections and other values", () => {
  it("list their parts", () => {
    const parts = explained("train").entries.map(({ name, value }) => [name, value]);
    expect(parts).toContainEqual(["loss", ["Dice (disabled)", "Dice#second"]]);
    expect(parts).toContainEqual(["model", "SegAhnet"]);
    expect(parts).toContainEqual(["lr_policy", null]);
    expect(explained("validate.pre_transforms").entries.map(({ value }) => value)).toEqual([
      "ref LoadNifti",
      "ref ct",
      "ref nobody",
    ]);
  });

  it("that are left out say what that means", () => {
    expect(explained("train.lr_policy")).toMatchObject({
      value: null,
      description: expect.stringContaining("Left out"),
    });
  });

  it("that people keep are shown", () => {
    expect(explained("_note.a")).toMatchObject({ value: 1, remarks: [expect.stringContaining("ignores")] });
    expect(explained("train.loss[1].search").remarks[0]).toContain("ignores");
    expect(explained("train.loss[0].disabled")).toMatchObject({ value: true, about: "value" });
  });
});

describe("a path that leads nowhere", () => {
  it.each([
    ["epoch", 'did you mean "epochs"?', 1],
    ["train.lss", 'did you mean "train.loss"?', 5],
    ["train.optimiser.args.beta1", 'did you mean "train.optimizer.args.beta1"?', 5],
    ["train.loss[1].args.smoth", 'did you mean "train.loss[1].args.smooth"?', 8],
    ["train.pre_transforms.LoadNfti.args", 'did you mean "train.pre_transforms.LoadNifti.args"?', 11],
    ["b_min", "b_min stands at train.pre_transforms[1].args.b_min", 1],
    ["LoadNifti", "LoadNifti stands at train.pre_transforms[0]", 1],
  ])("%s: %s", (path, hint, line) => {
    const error = tomoErrorOf(() => explained(path));
    expect([error.code, error.hint, error.where.line]).toEqual(["TOMO_USAGE", hint, line]);
  });

  it.each([
    "train.pre_transforms[9]",
    "train.pre_transforms[-1]",
    "train.",
    "[",
    "",
    "a b",
    "__proto__",
    "toString",
  ])("%j is a usage error", (path) => {
    expect(tomoErrorOf(() => explained(path)).code).toBe("TOMO_USAGE");
  });

  it("says how many entries there are", () => {
    expect(tomoErrorOf(() => explained("train.pre_transforms[9]")).expected).toBe("0 to 3");
  });
});

describe("every path of a config", () => {
  it("can be explained, with the value that the run gets", () => {
    mmar.write("config/seed.json", spleenTrain);
    const context = contextOf({ file: "config/seed.json", set: ["PRETRAIN_WEIGHTS_FILE="] });
    const visit = (value: Json, path: string): void => {
      if (path !== "") {
        const explanation = explain(context, path, registry);
        expect(explanation.value, path).toEqual(value);
        expect(() => structuredClone(explanation)).not.toThrow();
      }
      if (Array.isArray(value)) for (const [index, item] of value.entries()) visit(item, `${path}[${index}]`);
      else if (typeof value === "object" && value !== null)
        for (const [key, item] of Object.entries(value)) visit(item, path === "" ? key : `${path}.${key}`);
    };
    visit(context.resolved.value, "");
  });
});

describe("a damaged config", () => {
  it("is explained, or refused with a usage error, whatever stands where", () => {
    const seed = JSON.parse(spleenTrain) as Record<string, Record<string, Json>>;
    const spots = ["loss", "optimizer", "model", "pre_transforms", "image_pipeline", "aux_ops"] as const;
    const strange = fc.oneof(
      fc.constantFrom<Json>(
        null,
        [],
        {},
        "x",
        "{X}",
        "{DATA_ROOT}",
        3,
        true,
        [null],
        [3, "x"],
        { name: 3 },
        { args: [] },
      ),
      fc.constantFrom<Json>(
        { name: "Dice", args: null },
        { ref: "x" },
        { path: 1 },
        { name: "Dice", disabled: "yes" },
      ),
      fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
    );
    const paths = spots.flatMap((spot) => [
      `train.${spot}`,
      `train.${spot}.args`,
      `train.${spot}.name`,
      `train.${spot}[0].args.fields`,
      `train.${spot}.args.beta1`,
    ]);
    fc.assert(
      fc.property(fc.constantFrom(...spots), strange, (spot, by) => {
        mmar.write("config/damaged.json", { ...seed, train: { ...seed.train, [spot]: by } });
        const context = contextOf({ file: "config/damaged.json" });
        for (const path of ["train", "validate.pre_transforms[0]", ...paths])
          try {
            expect(explain(context, path, registry).path).not.toBe("");
          } catch (error) {
            expect(error).toMatchObject({ code: "TOMO_USAGE" });
          }
      }),
      { numRuns: 60 },
    );
  });
});
