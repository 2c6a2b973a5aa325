import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { liveTensors, sharedTensors } from "@tomo/torch";
import { afterEach, describe, expect, it } from "vitest";
import { registry } from "../../components/registry.ts";
import { resolveConfig } from "../../config/resolve.ts";
import type { Json } from "../../config/source/json.ts";
import { planTraining } from "../../config/train_config.ts";
import type { TomoErrors } from "../../errors/tomo_error.ts";
import type { RunEnded } from "../events.ts";
import { StopFlag } from "../stop_flag.ts";
import { failureOf, only, type Run, trainHere } from "../testing/run_here.ts";
import { tinyMmar, tinyTrainConfig } from "../testing/tiny_mmar.ts";
import { trainJob } from "./job.ts";
import { type TrainResult, trainRun } from "./run.ts";

const mmar = tinyMmar();
const models = join(mmar.root, "models");
afterEach(() => {
  rmSync(models, { recursive: true, force: true });
  mmar.write("config/config_train.json", tinyTrainConfig());
});

type Set = Record<string, Json>;
const runHere = (set: Set = {}) => trainHere(mmar.root, { set });
const errorOf = (set: Set = {}) => failureOf(() => runHere(set));

const sha256 = (...path: string[]): string =>
  createHash("sha256")
    .update(readFileSync(join(models, ...path)))
    .digest("hex");
const lossesOf = (run: Run<TrainResult>): number[] => only(run, "step").map(({ loss }) => loss);

