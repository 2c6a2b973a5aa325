import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadingTimes, noBreakdown } from "../../testing/breakdown.ts";
import { temporaryFolder } from "../../testing/temporary_folder.ts";
import type { RunEvent, StepOperator } from "../events.ts";
import { addTimes, emptyLedger, noCaseTime } from "../ledger.ts";
import { profileFiles } from "./profile_files.ts";

const zero = Date.now();
const moment = (seconds: number) => ({ at: zero + 1e3 * seconds, memory: 100, peakMemory: 300 });
const step: RunEvent = {
  type: "step", epoch: 1, epochs: 1, step: 1, stepsPerEpoch: 1, globalStep: 7, loss: 0.5, auxiliary: [], learningRate: 1,
  cases: ['a,"b"', 'a,"b"'], seconds: 4, moment: moment(10),
  time: { wait: 1, transfer: 0, forward: 1, backward: 1.5, optimizer: 0.5 },
}; // biome-ignore format: rows
const validated: RunEvent = {
  type: "validation_progress",
  epoch: 1,
  done: 1,
  total: 1,
  case: "v",
  time: { ...noCaseTime, wait: 0.25, inference: 2, scoring: 0.5 },
  moment: moment(13),
};
const checkpoint: RunEvent = {
  type: "checkpoint",
  epoch: 1,
  reason: "final",
  path: "/m",
  seconds: 2,
  moment: moment(16),
};
const task: RunEvent = {
  type: "loader_task",
  loader: "training",
  worker: 2,
  case: "a",
  start: zero + 5e3,
  seconds: 1.5,
  transforms: [
    { name: "LoadNifti", seconds: 1 },
    { name: "Crop", seconds: 0.25 },
  ],
};
const operator = (phase: StepOperator["phase"], kind: string, seconds: number): StepOperator => ({
  phase,
  name: `aten::${kind}`,
  kind,
  calls: 1,
  seconds,
});
const ended: RunEvent = {
  type: "run_ended",
  workflow: "train",
  outcome: "done",
  seconds: 9,
  time: addTimes(emptyLedger, { wait: 1, forward: 8 }),
  bottleneck: "the network",
  advice: ["faster"],
  breakdown: {
    ...noBreakdown,
    training: loadingTimes({ seconds: 3 }),
    operators: [
      operator("forward", "convolution", 2),
      operator("backward", "convolution", 4),
      operator("forward", "norm", 1),
    ],
  },
  peakMemory: 300,
  summary: {},
};

function play(events: readonly RunEvent[], close = true): (name: string) => string {
  const folder = temporaryFolder();
  const files = profileFiles(folder);
  for (const event of events) for (const [, file] of files) file.on(event);
  if (close) for (const [, file] of files) file.close();
  return (name) => readFileSync(join(folder, "profile", name), "utf8");
}

describe("the profile", () => {
  it("has a row a step and checkpoint, whose parts can be added up, with memory and quoted cases", () => {
    const [head, ...rows] = play([step, checkpoint])("steps.csv").trim().split("\n");
    expect(head).toBe(
      "time,kind,epoch,step,wait_s,transfer_s,forward_s,backward_s,optimizer_s,validation_s,checkpoint_s,memory_bytes,peak_memory_bytes,loss,cases",
    );
    expect(rows[0]).toBe(
      `${new Date(zero + 10e3).toISOString()},step,1,7,1,0,1,1.5,0.5,0,0,100,300,0.5,"a,""b"""`,
    );
    expect(rows[1]).toMatch(/,checkpoint final,1,,0,0,0,0,0,0,2,100,300,,$/);
  });

  it("has a row a validation case", () => {
    expect(play([validated])("validation.csv").trim().split("\n")[1]).toMatch(
      /,1,v,1,0.25,2,0,0.5,0,100,300$/,
    );
  });

  it("has a trace that opens, whole or cut off, with parts one after another", () => {
    type Span = { name: string; ph: string; ts: number; dur: number; tid: number };
    const whole = JSON.parse(play([task, step, checkpoint])("trace.json")) as Span[];
    const cut = JSON.parse(
      `${play([task, step, checkpoint], false)("trace.json").replace(/,\s*$/, "")}]`,
    ) as Span[];
    const untimed = (all: readonly Span[]) => all.map((span) => ({ ...span, ts: 0 }));
    expect(untimed(cut)).toEqual(untimed(whole.slice(0, -1)));
    const spans = whole.filter(({ ph }) => ph === "X");
    const named = (name: string) => spans.find((span) => span.name === name)!;
    expect(spans.map(({ name }) => name)).toEqual([
      ...["load a", "LoadNifti", "Crop"],
      ...["wait for data", "forward", "backward", "optimizer", "checkpoint"],
    ]);
    expect(named("forward").ts).toBe(named("wait for data").ts + 1e6);
    expect(named("optimizer").ts + 0.5e6 - named("Crop").ts).toBe(10e6 - 6e6);
    expect([named("load a").tid, named("forward").tid]).toEqual([2, 0]);
    expect(whole.filter(({ ph }) => ph === "M").map(({ tid }) => tid)).toEqual([2, 0, 0]);
  });

  it("sums up operators by kind, and steps by quantiles", () => {
    const summary = JSON.parse(play([step, step, ended])("summary.json"));
    expect(summary).toMatchObject({
      bottleneck: "the network",
      advice: ["faster"],
      steps: { count: 2, median: 4, p95: 4, longest: 4 },
      training_data: { seconds: 3 },
      operator_kinds: [
        { kind: "convolution", forward: 2, backward: 4, seconds: 6 },
        { kind: "norm", forward: 1, backward: 0, seconds: 1 },
      ],
    });
  });

  it("leaves no empty file of what did not happen", () => {
    const folder = temporaryFolder();
    const files = profileFiles(folder);
    for (const [, file] of files) file.on({ type: "note", message: "" });
    for (const [, file] of files) file.close();
    expect(readdirSync(folder)).toEqual([]);
  });
});
