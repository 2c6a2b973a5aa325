import { describe, expect, it } from "vitest";
import type { TomoError } from "../../errors/tomo_error.ts";
import type { JsonObject } from "../source/json.ts";
import { edit, faultsOf, type PlanInput, placeOf, spleenTrain, trainPlanOf } from "../testing/plan_of.ts";

/** A training config whose loss and pre_transforms are given, the rest taken from the seed. */
const config = (loss: unknown, transforms: readonly unknown[] = []): JsonObject => {
  const seed = JSON.parse(spleenTrain);
  seed.train.loss = loss;
  seed.train.pre_transforms.unshift(...transforms);
  return seed;
};
const lossFaults = (loss: unknown, input?: PlanInput) => faultsOf(() => trainPlanOf(config(loss), input));
const first = (errors: readonly TomoError[]) => {
  const { code, message, given, expected, hint, where } = errors[0]!;
  return { code, message, given, expected, hint, path: where.configPath };
};
const seedFault = (from: string, to: string, input?: PlanInput) =>
  faultsOf(() => trainPlanOf(edit(spleenTrain, from, to), input));

describe("forms of a component (clara-reference 1.5)", () => {
  it("takes name alone, args defaulting to {}", () => {
    expect(trainPlanOf(config({ name: "Dice" })).train.loss.args).toEqual({ smooth: 1e-5, jaccard: false });
    expect(trainPlanOf(config({ name: "Dice", args: null })).train.loss.args).toMatchObject({
      jaccard: false,
    });
  });

  it("takes Class#alias and keeps the alias", () => {
    expect(trainPlanOf(config({ name: "Dice#mine" })).train.loss).toMatchObject({
      name: "Dice",
      alias: "mine",
    });
  });

  it("leaves disabled components out, however faulty", () => {
    const plan = trainPlanOf(
      config({ name: "Dice" }, [
        { name: "NoSuch", disabled: true, args: { x: "{NOPE}" } },
        { name: "LoadNifti", disabled: false, args: { fields: "image" } },
      ]),
    );
    expect(plan.train.pre_transforms.slice(0, 2).map(({ name }) => name)).toEqual(["LoadNifti", "LoadNifti"]);
  });

  it("counts a disabled component that is needed as missing", () => {
    expect(first(lossFaults({ name: "Dice", disabled: true }))).toMatchObject({
      code: "TOMO_MISSING_SECTION",
      message: '"train.loss" is disabled',
    });
  });

  it("ignores search, apply and keys that start with an underscore", () => {
    const loss = { name: "Dice", search: [{}], apply: { a: "b" }, ___search: 1, __model: "{NOPE}" };
    expect(trainPlanOf(config(loss)).warnings).toEqual([]);
  });

  it("ignores other attributes with a warning", () => {
    expect(trainPlanOf(config({ name: "Dice", colour: "red" })).warnings).toMatchObject([
      { code: "TOMO_IGNORED_KEY", message: 'a component has no "colour", it is ignored' },
    ]);
  });

  it.each([
    [{ path: "custom.MyLoss" }, "TOMO_OWN_COMPONENT", "train.loss.path"],
    [{ name: "Dice", path: "custom.MyLoss" }, "TOMO_OWN_COMPONENT", "train.loss.path"],
    [{ path: 5 }, "TOMO_WRONG_TYPE", "train.loss.path"],
    [{ args: {} }, "TOMO_MISSING_ARGUMENT", "train.loss"],
    [{ name: 5 }, "TOMO_WRONG_TYPE", "train.loss.name"],
    [{ name: "" }, "TOMO_WRONG_TYPE", "train.loss.name"],
    [{ name: "Dice", args: [] }, "TOMO_WRONG_TYPE", "train.loss.args"],
    [{ name: "Dice", disabled: "true" }, "TOMO_WRONG_TYPE", "train.loss.disabled"],
    [{ name: "Dice", arg: {} }, "TOMO_UNKNOWN_KEY", "train.loss.arg"],
    [{ nmae: "Dice" }, "TOMO_UNKNOWN_KEY", "train.loss.nmae"],
    [{ name: "Dice", Args: {} }, "TOMO_UNKNOWN_KEY", "train.loss.Args"],
    [{ ref: "Dice" }, "TOMO_UNKNOWN_REF", "train.loss.ref"],
    [5, "TOMO_WRONG_TYPE", "train.loss"],
  ])("refuses %j", (loss, code, path) => {
    expect(lossFaults(loss)).toHaveLength(1);
    expect(first(lossFaults(loss))).toMatchObject({ code, path });
  });

  it("shows how a bare name or a flat argument is written", () => {
    expect(first(lossFaults("Dice")).hint).toBe('write {"name": "Dice"}');
    expect(first(lossFaults({ name: "Dice", smooth: 1 }))).toMatchObject({
      code: "TOMO_UNKNOWN_KEY",
      message: '"smooth" stands beside "name", but it is an argument',
      hint: 'put it into "args": {"smooth": …}',
    });
  });
});