describe("trainRun", () => {
  it("leaves best and final model, resolved config and record, and no tensors", async () => {
    const live = liveTensors();
    const run = await runHere();
    expect(liveTensors()).toBe(live);
    expect(sharedTensors()).toBe(0);
    expect(run.result).toMatchObject({ outcome: "done", epochs: 2, steps: 6, runFolder: models });
    expect(only(run, "run_started")).toMatchObject([
      { trainingCases: 4, validationCases: 2, stepsPerEpoch: 3 },
    ]);
    expect(readdirSync(models).toSorted()).toEqual(
      ["config_resolved.json", "model.ckpt", "model.ckpt.previous", "model_final.ckpt", "run.json"].filter(
        (name) => name !== "model.ckpt.previous" || only(run, "checkpoint").length === 3,
      ),
    );
    expect(readdirSync(join(models, "model_final.ckpt")).toSorted()).toEqual([
      "model.safetensors",
      "optimizer.safetensors",
      "state.json",
    ]);
    const resolved = JSON.parse(readFileSync(join(models, "config_resolved.json"), "utf8"));
    expect(resolved).toMatchObject({ epochs: 2, determinism: { tf_seed: 4 } });
  });

  it("with profile tells moments, loader tasks and operators, and trains the same weights", async () => {
    const plain = await runHere();
    expect(plain.events.filter((event) => event.type === "loader_task" || "moment" in event)).toEqual([]);
    expect(only(plain, "run_ended")[0]!.breakdown).toMatchObject({
      training: { workers: 0, cases: 4, cache: { window: 3 } },
      validation: { cases: 2 },
      operators: null,
    });
    const weights = sha256("model_final.ckpt", "model.safetensors");
    const live = liveTensors();
    const run = await trainHere(mmar.root, { profile: true });
    expect(liveTensors()).toBe(live);
    expect(sha256("model_final.ckpt", "model.safetensors")).toBe(weights);
    for (const { moment } of only(run, "step"))
      expect(moment!.peakMemory).toBeGreaterThanOrEqual(moment!.memory);
    // epochs of 3 of 4 cases, 2 more loaded for the next epochs, and 2 cases of validation, twice
    const tasks = only(run, "loader_task");
    expect(tasks.filter(({ loader }) => loader === "validation")).toHaveLength(4);
    expect(tasks.filter(({ loader }) => loader === "training").length).toBeGreaterThanOrEqual(6);
    expect(tasks[0]!.transforms[0]!.name).toBe("LoadNifti");
    const [{ breakdown, peakMemory }] = only(run, "run_ended") as [RunEnded];
    const of = (phase: string, kind: string) =>
      breakdown.operators!.filter((one) => one.phase === phase && one.kind === kind).length;
    expect([of("forward", "convolution"), of("backward", "convolution")].every((n) => n > 0)).toBe(true);
    const ofSteps = only(run, "step").map(({ moment }) => moment!.peakMemory);
    expect(peakMemory).toBeGreaterThanOrEqual(Math.max(...ofSteps));
    const { inference, scoring } = breakdown.cases;
    expect(inference * scoring).toBeGreaterThan(0);
  });

  it.each([0, 1, 3])("gives the same bits again with num_workers %i", async (workers) => {
    await runHere();
    const [weights, optimizer, state] = ["model.safetensors", "optimizer.safetensors", "state.json"].map(
      (name) => sha256("model_final.ckpt", name),
    );
    rmSync(models, { recursive: true });
    const config = tinyTrainConfig();
    config.train.image_pipeline.args = { ...config.train.image_pipeline.args, num_workers: workers } as never;
    mmar.write("config/config_train.json", config);
    await runHere();
    expect(sha256("model_final.ckpt", "model.safetensors")).toBe(weights);
    expect(sha256("model_final.ckpt", "optimizer.safetensors")).toBe(optimizer);
    expect(sha256("model_final.ckpt", "state.json")).toBe(state);
  });

  it("gives other weights with another seed of data or engine", async () => {
    const first = lossesOf(await runHere({ epochs: 1 }));
    const determinism = tinyTrainConfig().determinism;
    for (const other of [{ tf_seed: 5 }, { random_seed: 5 }])
      expect(lossesOf(await runHere({ epochs: 1, determinism: { ...determinism, ...other } }))).not.toEqual(
        first,
      );
  });

  it("without seeds draws them, and repeats the run from the resolved config", async () => {
    const { determinism: _, ...config } = tinyTrainConfig();
    mmar.write("config/config_train.json", config);
    const drawn = await runHere({ epochs: 1 });
    expect(only(drawn, "run_started")[0]).toMatchObject({ seedsGiven: false });
    mmar.write(
      "config/config_train.json",
      JSON.parse(readFileSync(join(models, "config_resolved.json"), "utf8")),
    );
    const again = await runHere();
    expect(lossesOf(again)).toEqual(lossesOf(drawn));
    expect(only(again, "run_started")[0]).toMatchObject({ seedsGiven: true });
  });

  it("moves an earlier run's results out of the way and says so", async () => {
    await runHere({ epochs: 1 });
    const second = await runHere({ epochs: 1 });
    expect(existsSync(join(models, "earlier_001", "model.ckpt", "state.json"))).toBe(true);
    expect(only(second, "note").map(({ message }) => message)).toContain(
      `the results of an earlier run were moved to ${join(models, "earlier_001")}`,
    );
  });
});

