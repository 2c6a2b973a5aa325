import { describe, expect, it } from "vitest";
import { resolveConfig } from "./resolve.ts";
import { testLookup } from "./testing/lookup.ts";
import { testMmar } from "./testing/mmar.ts";
import {
  chestTrain,
  dataVariables,
  edit,
  faultsOf,
  type PlanInput,
  placeOf,
  spleenTrain,
  spleenValidation,
  trainPlanOf,
} from "./testing/plan_of.ts";
import { planTraining } from "./train_config.ts";

const faults = (from: string, to: string, input?: PlanInput) =>
  faultsOf(() => trainPlanOf(edit(spleenTrain, from, to), input));
const warnings = (from: string, to: string, input?: PlanInput) =>
  trainPlanOf(edit(spleenTrain, from, to), input).warnings;

describe("the seed's spleen config", () => {
  const plan = trainPlanOf(spleenTrain);

  it("loads unmodified, without PRETRAIN_WEIGHTS_FILE", () => {
    expect(plan.train.model.args.pretrain_weight_name).toBeNull();
    expect(plan.warnings).toEqual([]);
  });

  it("gives the globals with their defaults", () => {
    expect(plan.globals).toMatchObject({
      epochs: 1250,
      num_training_epoch_per_valid: 20,
      learning_rate: 1e-4,
      multi_gpu: false,
      determinism: { python_seed: "20191201", random_seed: 123456, numpy_seed: 654321, tf_seed: 11111 },
      use_amp: false,
      dynamic_input_shape: true,
      train_summary_recording_interval: 1,
      MMAR_CKPT: null,
    });
    expect(plan.globals.MMAR_CKPT_DIR).toMatch(/\/models$/);
  });

  it("gives every component with parsed arguments and its place", () => {
    const { train, validate } = plan;
    expect(train.pre_transforms.map(({ name }) => name)).toEqual([
      "LoadNifti",
      "ConvertToChannelsFirst",
      "ScaleIntensityRange",
      "FastCropByPosNegRatio",
      "RandomAxisFlip",
      "RandomRotate3D",
      "ScaleIntensityOscillation",
    ]);
    expect(train.pre_transforms[2]?.args).toMatchObject({ fields: ["image"], clip: true });
    expect(train.pre_transforms[3]?.where).toMatchObject({ line: 69, configPath: "train.pre_transforms[3]" });
    expect(train.image_pipeline.args).toMatchObject({
      data_list_file_path: "/data/dataset_0.json",
      data_file_base_dir: "/data",
      prefetch_size: 0,
    });
    expect(validate?.metrics[0]?.args).toMatchObject({ name: "mean_dice", is_key_metric: true });
    expect(validate?.inferer).toMatchObject({
      name: "TFScanWindowInferer",
      args: { roi_size: [160, 160, 160] },
    });
  });

  it("is plain data, so that it can be posted to a worker", () => {
    expect(structuredClone(plan)).toEqual(plan);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(JSON.parse(JSON.stringify(structuredClone(plan))));
  });

  it("runs again from its resolved form alone", () => {
    const again = trainPlanOf(plan.resolved, { environment: {} });
    const { resolved: _a, configFile: _b, mmar: _c, ...rest } = again;
    const { resolved: _d, configFile: _e, mmar: _f, ...first } = plan;
    const withoutPlaces = (value: unknown) =>
      JSON.parse(JSON.stringify(value, (key, item) => (key === "where" ? undefined : item)));
    expect(withoutPlaces(rest)).toEqual(withoutPlaces(first));
  });
});

