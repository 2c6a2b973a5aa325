import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { noBreakdown } from "../../testing/breakdown.ts";
import type { RunEvent } from "../../workflows/events.ts";
import { noCaseTime } from "../../workflows/ledger.ts";
import { widthOf } from "./draw.ts";
import { createProgress, type ProgressOptions } from "./progress.ts";

const noTime = { wait: 0, transfer: 0, forward: 0, backward: 0, optimizer: 0, validation: 0, checkpoint: 0 };
const start: RunEvent = {
  type: "run_started", workflow: "train", mmar: "/m", runFolder: "/m/models", device: "cpu", threads: 2,
  precision: "float32", epochs: 2, stepsPerEpoch: 2, trainingCases: 4, validationCases: 1, model: "SegResnet",
  parameters: 1_234_567, startedFrom: null, determinism: { tf_seed: 1 }, seedsGiven: false,
}; // biome-ignore format: rows
const step = (epoch: number, n: number): RunEvent => ({
  type: "step", epoch, epochs: 2, step: n, stepsPerEpoch: 2, globalStep: 2 * epoch - 2 + n, loss: 0.5 / epoch, auxiliary: [],
  learningRate: 1e-4, cases: ["a"], seconds: 1.5, time: { wait: 0.5, transfer: 0, forward: 0.25, backward: 0.75, optimizer: 0 },
}); // biome-ignore format: rows
const epoch = (n: number): RunEvent => ({
  type: "epoch", epoch: n, epochs: 2, globalStep: 2 * n, meanLoss: 0.5 / n, learningRate: 1e-4, seconds: 3,
  remainingSeconds: 3 * (2 - n), time: noTime,
}); // biome-ignore format: rows
const validation: RunEvent = {
  type: "validation",
  epoch: 2,
  globalStep: 4,
  metrics: [
    { name: "mean_dice", value: 0.75, count: 1, total: 1, parts: { class_1: 0.7, class_2: 0.8 }, warnings: [], doSummary: true, doPrint: true },
    { name: "hidden", value: 0.1, count: 1, total: 1, parts: {}, warnings: [], doSummary: true, doPrint: false },
  ],
  keyMetric: { name: "mean_dice", value: 0.75 },
  best: { value: 0.75, epoch: 2 },
  isBest: true,
  cases: [],
  seconds: 1,
}; // biome-ignore format: rows
const checkpoint = (reason: "best" | "final"): RunEvent => ({
  type: "checkpoint",
  epoch: 2,
  reason,
  path: `/m/models/${reason}`,
  seconds: 0.1,
});
const ended: RunEvent = {
  type: "run_ended", workflow: "train", outcome: "done", seconds: 65, time: { ...noTime, forward: 1, backward: 3 },
  bottleneck: "the network is the bottleneck", advice: [], breakdown: noBreakdown, peakMemory: 2_500_000_000, summary: { epochs: 2, steps: 4, loss: 0.25 },
}; // biome-ignore format: rows
const training: RunEvent[] = [
  start,
  { type: "note", message: "no cache" },
  ...[step(1, 1), step(1, 2), epoch(1)],
  { type: "warning", code: "TOMO_X", message: "odd" },
  ...[step(2, 1), step(2, 2), validation, checkpoint("best"), epoch(2), checkpoint("final"), ended],
];

function play(events: readonly RunEvent[], options: Partial<ProgressOptions> = {}): string {
  let text = "";
  const progress = createProgress({
    write: (more) => {
      text += more;
    },
    terminal: false,
    color: false,
    unicode: true,
    columns: () => 100,
    cwd: "/m",
    mmar: ".",
    ...options,
  });
  for (const event of events) progress.on(event);
  progress.close();
  return text;
}

