import { expect, it } from "vitest";
import type { RunEvent } from "../events.ts";
import { Moments } from "./moments.ts";

it("stamps an event with the peak since the one before, and keeps the peak of all", () => {
  let memory = { live: 10, peak: 90 };
  let time = 0;
  const moments = new Moments({
    now: () => ++time,
    memory: () => memory,
    resetPeak: () => {
      memory = { ...memory, peak: memory.live };
    },
  });
  const saved: RunEvent = { type: "checkpoint", epoch: 1, reason: "best", path: "/p", seconds: 1 };
  expect(moments.stamped(saved)).toEqual({ ...saved, moment: { at: 1, memory: 10, peakMemory: 90 } });
  expect(moments.stamped(saved)).toMatchObject({ moment: { at: 2, memory: 10, peakMemory: 10 } });
  const note: RunEvent = { type: "note", message: "" };
  expect(moments.stamped(note)).toBe(note);
  expect(moments.peak).toBe(90);
  memory = { live: 5, peak: 200 };
  expect(moments.peak).toBe(200);
});
