import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, watch } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { TomoError, TomoErrors } from "../errors/tomo_error.ts";
import { readCheckpointFiles } from "../io/checkpoint/read.ts";
import { optimizerFile, weightsFile } from "../io/checkpoint/weights.ts";
import type { RunEvent } from "./events.ts";
import { infer, train, validate } from "./index.ts";
import { tinyMmar, tinyTrainConfig } from "./testing/tiny_mmar.ts";

// the threads and the command line run from dist
const bin = fileURLToPath(new URL("../../bin/tomo.js", import.meta.url));
const mmar = tinyMmar();
const models = join(mmar.root, "models");
const api = { mmar: mmar.root, device: "cpu", threads: 1 };
afterEach(() => rmSync(models, { recursive: true, force: true }));

const start = (...words: string[]): ChildProcess =>
  spawn(process.execPath, [bin, "train", "-m", mmar.root, "--json", "--set", ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });
const exitOf = (child: ChildProcess): Promise<number | NodeJS.Signals | null> =>
  new Promise((resolve) => child.on("close", (code, signal) => resolve(code ?? signal)));

describe("train and validate", () => {
  it("run in a thread, tell their events here, and leave all files", async () => {
    const events: RunEvent[] = [];
    const result = await train({ ...api, set: { epochs: 2 }, onEvent: (event) => events.push(event) });
    expect(result).toMatchObject({ outcome: "done", steps: 6 });
    expect(events.filter(({ type }) => type === "step")).toHaveLength(6);
    const names = readdirSync(models).filter((name) => !name.startsWith("events.out.tfevents."));
    expect(names).toEqual(
      expect.arrayContaining(["metrics.jsonl", "train_stats.json", "config_resolved.json"]),
    );
    expect(readdirSync(models).length).toBe(names.length + 1);
    const stats = JSON.parse(readFileSync(join(models, "train_stats.json"), "utf8"));
    expect(stats.best_validation_metric).toBe(result.keyMetric!.best!.value);
    const measured = await validate({ ...api, set: ["do_validation=true", "output_infer_result=false"] });
    // the same weights, cases and window; only the label passes through other transforms
    expect(measured.metrics[0]!.value).toBeCloseTo(result.keyMetric!.best!.value, 6);
  });

  it("give the same bits with and without loader threads beside two native threads", async () => {
    const weights: string[] = [];
    for (const workers of [0, 2]) {
      const config = tinyTrainConfig();
      config.train.image_pipeline.args = {
        ...config.train.image_pipeline.args,
        num_workers: workers,
      } as never;
      mmar.write("config/workers.json", config);
      const set = { epochs: 1, num_training_epoch_per_valid: 2, MMAR_CKPT_DIR: `bits_${workers}` };
      const { checkpoints } = await train({ ...api, threads: 2, config: "config/workers.json", set });
      weights.push(
        createHash("sha256")
          .update(readFileSync(join(checkpoints.final!, weightsFile)))
          .digest("hex"),
      );
    }
    expect(weights[1]).toBe(weights[0]);
  });

  it("infer writes predictions and needs no labels", async () => {
    await train({ ...api, set: { epochs: 1 } });
    mmar.write("data/unlabelled.json", { validation: [{ image: "image_4.nii.gz" }] });
    const set = { DATASET_JSON: join(mmar.root, "data", "unlabelled.json"), do_validation: true };
    const result = await infer({ ...api, set });
    expect(result).toMatchObject({ workflow: "infer", outcome: "done", metrics: [], reports: [] });
    expect(result.cases[0]!.files.map((path) => path.split("/").at(-1))).toEqual([
      "image_4_model.nii.gz",
      "image_4_pred_class1.nii.gz",
      "image_4_montage.png",
    ]);
  });

  it("pass on errors with code and place, one or several", async () => {
    mmar.write("config/broken.json", { ...tinyTrainConfig(), learning_rate: "fast", epochs: 0 });
    await expect(train({ ...api, config: "config/broken.json" })).rejects.toBeInstanceOf(TomoErrors);
    const config = tinyTrainConfig();
    config.validate.inferer.args.roi_size = [16, 16, 17];
    mmar.write("config/odd.json", config);
    const several = await train({ ...api, config: "config/odd.json" }).catch((error: unknown) => error);
    expect((several as TomoErrors).errors[0]).toMatchObject({ code: "TOMO_NETWORK_SIZE" });
    expect((several as TomoErrors).errors[0]!.where.file).toContain("odd.json");
    const one = await train({ ...api, set: { MMAR_CKPT: "nowhere" } }).catch((error: unknown) => error);
    expect(one).toBeInstanceOf(TomoError);
    expect(one).toMatchObject({ code: "TOMO_CHECKPOINT_MISSING" });
  });

  it("end after the present step when the signal is aborted, with a checkpoint", async () => {
    const controller = new AbortController();
    const onEvent = ({ type }: RunEvent) => {
      if (type === "step") controller.abort();
    };
    const result = await train({ ...api, set: { epochs: 100_000 }, signal: controller.signal, onEvent });
    expect(result.outcome).toBe("interrupted");
    const { state } = readCheckpointFiles(
      result.checkpoints.interrupted!,
      [weightsFile, optimizerFile],
      () => {},
    );
    expect(state.progress.step).toBe(result.steps);
  });
});

describe("tomo train as a process", () => {
  it("finishes the step and saves on SIGINT, with exit code 130", async () => {
    const child = start("epochs=100000");
    const lines = createInterface({ input: child.stdout! });
    let last: RunEvent | undefined;
    lines.on("line", (line) => {
      last = JSON.parse(line) as RunEvent;
      if (last.type === "step" && last.globalStep === 4) child.kill("SIGINT");
    });
    expect(await exitOf(child)).toBe(130);
    expect(last).toMatchObject({ type: "run_ended", outcome: "interrupted" });
    expect(readCheckpointFiles(join(models, "model_last.ckpt"), [weightsFile], () => {}).state.reason).toBe(
      "interrupted",
    );
  });

  it("killed with -9 while it writes a checkpoint leaves one that loads", async () => {
    mkdirSync(models);
    const child = start("epochs=100000", "num_training_epoch_per_valid=1");
    child.stdout!.resume();
    let begun = 0;
    // the third best model is being written when the file system says so
    const watcher = watch(models, (_, name) => {
      if (name?.startsWith(".model.ckpt.next") && ++begun === 5) child.kill("SIGKILL");
    });
    expect(await exitOf(child)).toBe("SIGKILL");
    watcher.close();
    const { state, files } = readCheckpointFiles(join(models, "model.ckpt"), [weightsFile], () => {});
    expect(state.reason).toBe("best");
    expect(files[weightsFile]!.byteLength).toBeGreaterThan(50_000);
  });
});
