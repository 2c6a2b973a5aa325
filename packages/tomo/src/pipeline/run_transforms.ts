import { dispose, scope, tensorsIn } from "@tomo/torch";
import type { LabelFormat } from "../components/contracts.ts";
import { RandomStream } from "../data/random.ts";
import type { Sample } from "../data/sample.ts";
import { type SizeDifference, sizeDifference, sizeError } from "./spatial_sizes.ts";
import { transformError, transformName } from "./transform_error.ts";
import type { BuiltTransform } from "./transform_list.ts";

/** Who runs: with the sample's index this says which random numbers every transform gets. */
export interface TransformRun {
  readonly seed: number;
  /** 1-based in training; 0 elsewhere. */
  readonly epoch: number;
  /** How often the case came before in the list (duplicate_count); each time has draws of its own. */
  readonly occurrence: number;
  /** Whether the images of a case must end with one spatial size. */
  readonly sameSize: boolean;
  readonly warn: (message: string) => void;
  /** As in TransformContext; null if left out. */
  readonly labelFormat?: LabelFormat | null;
  /** Runs only transforms [from, to) of the list, counted from 0. */
  readonly from?: number;
  readonly to?: number;
  /** Told the seconds of each transform when it is done. */
  readonly timed?: (seconds: number) => void;
}

/**
 * Runs transforms one after another. Intermediate tensors are freed as soon as the next transform is done; those of
 * `sample` are left alone. What a transform throws comes out as a TomoError with case, transform and field.
 */
export function runTransforms(
  transforms: readonly BuiltTransform[],
  sample: Sample,
  run: TransformRun,
): Sample {
  const { from = 0, to = transforms.length } = run;
  const given = handlesIn(sample);
  return scope(() => {
    const sizes = run.sameSize ? watchSizes(transforms, sample, from) : undefined;
    let current = sample;
    for (let n = from; n < to; n++) {
      sizes?.before(current, n);
      const start = performance.now();
      const next = scope(() => apply(transforms[n]!, current, n, run));
      disposeDropped(current, next, given);
      current = next;
      run.timed?.((performance.now() - start) / 1000);
      sizes?.after(current, n);
    }
    if (to === transforms.length) sizes?.end(current);
    return current;
  });
}

function apply({ spec, transform }: BuiltTransform, sample: Sample, n: number, run: TransformRun): Sample {
  const key = { seed: run.seed, epoch: run.epoch, index: sample.index, transform: n };
  const stream = new RandomStream(key);
  const random = run.occurrence === 0 ? stream : stream.fork(run.occurrence);
  try {
    return transform.apply(sample, { random, warn: run.warn, labelFormat: run.labelFormat ?? null });
  } catch (error) {
    throw transformError(error, sample, spec, n + 1);
  }
}

function disposeDropped(from: Sample, to: Sample, given: ReadonlySet<number>): void {
  const used = handlesIn(to);
  dispose(tensorsIn(from).filter(({ handle }) => !used.has(handle) && !given.has(handle)));
}

const handlesIn = (sample: Sample): Set<number> => new Set(tensorsIn(sample).map(({ handle }) => handle));

/**
 * The images of a case must have one size when a random transform takes them together (a crop would hide the fault)
 * and at the end. In between they may differ: image and label may be resampled one after the other.
 */
function watchSizes(transforms: readonly BuiltTransform[], sample: Sample, from: number) {
  let difference: SizeDifference | null = sizeDifference(sample);
  let since = from - 1;
  const fail = (current: Sample, found: SizeDifference) =>
    sizeError(current, found, since < 0 ? "loading" : transformName(since + 1, transforms[since]!.spec));
  return {
    before: (current: Sample, n: number) => {
      const { random, spec } = transforms[n]!;
      if (difference === null || !random) return;
      if (names(spec.args, difference.field) && names(spec.args, difference.other))
        throw fail(current, difference);
    },
    after: (current: Sample, n: number) => {
      if (difference === null) since = n;
      difference = sizeDifference(current);
    },
    end: (current: Sample) => {
      if (difference !== null) throw fail(current, difference);
    },
  };
}

const names = (args: Readonly<Record<string, unknown>>, field: string): boolean =>
  Object.values(args).some((value) => value === field || (Array.isArray(value) && value.includes(field)));