describe("names", () => {
  it.each([
    ["Dise", "TOMO_UNKNOWN_COMPONENT", "there is no loss named Dise", 'did you mean "Dice"?'],
    ["dice", "TOMO_UNKNOWN_COMPONENT", "there is no loss named dice", 'did you mean "Dice"?'],
    ["FocalDise", "TOMO_UNKNOWN_COMPONENT", "there is no loss named FocalDise", 'did you mean "FocalDice"?'],
    ["Quux", "TOMO_UNKNOWN_COMPONENT", "there is no loss named Quux", "tomo list losses shows them all"],
    [
      "LoadNifit",
      "TOMO_UNKNOWN_COMPONENT",
      "there is no loss named LoadNifit",
      "the nearest name is LoadNifti, a transform",
    ],
    [
      "constructor",
      "TOMO_UNKNOWN_COMPONENT",
      "there is no loss named constructor",
      "tomo list losses shows them all",
    ],
    ["Focal", "TOMO_NOT_YET", "Tomo does not have the loss Focal yet", undefined],
    ["Adam", "TOMO_WRONG_KIND", "Adam is an optimizer, not a loss", undefined],
    ["EarlyStop", "TOMO_WRONG_KIND", "EarlyStop is a handler, not a loss", undefined],
  ])("%s", (name, code, message, hint) => {
    expect(first(lossFaults({ name }))).toMatchObject({ code, message, hint, path: "train.loss.name" });
  });

  it("knows the Toolkit's old names", () => {
    const [error] = seedFault('"name": "LoadNifti"', '"name": "LoadNifty"');
    expect(error).toMatchObject({
      code: "TOMO_UNKNOWN_COMPONENT",
      hint: "Clara Train 3.x calls it LoadNifti; its arguments may differ",
    });
  });
});

