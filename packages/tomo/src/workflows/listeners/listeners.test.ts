import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { noBreakdown } from "../../testing/breakdown.ts";
import { describeWithOracle, runOracle } from "../../testing/oracle.ts";
import { temporaryFolder } from "../../testing/temporary_folder.ts";
import type { RunEvent, StepDone, ValidationDone } from "../events.ts";
import { emptyLedger } from "../ledger.ts";
import { type Listener, tolerant } from "./listener.ts";
import { metricsLog } from "./metrics_log.ts";
import { tensorBoard } from "./tensorboard.ts";
import { trainStats } from "./train_stats.ts";

const root = temporaryFolder();

const step = (globalStep: number): StepDone => ({
  type: "step",
  epoch: Math.ceil(globalStep / 3),
  epochs: 2,
  step: ((globalStep - 1) % 3) + 1,
  stepsPerEpoch: 3,
  globalStep,
  loss: 1 / globalStep,
  auxiliary: [],
  learningRate: 0.5,
  cases: ["a"],
  seconds: 0,
  time: { wait: 0, transfer: 0, forward: 0, backward: 0, optimizer: 0 },
});
const validation = (value: number): ValidationDone => ({
  type: "validation",
  epoch: 1,
  globalStep: 3,
  metrics: [
    {
      name: "mean_dice",
      value,
      count: 1,
      total: 2,
      parts: { class_1: value, class_2: Number.NaN },
      warnings: [],
      doSummary: true,
      doPrint: true,
    },
    {
      name: "hidden",
      value: 1,
      count: 2,
      total: 2,
      parts: {},
      warnings: [],
      doSummary: false,
      doPrint: true,
    },
  ],
  keyMetric: { name: "mean_dice", value },
  best: { value: 0.75, epoch: 1 },
  isBest: true,
  cases: [],
  seconds: 1,
});
const ended: RunEvent = {
  type: "run_ended", workflow: "train", outcome: "done", seconds: 9, time: emptyLedger, bottleneck: "", advice: [],
  breakdown: noBreakdown, peakMemory: 0, summary: {},
}; // biome-ignore format: one row
const play = (listener: Listener, events: readonly RunEvent[]): void => {
  for (const event of events) listener.on(event);
  listener.close();
};

describe("metricsLog", () => {
  it("writes a line an event that is recorded, NaN as null", () => {
    const folder = temporaryFolder();
    play(
      metricsLog(folder, 2, () => 0),
      [1, 2, 3, 4].map(step).concat(),
    );
    play(
      metricsLog(folder, 2, () => 0),
      [validation(Number.NaN), ended],
    );
    const lines = readFileSync(join(folder, "metrics.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ type, globalStep }) => [type, globalStep])).toEqual([
      ["step", 2],
      ["step", 4],
      ["validation", 3],
      ["run_ended", undefined],
    ]);
    expect(lines[0]).toMatchObject({ at: "1970-01-01T00:00:00.000Z", loss: 0.5 });
    expect(lines[2].keyMetric.value).toBeNull();
  });

  it("with interval 0 writes the last step of each epoch", () => {
    const folder = temporaryFolder();
    play(metricsLog(folder, 0), [1, 2, 3, 4, 5, 6].map(step));
    const steps = readFileSync(join(folder, "metrics.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).globalStep);
    expect(steps).toEqual([3, 6]);
  });
});

describe("trainStats", () => {
  it("says the best so far after each validation, and the outcome at the end", () => {
    const folder = temporaryFolder();
    const read = () => JSON.parse(readFileSync(join(folder, "train_stats.json"), "utf8"));
    const listener = trainStats(folder);
    listener.on(step(1));
    expect(existsSync(join(folder, "train_stats.json"))).toBe(false);
    listener.on(validation(0.75));
    expect(read()).toMatchObject({ best_validation_metric: 0.75, best_epoch: 1, key_metric: "mean_dice" });
    listener.on(ended);
    expect(read()).toMatchObject({ best_validation_metric: 0.75, outcome: "done", training_seconds: 9 });
  });
});

describeWithOracle(["tensorboard"], "tensorBoard against TensorBoard's own reader", () => {
  it("gives loss, learning rate, and metrics that have a value and do_summary", () => {
    play(tensorBoard(root, 2), [1, 2, 3, 4].map(step));
    play(tensorBoard(root, 2), [validation(0.75)]);
    const found = runOracle<Record<string, [number, number][]>>(
      `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
acc = EventAccumulator(sys.argv[1]); acc.Reload()
print(json.dumps({t: [[e.step, e.value] for e in acc.Scalars(t)] for t in acc.Tags()["scalars"]}))`,
      [root],
    );
    expect(found).toEqual({
      loss: [[2, 0.5], [4, 0.25]],
      learning_rate: [[2, 0.5], [4, 0.5]],
      mean_dice: [[3, 0.75]],
      "mean_dice/class_1": [[3, 0.75]],
    }); // biome-ignore format: pairs
  });
});

describe("tolerant", () => {
  it("turns the first failure into one warning, and is silent then", () => {
    const warnings: RunEvent[] = [];
    let calls = 0;
    const failing: Listener = {
      on: () => {
        calls++;
        throw new Error("disk full");
      },
      close: () => {
        calls++;
      },
    };
    play(
      tolerant("metrics.jsonl", failing, (event) => warnings.push(event)),
      [step(1), step(2)],
    );
    expect(calls).toBe(1);
    expect(warnings).toMatchObject([{ message: "metrics.jsonl is not written any more: disk full" }]);
  });

  it("leaves nothing behind for a folder that is gone", () => {
    const warnings: RunEvent[] = [];
    const gone = join(root, "gone");
    play(
      tolerant("event file", tensorBoard(gone, 1), (event) => warnings.push(event)),
      [step(1)],
    );
    expect(warnings).toHaveLength(1);
    expect(readdirSync(root)).not.toContain("gone");
  });
});
