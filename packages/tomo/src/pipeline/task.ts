import { scope } from "@tomo/torch";
import { type PackedSample, packSample, unpackSample } from "./packed_sample.ts";
import { runTransforms } from "./run_transforms.ts";
import type { BuiltTransform, TransformSpec } from "./transform_list.ts";

/** What every task of one loader has in common; plain data, because workers get it too. */
export interface TaskSetting {
  readonly transforms: readonly TransformSpec[];
  readonly extraComponents: readonly string[];
  readonly seed: number;
  readonly sameSize: boolean;
}

/** One sample to make. Plain data. */
export interface Task {
  /** An item of the datalist, or a cached sample, whose tokens stay with their owner. */
  readonly sample: PackedSample;
  /** Transforms [from, to) are run. */
  readonly from: number;
  readonly to: number;
  /** The sample as it is after this many transforms is handed back too, for the cache; null without. */
  readonly cacheAt: number | null;
  readonly epoch: number;
  readonly occurrence: number;
}

/** Its tokens belong to the receiver. Plain data. */
export interface TaskResult {
  readonly sample: PackedSample;
  readonly cached: PackedSample | null;
  readonly warnings: readonly string[];
}

/**
 * Runs a task in this thread. `handOver` is called once, when all is computed, with the function that makes the
 * tokens: whatever it throws or leaves undone, no tensor stays behind.
 */
export function runTask(
  transforms: readonly BuiltTransform[],
  { seed, sameSize }: Pick<TaskSetting, "seed" | "sameSize">,
  task: Task,
  handOver: (pack: () => TaskResult) => void,
): void {
  const warnings: string[] = [];
  const run = {
    seed,
    sameSize,
    epoch: task.epoch,
    occurrence: task.occurrence,
    warn: (message: string) => warnings.push(message),
  };
  scope(() => {
    const given = unpackSample(task.sample, true);
    const { from, to, cacheAt } = task;
    const cached = cacheAt === null ? null : runTransforms(transforms, given, { ...run, from, to: cacheAt });
    const sample = runTransforms(transforms, cached ?? given, { ...run, from: cacheAt ?? from, to });
    handOver(() => ({ cached: cached && packSample(cached), sample: packSample(sample), warnings }));
  });
}
