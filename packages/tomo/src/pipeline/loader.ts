import type { Tensor } from "@tomo/torch";
import type { ComponentSpec } from "../config/component_spec.ts";
import type { DatalistItem } from "../config/datalist_item.ts";
import type { Sample } from "../data/sample.ts";

/** What a loader needs; plain data, because workers get it too. */
export interface LoaderOptions {
  readonly items: readonly DatalistItem[];
  readonly transforms: readonly ComponentSpec<"transforms">[];
  /** Transforms of `train.batch_transforms`, applied to the assembled batch. */
  readonly batchTransforms: readonly ComponentSpec<"transforms">[];
  readonly seed: number;
  readonly numWorkers: number;
  readonly prefetchSize: number;
  readonly shuffle: boolean;
  readonly batchSize: number;
  readonly batchedByTransforms: boolean;
  readonly cache: { readonly objects: number; readonly replacePercent: number } | null;
  readonly warn: (message: string) => void;
}

/** One training batch. Its tensors belong to the receiver's scope rules: dispose them, or take them inside a scope. */
export interface Batch {
  /** Batched fields, for example image [N, C, D, H, W] and label [N, 1, D, H, W]. */
  readonly fields: Readonly<Record<string, Tensor>>;
  /** Cases the patches came from, in order of the batch axis. */
  readonly cases: readonly string[];
}

/** Batches of one epoch after another. Errors of workers arrive as TomoError with case, transform and field. */
export interface BatchLoader {
  readonly stepsPerEpoch: number;
  /** Cached items, bytes and what was exchanged, for the log. */
  readonly describe: () => string;
  /** 1-based epoch; the order and every random draw follow from (seed, epoch), not from what ran before. */
  readonly epoch: (epoch: number) => AsyncIterable<Batch>;
  readonly close: () => Promise<void>;
}

/** Samples one by one in list order, for validation and inference. The receiver disposes each sample's tensors. */
export interface SampleLoader {
  readonly length: number;
  readonly samples: () => AsyncIterable<Sample>;
  readonly close: () => Promise<void>;
}
