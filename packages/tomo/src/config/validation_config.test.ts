import { describe, expect, it } from "vitest";
import {
  dataVariables,
  edit,
  faultsOf,
  placeOf,
  spleenTrain,
  spleenValidation,
  validationPlanOf,
} from "./testing/plan_of.ts";

const loader = `"name": "FrozenGraphModelLoader",
    "args": {
      "model_file_path": "{MMAR_CKPT_DIR}/model.trt.pb"
    }`;
const withCheckpoint = edit(
  spleenValidation,
  loader,
  '"name": "CheckpointLoader", "args": { "checkpoint_dir": "{MMAR_CKPT_DIR}" }',
);

describe("the seed's validation config", () => {
  it("needs a frozen graph, which Tomo cannot read yet: one message names the way round", () => {
    const errors = faultsOf(() => validationPlanOf(spleenValidation));
    expect(errors.map(placeOf)).toEqual(["138:13 TOMO_NOT_YET model_loader.name"]);
    expect(errors[0]?.hint).toContain("config/config_validation_ckpt.json");
  });

  const plan = validationPlanOf(withCheckpoint);

  it("gives every section", () => {
    expect(plan.pre_transforms.map(({ name }) => name)).toEqual([
      "LoadNifti",
      "ConvertToChannelsFirst",
      "ScaleIntensityRange",
    ]);
    expect(plan.post_transforms.map(({ name }) => name)).toEqual([
      "ArgmaxAcrossChannels",
      "SplitBasedOnLabel",
      "CopyProperties",
    ]);
    expect(plan.label_transforms).toHaveLength(3);
    expect(plan.val_metrics[0]?.args).toMatchObject({ name: "mean_dice", field: "pred_class1" });
    expect(plan.val_metrics[0]?.args.report_path).toMatch(/\/eval$/);
    expect(plan.writers.map(({ args }) => args.field)).toEqual(["model", "pred_class0", "pred_class1"]);
    expect(plan.inferer.args).toEqual({ roi_size: [160, 160, 160], batch_size: 3 });
    expect(plan.model_loader.args.checkpoint_dir).toMatch(/\/models$/);
  });

  it("has the evaluator's defaults", () => {
    expect(plan.globals).toMatchObject({
      batch_size: 1,
      do_validation: false,
      output_infer_result: true,
      DATA_LIST_KEY: "validation",
      use_amp: false,
      ...dataVariables,
    });
    expect(plan.warnings).toEqual([]);
  });

  it("takes the switches of validate.sh", () => {
    const set = ["do_validation=true", "output_infer_result=false", "DATA_LIST_KEY=my_infer_key"];
    expect(validationPlanOf(withCheckpoint, { set }).globals).toMatchObject({
      do_validation: true,
      output_infer_result: false,
      DATA_LIST_KEY: "my_infer_key",
    });
  });

  it("is plain data and runs again from its resolved form alone", () => {
    expect(structuredClone(plan)).toEqual(plan);
    const again = validationPlanOf(plan.resolved, { environment: {} });
    expect(again.globals).toEqual(plan.globals);
    expect(again.writers.map(({ args }) => args)).toEqual(plan.writers.map(({ args }) => args));
  });
});

describe("validation configs", () => {
  it.each([
    ['"inferer":', '"infrer":', ["127:3 TOMO_UNKNOWN_KEY infrer"]],
    ['"model_loader":', '"loader_of_models":', ["1:1 TOMO_MISSING_SECTION model_loader"]],
    ['"batch_size": 1,', '"batch_size": 0,', ["2:17 TOMO_BAD_VALUE batch_size"]],
    ['"name": "WriteNifti"', '"name": "WriteNiftii"', ["61:15 TOMO_UNKNOWN_COMPONENT writers[0].name"]],
    ['"dtype": "uint8"', '"dtype": "uint9"', ["64:18 TOMO_BAD_VALUE writers[0].args.dtype"]],
  ])("%s -> %s", (from, to, places) => {
    expect(faultsOf(() => validationPlanOf(edit(withCheckpoint, from, to))).map(placeOf)).toEqual(places);
  });

  it("need a datalist", () => {
    expect(faultsOf(() => validationPlanOf(withCheckpoint, { environment: {} }))).toMatchObject([
      {
        code: "TOMO_MISSING_ARGUMENT",
        message: 'the config needs the variable "DATASET_JSON"',
        hint: "set it in config/environment.json or with --set DATASET_JSON=VALUE",
      },
    ]);
  });

  it("take a datalist without a data folder", () => {
    expect(
      validationPlanOf(withCheckpoint, { environment: { DATASET_JSON: "/d.json" } }).globals.DATA_ROOT,
    ).toBeNull();
  });

  it("warn when what was asked for is not configured", () => {
    const empty = edit(edit(withCheckpoint, '"writers":', '"_w":'), '"val_metrics":', '"_m":');
    const codes = (set: string[]) => validationPlanOf(empty, { set }).warnings.map(({ message }) => message);
    expect(codes(["do_validation=true"])).toEqual([
      "do_validation is true, but there are no val_metrics",
      "output_infer_result is true, but there are no writers",
    ]);
    expect(codes(["output_infer_result=false"])).toEqual([
      "do_validation and output_infer_result are both false",
    ]);
  });

  it("say when they are training configs", () => {
    const errors = faultsOf(() => validationPlanOf(spleenTrain));
    expect(errors.find(({ message }) => message === "this is a training config")).toMatchObject({
      hint: "run it with tomo train, or name another file with -c",
      where: { line: 14, column: 3 },
    });
  });
});
