import { release, scope } from "@tomo/torch";
import { TomoError } from "../../errors/tomo_error.ts";
import { runTransforms } from "../run_transforms.ts";
import type { BuiltTransform, TransformSpec } from "../transform_list.ts";
import { type PackedSample, packSample, tokensOf, unpackSample } from "./packed_sample.ts";

/** What every task of one loader has in common; plain data, because workers get it too. */
export interface TaskSetting {
  readonly transforms: readonly TransformSpec[];
  readonly seed: number;
  readonly sameSize: boolean;
}

/** One sample to make. Plain data. */
export interface Task {
  /** An item of the datalist, or a cached sample, whose tokens stay with their owner. */
  readonly sample: PackedSample;
  /** Transforms [from, to) are run, counted from 0. */
  readonly from: number;
  readonly to: number;
  /** The sample as it is after this many transforms is handed back too, for the cache; null without. */
  readonly cacheAt: number | null;
  readonly epoch: number;
  readonly occurrence: number;
}

/** What a task took. Plain data. */
export interface TaskTimes {
  readonly case: string;
  /** Milliseconds since 1970 on a clock that all threads share. */
  readonly start: number;
  readonly seconds: number;
  /** The first transform that ran, counted from 0. */
  readonly from: number;
  /** Seconds of that one and of those after it. */
  readonly transforms: readonly number[];
}

/** Its tokens belong to the receiver. Plain data. */
export interface TaskResult {
  readonly sample: PackedSample;
  readonly cached: PackedSample | null;
  readonly warnings: readonly string[];
  readonly times: TaskTimes;
}

/**
 * Runs a task in this thread. `handOver` is called once, when all is computed, with the function that makes the
 * tokens. Throws TomoErrors only; no tensor stays behind.
 */
export function runTask(
  transforms: readonly BuiltTransform[],
  { seed, sameSize }: Pick<TaskSetting, "seed" | "sameSize">,
  { sample, from, to, cacheAt, epoch, occurrence }: Task,
  handOver: (pack: () => TaskResult) => void,
): void {
  const begun = performance.now();
  const warnings: string[] = [];
  const spent: number[] = [];
  const warn = (message: string) => warnings.push(message);
  const timed = (seconds: number) => spent.push(seconds);
  const run = { seed, sameSize, epoch, occurrence, warn, timed };
  try {
    scope(() => {
      const given = unpackSample(sample, true);
      const cached =
        cacheAt === null ? null : runTransforms(transforms, given, { ...run, from, to: cacheAt });
      const done = runTransforms(transforms, cached ?? given, { ...run, from: cacheAt ?? from, to });
      handOver(() => {
        const packed = cached && packSample(cached);
        try {
          const seconds = (performance.now() - begun) / 1000;
          const start = performance.timeOrigin + begun;
          const times = { case: sample.caseId, start, seconds, from, transforms: spent };
          return { cached: packed, sample: packSample(done), warnings, times };
        } catch (error) {
          if (packed !== null) tokensOf(packed).forEach(release);
          throw error;
        }
      });
    });
  } catch (error) {
    if (error instanceof TomoError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new TomoError("TOMO_TRANSFORM_FAILED", `the sample could not be handed over: ${reason}`, {
      where: { case: sample.caseId },
      cause: error,
    });
  }
}