describe("globals", () => {
  it.each([
    ['"epochs": 1250', '"epochs": "many"', "2:13 TOMO_WRONG_TYPE epochs"],
    ['"epochs": 1250', '"epochs": 0', "2:13 TOMO_BAD_VALUE epochs"],
    ['"epochs": 1250', '"epochs": 1.5', "2:13 TOMO_WRONG_TYPE epochs"],
    ['"learning_rate": 1e-4', '"learning_rate": -1', "4:20 TOMO_BAD_VALUE learning_rate"],
    ['"multi_gpu": false', '"multi_gpu": "no"', "5:16 TOMO_WRONG_TYPE multi_gpu"],
    ['"tf_seed"', '"tf_sed"', "10:5 TOMO_UNKNOWN_ARGUMENT determinism.tf_sed"],
    ['"tf_seed": 11111', '"tf_seed": -1', "10:16 TOMO_BAD_VALUE determinism.tf_seed"],
    ['"epochs": 1250,', "", "1:1 TOMO_MISSING_ARGUMENT epochs"],
  ])("%s -> %s", (from, to, place) => {
    expect(faults(from, to).map(placeOf)).toEqual([place]);
  });

  it("checks values of --set and says that they come from there", () => {
    const [error] = faults("{", "{", { set: ["epochs=many"] });
    expect(error).toMatchObject({
      code: "TOMO_WRONG_TYPE",
      where: { configPath: "--set epochs" },
      given: '"many"',
    });
  });

  it("takes 0 and 1 for booleans, as --set types them", () => {
    const { globals } = trainPlanOf(spleenTrain, { set: ["multi_gpu=1", "use_amp=0"] });
    expect([globals.multi_gpu, globals.use_amp]).toEqual([true, false]);
  });

  it("lets the environment variable decide about AMP only where the config says nothing", () => {
    const silent = edit(spleenTrain, '"use_amp": false,', "");
    const env = { TF_ENABLE_AUTO_MIXED_PRECISION: "1" };
    expect(trainPlanOf(silent, { env }).globals.use_amp).toBe(true);
    expect(trainPlanOf(silent).globals.use_amp).toBe(false);
    expect(trainPlanOf(spleenTrain, { env }).globals.use_amp).toBe(false);
  });

  it("starts from MMAR_CKPT, unless it is emptied", () => {
    const environment = { ...dataVariables, MMAR_CKPT: "models/model.ckpt" };
    expect(trainPlanOf(spleenTrain, { environment }).globals.MMAR_CKPT).toMatch(/\/models\/model\.ckpt$/);
    expect(trainPlanOf(spleenTrain, { environment, set: ["MMAR_CKPT="] }).globals.MMAR_CKPT).toBeNull();
  });

  it("reads globals from the environment file", () => {
    const environment = { ...dataVariables, train_summary_recording_interval: 0, epochs: 3 };
    const { globals } = trainPlanOf(spleenTrain, { environment });
    expect([globals.train_summary_recording_interval, globals.epochs]).toEqual([0, 3]);
  });

  it("ignores unknown ones silently, warns of likely typos", () => {
    const environment = {
      ...dataVariables,
      PROCESSING_TASK: "segmentation",
      DATASET_VAL_JSON: "x",
      anything: 5,
    };
    expect(trainPlanOf(spleenTrain, { environment, set: ["use_scanning_window=true"] }).warnings).toEqual([]);
    expect(trainPlanOf(spleenTrain, { set: ["learning_rat=0.1"] }).warnings).toEqual([
      {
        code: "TOMO_LIKELY_TYPO",
        message: "nothing reads the variable learning_rat",
        where: { configPath: "--set learning_rat" },
        hint: 'did you mean "learning_rate"?',
      },
    ]);
    expect(warnings('"use_amp"', '"use_apm"')[0]).toMatchObject({ where: { line: 12, column: 3 } });
  });

  it("warns of a variable that holds a placeholder", () => {
    const environment = { ...dataVariables, DATASET_JSON: "{DATA_ROOT}/list.json" };
    expect(trainPlanOf(spleenTrain, { environment }).warnings[0]).toMatchObject({
      code: "TOMO_NESTED_PLACEHOLDER",
      message: "the value of DATASET_JSON holds {DATA_ROOT}, which is not replaced",
    });
  });
});