describe("arguments", () => {
  it.each([
    // [from, to, place, message, given, expected, hint]
    [
      '"pos": 1',
      '"pos": "1"',
      "79:18 TOMO_WRONG_TYPE train.pre_transforms[3].args.pos",
      '"pos" of FastCropByPosNegRatio must not be a string',
      '"1"',
      "number ≥ 0: Weight of foreground.",
      "write 1 without quotes",
    ],
    [
      '"pos": 1',
      '"pos": -1',
      "79:18 TOMO_BAD_VALUE train.pre_transforms[3].args.pos",
      '"pos" of FastCropByPosNegRatio must be ≥ 0',
      "-1",
      "number ≥ 0: Weight of foreground.",
      undefined,
    ],
    [
      '"clip": true',
      '"clip": "true"',
      "66:19 TOMO_WRONG_TYPE train.pre_transforms[2].args.clip",
      '"clip" of ScaleIntensityRange must not be a string',
      '"true"',
      "boolean: Clip.",
      "write true without quotes",
    ],
    [
      '"plane": "z"',
      '"plane": "zz"',
      "34:18 TOMO_BAD_VALUE train.model.args.plane",
      '"plane" of SegAhnet must be "z" or "y" or "x"',
      '"zz"',
      '"z" | "y" | "x": Slice axis.',
      'did you mean "z"?',
    ],
    [
      '"plane": "z"',
      '"plane": 3',
      "34:18 TOMO_WRONG_TYPE train.model.args.plane",
      '"plane" of SegAhnet must not be an integer',
      "3",
      '"z" | "y" | "x": Slice axis.',
      undefined,
    ],
    [
      '"final_activation"',
      '"final_activaton"',
      "35:9 TOMO_UNKNOWN_ARGUMENT train.model.args.final_activaton",
      'SegAhnet has no argument "final_activaton"',
      undefined,
      undefined,
      'did you mean "final_activation"?',
    ],
    [
      '"name": "Dice"',
      '"name": "Dice", "args": {"zzzzz": 1}',
      "16:32 TOMO_UNKNOWN_ARGUMENT train.loss.args.zzzzz",
      'Dice has no argument "zzzzz"',
      undefined,
      undefined,
      "it takes smooth, jaccard",
    ],
    [
      '"magnitude": 0.10',
      '"_": 1',
      "108:11 TOMO_UNKNOWN_ARGUMENT train.pre_transforms[6].args._",
      'ScaleIntensityOscillation has no argument "_"',
      undefined,
      undefined,
      'did you mean "magnitude", which is missing?',
    ],
    [
      "            96,\n            96,\n            96",
      '            96,\n            "a",\n            96',
      "74:13 TOMO_WRONG_TYPE train.pre_transforms[3].args.size[1]",
      '"size[1]" of FastCropByPosNegRatio must not be a string',
      '"a"',
      "integer > 0: Voxels an axis.",
      undefined,
    ],
    [
      "            96,\n            96,\n            96",
      "            96",
      "72:19 TOMO_BAD_VALUE train.pre_transforms[3].args.size",
      '"size" of FastCropByPosNegRatio must have at least 2 entries',
      "[96]",
      "list of 2 to 3 integers > 0: Voxels an axis.",
      undefined,
    ],
    [
      '"fields": [\n            "image",\n            "label"',
      '"fields": [\n            "image",\n            3',
      "45:13 TOMO_WRONG_TYPE train.pre_transforms[0].args.fields[1]",
      '"fields[1]" of LoadNifti must not be an integer',
      "3",
      "string: Names of the fields.",
      undefined,
    ],
    [
      '"fields": "image"',
      '"fields": 3',
      "61:21 TOMO_WRONG_TYPE train.pre_transforms[2].args.fields",
      '"fields" of ScaleIntensityRange must not be an integer',
      "3",
      "string or list of strings: Names of the fields.",
      undefined,
    ],
    [
      '"fields": "image"',
      '"fields": ""',
      "61:21 TOMO_BAD_VALUE train.pre_transforms[2].args.fields",
      '"fields" of ScaleIntensityRange must not be empty',
      '""',
      "string or list of strings: Names of the fields.",
      undefined,
    ],
    [
      '"fields": "image"',
      '"fields": []',
      "61:21 TOMO_BAD_VALUE train.pre_transforms[2].args.fields",
      '"fields" of ScaleIntensityRange must have at least 1 entries',
      "[]",
      "string or list of strings: Names of the fields.",
      undefined,
    ],
  ] as const)("%s -> %s", (from, to, place, message, given, expected, hint) => {
    const errors = seedFault(from, to).filter(({ code }) => code !== "TOMO_MISSING_ARGUMENT");
    expect(errors.map(placeOf)).toEqual([place]);
    expect(errors[0]).toMatchObject({ message, given, expected, hint });
  });

  it("names a missing argument at args, with its meaning", () => {
    expect(seedFault('"decay_ratio": 0.1,', "").map(placeOf)).toEqual([
      "23:7 TOMO_MISSING_ARGUMENT train.lr_policy.args.decay_ratio",
    ]);
    expect(seedFault('"decay_ratio": 0.1,', "")[0]).toMatchObject({
      message: 'DecayOnStep needs the argument "decay_ratio"',
      expected: "number: Factor.",
    });
  });

  it("runs the component's own checks when every argument is right", () => {
    const [error] = seedFault('"a_max": 164', '"a_max": -57');
    expect(error).toMatchObject({
      code: "TOMO_BAD_VALUE",
      message: "a_max equals a_min",
      hint: "widen the range",
      given: "-57",
    });
    expect(error?.where).toMatchObject({ line: 63, column: 20 });
  });

  it("says through which variable a wrong value came", () => {
    const [error] = seedFault('"num_classes": 2', '"num_classes": "{CLASSES}"', {
      environment: { DATASET_JSON: "/d.json", DATA_ROOT: "/", CLASSES: "two" },
    });
    expect(error).toMatchObject({
      code: "TOMO_WRONG_TYPE",
      given: '"two" (from CLASSES in the environment file)',
    });
    expect(error?.where).toMatchObject({ line: 31, column: 24 });
  });
});

