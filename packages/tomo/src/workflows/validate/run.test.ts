import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { liveTensors, sharedTensors } from "@tomo/torch";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { readNifti } from "../../io/nifti/read.ts";
import { StopFlag } from "../stop_flag.ts";
import { failureOf, only, trainHere, validateHere } from "../testing/run_here.ts";
import { tinyMmar, tinyValidationConfig } from "../testing/tiny_mmar.ts";

const mmar = tinyMmar();
const evaluation = join(mmar.root, "eval");
const both = { do_validation: true, output_infer_result: true };
const run = (set = {}, more = {}) => validateHere(mmar.root, { set: { ...both, ...set }, ...more });

beforeAll(async () => {
  await trainHere(mmar.root, { set: { epochs: 12, num_training_epoch_per_valid: 12 } });
});
afterEach(() => {
  rmSync(evaluation, { recursive: true, force: true });
  mmar.write("config/config_validation.json", tinyValidationConfig());
});

describe("validateRun", () => {
  it("writes predictions with the input's affine, a montage a case, and the reports", async () => {
    const live = liveTensors();
    const { result, ...found } = await run();
    expect(liveTensors()).toBe(live);
    expect(sharedTensors()).toBe(0);
    expect(readdirSync(evaluation).toSorted()).toEqual([
      "image_4",
      "image_5",
      ...[
        "raw_results.csv",
        "raw_results.txt",
        "results.json",
        "summary_results.csv",
        "summary_results.txt",
      ].map((ending) => `mean_dice_${ending}`),
    ]);
    expect(readdirSync(join(evaluation, "image_4")).toSorted()).toEqual([
      "image_4_model.nii.gz",
      "image_4_montage.png",
      "image_4_pred_class1.nii.gz",
    ]);
    const input = readNifti(join(mmar.root, "data", "image_4.nii.gz"));
    const written = readNifti(join(evaluation, "image_4", "image_4_model.nii.gz"));
    expect(written).toMatchObject({ shape: input.shape, dtype: "uint8" });
    written.affine.forEach((value, n) => {
      expect(value).toBeCloseTo(input.affine[n]!, 5);
    });
    expect([...new Set(written.data as Uint8Array)].toSorted()).toEqual([0, 1]);
    expect(result).toMatchObject({ outcome: "done", runFolder: evaluation });
    expect(result.metrics[0]!.value).toBeGreaterThan(0.6);
    expect(only(found, "case").map(({ done, total }) => [done, total])).toEqual([
      [1, 2],
      [2, 2],
    ]);
  });

  it("scores what was written: Dice of the files equals the report", async () => {
    const { result } = await run();
    const lines = readFileSync(join(evaluation, "mean_dice_raw_results.txt"), "utf8").trim().split("\n");
    expect(lines.map((line) => line.split(" ")[0])).toEqual(["image_4.nii.gz", "image_5.nii.gz"]);
    const dice = [4, 5].map((n) => {
      const prediction = readNifti(join(evaluation, `image_${n}`, `image_${n}_pred_class1.nii.gz`)).data;
      const label = readNifti(join(mmar.root, "data", `label_${n}.nii.gz`)).data;
      let [both, sum] = [0, 0];
      prediction.forEach((value, at) => {
        both += Number(value) * Number(label[at]);
        sum += Number(value) + Number(label[at]);
      });
      return (2 * both) / sum;
    });
    expect(result.cases.map(({ metrics }) => metrics.mean_dice)).toEqual(dice);
    expect(result.metrics[0]!.value).toBeCloseTo((dice[0]! + dice[1]!) / 2, 12);
    const summary = readFileSync(join(evaluation, "mean_dice_summary_results.txt"), "utf8");
    expect(summary).toContain("count: 2\ncases: 2");
    expect(summary).toMatch(/policy: A class that the label of a case does not contain/);
  });

  it("gives the same whatever the window batch", async () => {
    const first = (await run({ output_infer_result: false })).result.metrics;
    const config = tinyValidationConfig();
    config.inferer.args.batch_size = 1;
    mmar.write("config/config_validation.json", config);
    expect((await run({ output_infer_result: false })).result.metrics[0]!.value).toBeCloseTo(
      first[0]!.value,
      3,
    );
  });

  it("writes no predictions, or no reports, when not asked for", async () => {
    await run({ output_infer_result: false });
    expect(readdirSync(join(evaluation, "image_4"))).toEqual(["image_4_montage.png"]);
    rmSync(evaluation, { recursive: true });
    const { result } = await run({ do_validation: false });
    expect(result.metrics).toEqual([]);
    expect(readdirSync(evaluation)).toEqual(["image_4", "image_5"]);
  });

  it("needs labels only for metrics", async () => {
    mmar.write("data/unlabelled.json", { validation: [{ image: "image_4.nii.gz" }] });
    const list = { DATASET_JSON: join(mmar.root, "data", "unlabelled.json") };
    const { result } = await run({ ...list, do_validation: false });
    expect(result.cases.map((found) => found.case)).toEqual(["image_4"]);
    const error = await failureOf(() => run(list));
    expect(error).toMatchObject({ code: "TOMO_DATALIST_FORMAT", message: 'the case has no "label"' });
  });

  it("leaves nothing of an earlier run that could be taken for this one's, and nothing else is touched", async () => {
    const stale = join(evaluation, "image_4", "image_4_old_field.nii.gz");
    const own = join(evaluation, "image_4", "notes.txt");
    mkdirSync(join(evaluation, "image_4"), { recursive: true });
    for (const path of [stale, own, join(evaluation, "mean_dice_raw_results.txt")])
      writeFileSync(path, "old");
    const stop = new StopFlag();
    const { result } = await run(
      {},
      { stop, onEvent: ({ type }: { type: string }) => type === "case" && stop.request() },
    );
    expect(result).toMatchObject({ outcome: "interrupted", reports: [] });
    expect(existsSync(stale)).toBe(false);
    expect(existsSync(join(evaluation, "mean_dice_raw_results.txt"))).toBe(false);
    expect(readFileSync(own, "utf8")).toBe("old");
    expect(existsSync(join(evaluation, "image_4", "image_4_model.nii.gz"))).toBe(true);
  });
});