describe("sections", () => {
  it.each([
    ['"train": {', '"trian": {', ["14:3 TOMO_UNKNOWN_KEY trian"]],
    ['"loss": {', '"los": {', ["15:5 TOMO_UNKNOWN_KEY train.los"]],
    ['"model": {', '"modl": {', ["28:5 TOMO_UNKNOWN_KEY train.modl"]],
    [
      '"metrics": [',
      '"metric": [',
      ["128:3 TOMO_KEY_METRIC validate.metrics", "129:5 TOMO_UNKNOWN_KEY validate.metric"],
    ],
  ])("%s -> %s", (from, to, places) => {
    const found = faults(from, to).map(placeOf);
    expect(found.filter((place) => !place.includes("KEY_METRIC"))).toEqual(
      places.filter((place) => !place.includes("KEY_METRIC")),
    );
  });

  it("names the section that was meant", () => {
    expect(faults('"train": {', '"trian": {')[0]?.hint).toBe('did you mean "train"?');
    expect(faults('"loss": {', '"metrics": [], "loss": {')[0]?.hint).toBe('it is called "aux_ops" now');
  });

  it("ignores sections that mean nothing, with a warning inside train and validate", () => {
    const config = edit(spleenTrain, '"loss": {', '"__note": "x", "search": [], "colours": 3, "loss": {');
    const plan = trainPlanOf(edit(config, '"epochs"', '"search": [], "version": {"a": 1}, "epochs"'));
    expect(plan.warnings.map(({ message }) => message)).toEqual(['"train" has no "colours", it is ignored']);
  });

  it.each([
    [
      '"pre_transforms": [\n      {',
      '"pre_transforms": {"name": "x"}, "image_pipeline_": [\n      {',
      "39:23 TOMO_WRONG_TYPE train.pre_transforms",
    ],
    ['"train": {', '"train": [], "_": {', "14:12 TOMO_WRONG_TYPE train"],
    ['"validate": {', '"validate": 5, "_": {', "128:15 TOMO_WRONG_TYPE validate"],
  ])("%s -> %s", (from, to, place) => {
    expect(faults(from, to).map(placeOf)).toContain(place);
  });

  it("trains with Adam when no optimizer is named or it is disabled", () => {
    const without = edit(spleenTrain, '"optimizer": {\n      "name": "Adam"\n    },', "");
    expect(trainPlanOf(without).train.optimizer).toMatchObject({ name: "Adam", args: { beta1: 0.9 } });
    const disabled = edit(spleenTrain, '"name": "Adam"', '"name": "NovoGrad", "disabled": true');
    expect(trainPlanOf(disabled).train.optimizer.name).toBe("Adam");
  });

  it("reports a faulty optimizer once", () => {
    expect(faults('"name": "Adam"', '"name": "Adan"').map(placeOf)).toEqual([
      "19:15 TOMO_UNKNOWN_COMPONENT train.optimizer.name",
    ]);
  });

  it("keeps the learning rate constant without a policy", () => {
    expect(trainPlanOf(edit(spleenTrain, '"lr_policy"', '"_lr_policy"')).train.lr_policy).toBeNull();
  });

  it("trains without validation, with a warning", () => {
    const plan = trainPlanOf(edit(spleenTrain, '"validate"', '"_validate"'));
    expect(plan.validate).toBeNull();
    expect(trainPlanOf(edit(spleenTrain, '"validate": {', '"validate": null, "_": {')).validate).toBeNull();
    expect(plan.warnings.map(({ code }) => code)).toEqual(["TOMO_NO_VALIDATION"]);
  });

  it("says when it was given a validation config", () => {
    const errors = faultsOf(() => trainPlanOf(spleenValidation));
    expect(errors.map(({ message }) => message)).toContain("this is a validation config");
  });

  it("reports all faults at once, ordered by position", () => {
    const bad = [
      ['"name": "Dice"', '"name": "Dise"'],
      ['"decay_freq": 50000', '"decay_freq": "often"'],
      ['"pos": 1', '"poss": 1'],
      ['"magnitude": 0.10', '"magnitude": true'],
    ].reduce((text, [from, to]) => edit(text, from!, to!), spleenTrain);
    expect(faultsOf(() => trainPlanOf(bad)).map(placeOf)).toEqual([
      "16:15 TOMO_UNKNOWN_COMPONENT train.loss.name",
      "25:23 TOMO_WRONG_TYPE train.lr_policy.args.decay_freq",
      "79:11 TOMO_UNKNOWN_ARGUMENT train.pre_transforms[3].args.poss",
      "108:24 TOMO_WRONG_TYPE train.pre_transforms[6].args.magnitude",
    ]);
  });

  it("tells what is not there yet from typos, in the seed's chest X-ray config", () => {
    const errors = faultsOf(() => trainPlanOf(chestTrain));
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(["TOMO_NOT_YET"]));
    expect(errors.map(({ given }) => given)).toContain('"DenseNet121"');
  });
});

describe("candidates", () => {
  const list = (candidates: string) => ({
    from: '"loss": {\n      "name": "Dice"\n    }',
    to: `"loss": [${candidates}]`,
  });

  it("takes the one that is enabled", () => {
    const { from, to } = list('{"name": "Focal", "disabled": true}, {"name": "Dice", "args": {"smooth": 1}}');
    const { loss } = trainPlanOf(edit(spleenTrain, from, to)).train;
    expect(loss).toMatchObject({ name: "Dice", args: { smooth: 1 }, where: { configPath: "train.loss[1]" } });
  });

  it("are taken for the optimizer too", () => {
    const optimizers =
      '"optimizer": [{"name": "NovoGrad", "disabled": true}, {"name": "Adam", "args": {"beta1": 0.8}}]';
    const text = edit(spleenTrain, '"optimizer": {\n      "name": "Adam"\n    }', optimizers);
    expect(trainPlanOf(text).train.optimizer).toMatchObject({ name: "Adam", args: { beta1: 0.8 } });
    const both = edit(text, ', "disabled": true', "");
    expect(faultsOf(() => trainPlanOf(both))).toMatchObject([{ code: "TOMO_ONE_OF_LIST" }]);
  });

  it.each([
    ['{"name": "Dice"}, {"name": "Dice"}', "2 of 2 candidates are enabled"],
    ['{"name": "Dice", "disabled": true}', "0 of 1 candidates are enabled"],
    ["", "0 of 0 candidates are enabled"],
  ])("refuses [%s]", (candidates, message) => {
    const { from, to } = list(candidates);
    expect(faults(from, to)).toMatchObject([
      { code: "TOMO_ONE_OF_LIST", message, where: { line: 15, column: 5 } },
    ]);
  });
});