describe("fine-tuning", () => {
  it("starts at epoch 1 from the weights of MMAR_CKPT, with or without AMP on either side", async () => {
    for (const [before, after] of [
      [false, true],
      [true, false],
    ]) {
      const start = join(mmar.root, "start");
      await runHere({ epochs: 12, num_training_epoch_per_valid: 20, use_amp: before!, MMAR_CKPT_DIR: start });
      const prefix = join(start, "model_final.ckpt");
      const tuned = await runHere({ epochs: 1, use_amp: after!, MMAR_CKPT: prefix, learning_rate: 1e-6 });
      expect(only(tuned, "run_started")[0]).toMatchObject({
        startedFrom: prefix,
        precision: after ? "bfloat16" : "float32",
      });
      expect(only(tuned, "epoch").map(({ epoch }) => epoch)).toEqual([1]);
      expect(Math.max(...lossesOf(tuned))).toBeLessThan(0.35);
      rmSync(start, { recursive: true });
    }
  });

  it("says what is near when the checkpoint is absent, before it touches the models folder", async () => {
    await runHere({ epochs: 1 });
    const error = await errorOf({ MMAR_CKPT: join(models, "modle.ckpt") });
    expect(error).toMatchObject({
      code: "TOMO_CHECKPOINT_MISSING",
      hint: `did you mean ${join(models, "model.ckpt")}?`,
    });
    expect(existsSync(join(models, "earlier_001"))).toBe(false);
  });

  it("refuses weights of another model and names the first that differ", async () => {
    await runHere({ epochs: 1 });
    const config = tinyTrainConfig();
    config.train.model.args.num_classes = 3;
    mmar.write("config/config_train.json", config);
    const error = await errorOf({ MMAR_CKPT: join(models, "model.ckpt"), MMAR_CKPT_DIR: "other" });
    expect(error.code).toBe("TOMO_CHECKPOINT_UNFIT");
    expect(error.given).toContain("expected [3,");
  });

  it("falls back to the previous generation with a warning", async () => {
    await runHere({ num_training_epoch_per_valid: 1, epochs: 3 });
    const generations = readdirSync(models);
    expect(generations).toContain("model.ckpt.previous");
    writeFileSync(join(models, "model.ckpt", "model.safetensors"), "");
    const tuned = await runHere({ epochs: 1, MMAR_CKPT: join(models, "model.ckpt") });
    expect(only(tuned, "warning")[0]!.message).toContain("model.ckpt.previous is used instead");
  });
});

describe("what cannot work is said before training", () => {
  it("sizes that the network cannot take, with the nearest that it can", async () => {
    const config = tinyTrainConfig();
    config.train.image_pipeline.args.output_crop_size = [15, 16, 16];
    config.validate.inferer.args.roi_size = [16, 16, 17];
    mmar.write("config/config_train.json", config);
    try {
      await runHere();
      expect.unreachable();
    } catch (error) {
      const { errors } = error as TomoErrors;
      expect(errors.map(({ code }) => code)).toEqual(["TOMO_NETWORK_SIZE", "TOMO_NETWORK_SIZE"]);
      expect(errors[0]!.message).toContain(
        "SegResnet cannot take output_crop_size [15, 16, 16]: axis 0 is 15",
      );
      expect(errors[0]!.expected).toContain("[16, 16, 16]");
      expect(errors[1]!.message).toContain("roi_size [16, 16, 17]");
      expect(errors[0]!.where.line).toBeGreaterThan(1);
    }
    expect(existsSync(models)).toBe(false);
  });

  it("a patch of another size than promised, with its case", async () => {
    const config = tinyTrainConfig();
    config.train.pre_transforms[3]!.args = {
      ...config.train.pre_transforms[3]!.args,
      size: [16, 16, 15],
    } as never;
    mmar.write("config/config_train.json", config);
    const error = await errorOf();
    expect(error.code).toBe("TOMO_NETWORK_SIZE");
    expect(error.where.case).toMatch(/^image_\d$/);
  });

  it("another number of channels than promised", async () => {
    const config = tinyTrainConfig();
    config.train.image_pipeline.args = {
      ...config.train.image_pipeline.args,
      output_image_channels: 4,
    } as never;
    mmar.write("config/config_train.json", config);
    expect((await errorOf()).message).toBe("the images have 1 channels, the network takes 4");
  });

  it("a models folder that cannot be written", async () => {
    writeFileSync(models, "a file");
    expect((await errorOf()).code).toBe("TOMO_WRITE_FAILED");
  });

  it("a device that is not there", async () => {
    const plan = planTraining(
      resolveConfig({ mmar: mmar.root, config: "config/config_train.json" }),
      registry,
      {},
    );
    const run = trainRun(trainJob(plan, { device: "cuda:99" }), new StopFlag());
    await expect(run.next()).rejects.toMatchObject({ code: "TOMO_BAD_DEVICE" });
    mkdirSync(models, { recursive: true });
  });
});