describe("what goes wrong is said", () => {
  it("a frozen graph names the config that works", async () => {
    const config = tinyValidationConfig();
    config.model_loader = {
      name: "FrozenGraphModelLoader",
      args: { model_file_path: "{MMAR_CKPT_DIR}/model.trt.pb" },
    } as never;
    mmar.write("config/config_validation.json", config);
    const error = await failureOf(() => run());
    expect(error.code).toBe("TOMO_NOT_YET");
    expect(error.hint).toContain("config/config_validation_ckpt.json");
  });

  it("a missing checkpoint, a window that the network cannot take, a prediction without affine", async () => {
    expect((await failureOf(() => run({ MMAR_CKPT_DIR: "nowhere" }))).code).toBe("TOMO_CHECKPOINT_MISSING");
    const config = tinyValidationConfig();
    config.inferer.args.roi_size = [16, 15, 16];
    mmar.write("config/config_validation.json", config);
    expect((await failureOf(() => run())).code).toBe("TOMO_NETWORK_SIZE");
    const other = tinyValidationConfig();
    other.post_transforms.pop();
    mmar.write("config/config_validation.json", other);
    expect(await failureOf(() => run())).toMatchObject({
      code: "TOMO_NO_AFFINE",
      where: { case: "image_4" },
    });
  });

  it("a checkpoint of a model that this version does not have", async () => {
    const state = join(mmar.root, "models", "model.ckpt", "state.json");
    const text = readFileSync(state, "utf8");
    writeFileSync(state, text.replace('"SegResnet"', '"SegFuture"'));
    const error = await failureOf(() => run());
    writeFileSync(state, text);
    expect(error).toMatchObject({ code: "TOMO_CHECKPOINT_UNFIT" });
    expect(error.message).toContain("SegFuture");
  });

  it("a whole image that the network cannot take", async () => {
    const config = tinyValidationConfig();
    config.inferer = { name: "TFSimpleInferer", args: {} } as never;
    config.pre_transforms.push({
      name: "CropSubVolumeCenter",
      args: { fields: "image", size: [16, 16, 17] },
    } as never);
    mmar.write("config/config_validation.json", config);
    const error = await failureOf(() => run());
    expect(error).toMatchObject({ code: "TOMO_NETWORK_SIZE", where: { case: "image_4" } });
    expect(error.hint).toContain("TFScanWindowInferer");
  });

  it("a label of another size than its image, with both sizes", async () => {
    mmar.write("data/mixed.json", {
      validation: [{ image: "image_4.nii.gz", label: "../config/label.nii.gz" }],
    });
    const { writeNifti } = await import("../../io/nifti/write.ts");
    const affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
    writeNifti(join(mmar.root, "config", "label.nii.gz"), {
      shape: [20, 20, 19],
      data: new Uint8Array(7600),
      affine,
    });
    const error = await failureOf(() => run({ DATASET_JSON: join(mmar.root, "data", "mixed.json") }));
    expect(error).toMatchObject({ code: "TOMO_SHAPE_MISMATCH", where: { case: "image_4" } });
    expect(error.message).toBe("the label is 20×20×19 voxels, the prediction 20×20×20");
  });
});
