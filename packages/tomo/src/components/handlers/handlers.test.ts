import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../workflows/events.ts";
import type { Handler } from "../contracts.ts";
import { EarlyStop } from "./early_stop.ts";
import { StatsHandler } from "./stats_handler.ts";

function play(handler: Handler, events: readonly Partial<RunEvent>[]): { notes: string[]; stops: string[] } {
  const [notes, stops]: [string[], string[]] = [[], []];
  const context = { note: (text: string) => notes.push(text), stop: (text: string) => stops.push(text) };
  for (const event of events) handler.on(event as RunEvent, context);
  return { notes, stops };
}

describe("EarlyStop", () => {
  const validations = (bests: readonly boolean[]) =>
    bests.map((isBest): Partial<RunEvent> => ({ type: "validation", isBest }));

  it("counts validations since the last best, and says it once", () => {
    const handler = () => EarlyStop.build({ val_times_threshold: 2 });
    expect(play(handler(), validations([true, false, true, false])).stops).toEqual([]);
    expect(play(handler(), validations([true, false, false, false])).stops).toHaveLength(1);
  });

  it("needs a threshold of at least 1", () => {
    expect(EarlyStop.args.safeParse({ val_times_threshold: 0 }).success).toBe(false);
    expect(EarlyStop.args.safeParse({}).success).toBe(false);
  });
});

describe("StatsHandler", () => {
  it("notes the statistics of each epoch by itself", () => {
    const step = (loss: number): Partial<RunEvent> => ({ type: "step", loss, seconds: 0.25 });
    const events: Partial<RunEvent>[] = [
      ...[{ type: "epoch_started" as const }, step(1), step(3), { type: "epoch" as const, epoch: 1 }],
      ...[{ type: "epoch_started" as const }, step(5), { type: "epoch" as const, epoch: 2 }],
    ];
    expect(play(StatsHandler.build({}), events).notes).toEqual([
      "epoch 1: loss mean 2.0000, std 1.0000, min 1.0000, max 3.0000 over 2 steps; 0.250 s a step",
      "epoch 2: loss mean 5.0000, std 0.0000, min 5.0000, max 5.0000 over 1 steps; 0.250 s a step",
    ]);
  });
});