describe("without a terminal", () => {
  it("writes one plain line an epoch, and a summary", () => {
    expect(play(training).split("\n")).toEqual([
      "SegResnet · 1.23 M parameters · 4 training + 1 validation case · cpu, 2 threads · float32",
      "no cache",
      "epoch 1/2  loss 0.5000",
      "warning odd TOMO_X",
      "epoch 2/2  loss 0.2500  mean_dice 0.7500 (class_1 0.7000, class_2 0.8000)  ★ best",
      "",
      "done    2 epochs, 4 steps in 1 min 05 s, last loss 0.2500",
      "best    mean_dice 0.7500 at epoch 2   models/best",
      "final   models/final",
      "time    forward 25 %, backward 75 %; the network is the bottleneck",
      "memory  2.50 GB at most in tensors",
      "seeds   drawn for this run; config_resolved.json repeats it",
      "curves  tensorboard --logdir models",
      "",
    ]);
  });

  it("writes no control characters", () => {
    const controls = [...play(training)].filter((character) => character < " " && character !== "\n");
    expect(controls).toEqual([]);
  });

  it("says what would be faster, and of a profiled run where the time went", () => {
    const operator = { name: "aten::conv3d", kind: "convolution", calls: 1, seconds: 2 } as const;
    const breakdown = { ...noBreakdown, operators: [{ ...operator, phase: "forward" }] };
    const end = { ...ended, advice: ["num_workers 2", "use_amp"], breakdown } as RunEvent;
    const lines = play([start, end]).split("\n");
    expect(lines).toEqual(
      expect.arrayContaining([
        "network convolution 100 %; 2.0 s in all",
        "faster  num_workers 2",
        "faster  use_amp",
        "profile models/profile: summary.json, steps.csv, trace.json",
      ]),
    );
    expect(play([start, ended])).not.toMatch(/^(faster|profile|network)/m);
  });

  it("writes a line a case", () => {
    const time = { wait: 1, inference: 2.5, post: 0.25, scoring: 0.125, writing: 0.125 };
    const one: RunEvent = {
      type: "case",
      case: "spleen_8",
      done: 1,
      total: 2,
      metrics: { dice: 0.9, "dice/class_1": 0.9 },
      files: [],
      time,
      remainingSeconds: 4,
    };
    const two: RunEvent = {
      ...one,
      case: "spleen_9",
      done: 2,
      metrics: { dice: Number.NaN },
      remainingSeconds: 0,
    };
    const end: RunEvent = {
      ...ended,
      workflow: "validate",
      summary: { cases: 2, dice: 0.9 },
      time: { ...noTime, forward: 1 },
      breakdown: { ...noBreakdown, cases: time },
      advice: ["use_amp would"],
    } as RunEvent;
    const lines = play([
      { ...start, workflow: "validate", validationCases: 2 } as RunEvent,
      one,
      two,
      end,
    ]).split("\n");
    expect(lines.slice(1, 8)).toEqual([
      "1/2  spleen_8  dice 0.9000  read 1.0 s, infer 2.5 s, post 0.5 s",
      "2/2  spleen_9  dice –  read 1.0 s, infer 2.5 s, post 0.5 s",
      "",
      "done    2 cases in 1 min 05 s",
      "metric  dice 0.9000 over 1 of 2 cases, lowest 0.9000 (spleen_8)",
      "time    reading 25 %, inference 63 %, post-processing 6 %, scoring 3 %, writing 3 %; the network is the bottleneck",
      "faster  use_amp would",
    ]);
  });
});

describe("a classification", () => {
  const metric = (name: string, value: number) => ({
    name,
    value,
    count: 9,
    total: 9,
    parts: {},
    warnings: [],
    doSummary: true,
    doPrint: true,
  });
  const auxiliary = (value: number) => [
    { name: "accuracy", value, doSummary: true, doPrint: true },
    { name: "hidden", value: 1, doSummary: true, doPrint: false },
  ];
  const many: RunEvent = {
    ...validation,
    epoch: 1,
    metrics: [
      metric("mean_accuracy", 0.8),
      metric("AUC", 0.7),
      ...["Nodule", "Mass", "Edema"].map((name) => metric(name, 0.6)),
    ],
    keyMetric: { name: "AUC", value: 0.7 },
  };

  it("shows the key metric beside the mean of what aux-ops said, and the other metrics below, filled to the width", () => {
    const text = play(
      [
        start,
        { ...step(1, 1), auxiliary: auxiliary(0.5) } as RunEvent,
        { ...step(1, 2), auxiliary: auxiliary(0.9) } as RunEvent,
        many,
        epoch(1),
      ],
      { columns: () => 50 },
    );
    expect(text.split("\n").slice(1)).toEqual([
      "epoch 1/2  loss 0.5000  accuracy 0.7000  AUC 0.7000  ★ best",
      "    mean_accuracy 0.8000  Nodule 0.6000",
      "    Mass 0.6000  Edema 0.6000",
      "",
    ]);
  });

  it("shows cases that have no values of their own at every tenth of the run only", () => {
    const cases = Array.from(
      { length: 100 },
      (_, n): RunEvent => ({
        type: "case",
        case: `film_${n}`,
        done: n + 1,
        total: 100,
        metrics: {},
        files: [],
        time: noCaseTime,
        remainingSeconds: 0,
      }),
    );
    const lines = play([{ ...start, workflow: "validate", validationCases: 100 } as RunEvent, ...cases])
      .trim()
      .split("\n");
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toContain("100/100  film_99");
  });

  it("sums up metrics over all cases together", () => {
    const end = { ...ended, workflow: "validate", summary: { cases: 0, AUC: 0.7 } } as RunEvent;
    expect(play([{ ...start, workflow: "validate" } as RunEvent, end])).toContain(
      "AUC 0.7000 over all cases together",
    );
  });
});

describe("in a terminal", () => {
  it("keeps every moving line inside the window, whatever its width, with the full counters", () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 200 }), (columns) => {
        let time = 0;
        const now = () => {
          time += 1000;
          return time;
        };
        const text = play(training.slice(0, -1), {
          terminal: true,
          color: true,
          columns: () => columns,
          now,
        });
        const moving = text.split("\n").filter((line) => /^\S*(epoch|step|time) {2,}/.test(line));
        expect(moving.length).toBeGreaterThan(9);
        for (const line of moving) expect(widthOf(line)).toBeLessThan(columns);
      }),
      { numRuns: 30 },
    );
  });

  it("draws at most some ten times a second, but keeps every line that stays", () => {
    const steps = Array.from({ length: 1000 }, (_, n) => step(1, (n % 2) + 1));
    const text = play([start, ...steps, ...training.slice(5)], { terminal: true, now: () => 0 });
    expect(text.split("time  ").length).toBeLessThan(12);
    expect(text).toContain("warning odd TOMO_X");
    expect(text).toContain("epoch 2/2  loss 0.2500  mean_dice 0.7500");
  });
});