describe("placeholders in arguments", () => {
  it("means left out when a whole optional argument is undefined", () => {
    expect(trainPlanOf(edit(spleenTrain, '"plane": "z"', '"plane": "{PLANE}"')).train.model.args.plane).toBe(
      "z",
    );
  });

  it("is an error when the argument is needed", () => {
    const [error] = seedFault('"magnitude": 0.10', '"magnitude": "{MAGNITUDE}"');
    expect(error).toMatchObject({
      code: "TOMO_UNDEFINED_VARIABLE",
      message: "no variable is named MAGNITUDE",
      given: '"{MAGNITUDE}"',
      hint: "add --set MAGNITUDE=VALUE",
    });
    expect(placeOf(error!)).toBe("108:24 TOMO_UNDEFINED_VARIABLE train.pre_transforms[6].args.magnitude");
    expect(seedFault('"magnitude": 0.10', '"magnitude": "{MAGNITUDE}"')).toHaveLength(1);
  });

  it("suggests the nearest variable", () => {
    const [error] = seedFault('"{DATASET_JSON}"', '"{DATSET_JSON}"');
    expect(error).toMatchObject({ code: "TOMO_UNDEFINED_VARIABLE", hint: 'did you mean "DATASET_JSON"?' });
    const { warnings } = trainPlanOf(spleenTrain, {
      environment: { DATASET_JSON: "/d.json", DATA_ROOT: "/", PRETRAIN_WEIGHT_FILE: "/w.h5" },
    });
    expect(warnings).toMatchObject(
      [
        { code: "TOMO_LIKELY_TYPO", hint: 'did you mean "PRETRAIN_WEIGHT_FILE"?' },
        { code: "TOMO_LIKELY_TYPO", message: "nothing reads the variable PRETRAIN_WEIGHT_FILE" },
      ].slice(0, warnings.length),
    );
    expect(warnings.length).toBeGreaterThan(0);
  });

  it.each([
    ['"{X}/weights.h5"', "TOMO_UNDEFINED_VARIABLE"],
    ['"a{b"', "TOMO_BAD_PLACEHOLDER"],
    ['"in {LIST}"', "TOMO_BAD_PLACEHOLDER"],
  ])("refuses %s even in an optional argument", (text, code) => {
    const environment = { DATASET_JSON: "/d.json", DATA_ROOT: "/", LIST: [1] };
    const errors = seedFault('"{PRETRAIN_WEIGHTS_FILE}"', text, { environment });
    expect(errors.map(placeOf)).toEqual([`33:33 ${code} train.model.args.pretrain_weight_name`]);
  });

  it("refuses an undefined name for a component or for all arguments", () => {
    expect(first(lossFaults({ name: "{LOSS}" }))).toMatchObject({
      code: "TOMO_UNDEFINED_VARIABLE",
      path: "train.loss.name",
    });
    expect(first(lossFaults({ name: "Dice", args: "{ARGS}" }))).toMatchObject({
      code: "TOMO_UNDEFINED_VARIABLE",
      path: "train.loss.args",
    });
  });

  it("fills a name and whole arguments from variables", () => {
    const environment = { DATASET_JSON: "/d.json", DATA_ROOT: "/", LOSS: "Dice", ARGS: { smooth: 2 } };
    const plan = trainPlanOf(config({ name: "{LOSS}", args: "{ARGS}" }), { environment });
    expect(plan.train.loss).toMatchObject({ name: "Dice", args: { smooth: 2 } });
  });
});
