import { release, scope } from "@tomo/torch";
import type { Sample } from "../../data/sample.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import { type Codings, codingsLeft, compactSample, expandSample } from "../compact/compact_sample.ts";
import { runTransforms, type TransformRun } from "../run_transforms.ts";
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
  /** Transforms [from, to) are run, counted from 0; `to` null = only those for the cache. */
  readonly from: number;
  readonly to: number | null;
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
  /** Null where the task was for the cache only. */
  readonly sample: PackedSample | null;
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
      const finished = (end: number): Sample =>
        cached === null
          ? fromStored(transforms, given, sample.codings, { ...run, from, to: end })
          : runTransforms(transforms, cached, { ...run, from: cacheAt!, to: end });
      const done = to === null ? null : finished(to);
      const stored = cached && compactSample(cached);
      handOver(() => {
        const packed = stored && packSample(stored.sample, stored.codings);
        try {
          const seconds = (performance.now() - begun) / 1000;
          const start = performance.timeOrigin + begun;
          const times = { case: sample.caseId, start, seconds, from, transforms: spent };
          return { cached: packed, sample: done && packSample(done), warnings, times };
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

/** Transforms of a cached sample: what the first of them picks from is expanded after it, which is less. */
function fromStored(
  transforms: readonly BuiltTransform[],
  sample: Sample,
  codings: Codings,
  run: TransformRun & { readonly from: number; readonly to: number },
): Sample {
  const { from, to } = run;
  const later = codingsLeft(codings, from < to ? transforms[from]!.transform.picks : undefined);
  const now = Object.fromEntries(Object.entries(codings).filter(([field]) => !(field in later)));
  const given = expandSample(sample, now);
  if (Object.keys(later).length === 0) return runTransforms(transforms, given, run);
  const picked = runTransforms(transforms, given, { ...run, to: from + 1 });
  return runTransforms(transforms, expandSample(picked, later), { ...run, from: from + 1 });
}