describe("rules between sections", () => {
  it("wants exactly one key metric", () => {
    const second =
      '"label_field": "label" } }, { "name": "ComputeAverageDice", "args": { "name": "b", "field": "model"';
    const doubled = edit(
      edit(spleenTrain, '"label_field": "label"\n        }\n      }\n    ]', `${second} } }]`),
      "{",
      "{",
    );
    expect(trainPlanOf(doubled).warnings).toEqual([]);
    const both = edit(doubled, '"name": "b"', '"name": "b", "is_key_metric": true');
    expect(faultsOf(() => trainPlanOf(both))).toMatchObject([
      {
        code: "TOMO_KEY_METRIC",
        given: '["mean_dice","b"]',
        where: { line: 136, configPath: "validate.metrics[1].args.is_key_metric" },
      },
    ]);
    expect(faults(/"metrics": \[[^\]]*\]/.exec(spleenTrain)![0], '"metrics": []')).toMatchObject([
      { code: "TOMO_KEY_METRIC", message: "validation has no metric, so no model is ever the best" },
    ]);
    expect(warnings('"is_key_metric": true,', "")[0]).toMatchObject({
      code: "TOMO_NO_KEY_METRIC",
      message: "no metric has is_key_metric, mean_dice decides",
    });
  });

  it("warns when the run ends before the first validation", () => {
    expect(trainPlanOf(spleenTrain, { set: ["epochs=2"] }).warnings).toMatchObject([
      { code: "TOMO_NEVER_VALIDATES", where: { configPath: "--set epochs" } },
    ]);
    expect(trainPlanOf(spleenTrain, { set: ["epochs=20"] }).warnings).toEqual([]);
  });

  it("wants someone to take the batches that a crop makes", () => {
    const single = '"batched_by_transforms": false';
    expect(faults('"batched_by_transforms": true', single)).toMatchObject([
      { code: "TOMO_BATCHING", where: { line: 112, column: 23 } },
    ]);
    const merged = edit(
      edit(spleenTrain, '"batched_by_transforms": true', single),
      '"image_pipeline"',
      '"batch_transforms": [{"name": "MergeBatchDims", "args": {"fields": ["image", "label"]}}], "image_pipeline"',
    );
    expect(trainPlanOf(merged).train.batch_transforms).toHaveLength(1);
    const one = edit(
      edit(spleenTrain, '"batched_by_transforms": true', single),
      '"batch_size": 3',
      '"batch_size": 1',
    );
    expect(trainPlanOf(one).warnings).toEqual([]);
  });

  it("warns when the pipeline waits for batches that nobody makes", () => {
    expect(
      warnings('"name": "FastCropByPosNegRatio"', '"name": "FastCropByPosNegRatio", "disabled": true'),
    ).toMatchObject([{ code: "TOMO_NOTHING_TO_BATCH" }]);
  });

  it("wants one window size unless the input shape is dynamic", () => {
    expect(faults('"dynamic_input_shape": true', '"dynamic_input_shape": false')).toMatchObject([
      {
        code: "TOMO_STATIC_SHAPE",
        given: "[160,160,160]",
        where: { configPath: "validate.inferer.args.roi_size" },
      },
    ]);
    const same = edit(spleenTrain, '"dynamic_input_shape": true', '"dynamic_input_shape": false');
    expect(() => trainPlanOf(same.replaceAll("160", "96"))).not.toThrow();
  });
});

describe("data paths", () => {
  it("become absolute: in the working directory if they exist there, else in the MMAR", () => {
    const mmar = testMmar({ "config/config_train.json": spleenTrain, "here/list.json": {} });
    const environment = mmar.write("e.json", { DATASET_JSON: "list.json", DATA_ROOT: "data" });
    const planIn = (cwd: string) =>
      planTraining(
        resolveConfig({ mmar: mmar.root, config: "config/config_train.json", environment, cwd }),
        testLookup,
      ).train.image_pipeline.args;
    expect(planIn(`${mmar.root}/here`)).toMatchObject({
      data_list_file_path: `${mmar.root}/here/list.json`,
      data_file_base_dir: `${mmar.root}/data`,
    });
    expect(planIn(mmar.root)).toMatchObject({ data_list_file_path: `${mmar.root}/list.json` });
    mmar.remove();
  });
});
