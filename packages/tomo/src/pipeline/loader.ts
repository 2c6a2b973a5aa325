import type { Tensor } from "@tomo/torch";
import type { Sampling } from "../components/image_pipelines/settings.ts";
import type { ComponentSpec } from "../config/component_spec.ts";
import type { DatalistItem } from "../config/datalist_item.ts";
import type { Sample } from "../data/sample.ts";
import type { LoadingTimes } from "./loading_times.ts";
import type { WorkerTask } from "./workers/inbox.ts";

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
  readonly cache: {
    readonly objects: number;
    readonly replacePercent: number;
    /** Bytes that cached samples may take; no limit if left out. */
    readonly memory?: number;
  } | null;
  /** Each message comes once. */
  readonly warn: (message: string) => void;
  /** Told what the cache holds, after the first epoch. */
  readonly note?: (message: string) => void;
  /** Classification: the label format; the field `label` of each case is a list of numbers then. */
  readonly labelFormat?: readonly number[] | null;
  /** Draws cases by category instead of each once; needs labelFormat. */
  readonly sampling?: Sampling | null;
  /** What happens when a case's file cannot be read; "stop" if left out. */
  readonly badFiles?: "stop" | "skip";
  /** How often the list is repeated in an epoch; 1 if left out. Each time has random draws of its own. */
  readonly duplicateCount?: number;
  /** Told of each task when it is done. */
  readonly onTask?: (task: WorkerTask) => void;
  /** Closes the loader; epochs under way throw the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What a loader of single samples needs. */
export interface SampleLoaderOptions {
  readonly items: readonly DatalistItem[];
  readonly transforms: readonly ComponentSpec<"transforms">[];
  readonly seed: number;
  readonly numWorkers: number;
  /** Samples made ahead of their use: at most one a worker, since these are whole volumes. */
  readonly prefetch: number;
  readonly warn: (message: string) => void;
  /** Told what the cache holds, after the first pass. */
  readonly note?: (message: string) => void;
  /** The first `objects` cases stay in memory as they are after the deterministic transforms, in `memory` bytes at most. */
  readonly cache?: { readonly objects: number; readonly memory?: number } | null;
  /** Whether images of a case with different spatial sizes are an error; true if left out. */
  readonly sameSize?: boolean;
  /** Told of each task when it is done. */
  readonly onTask?: (task: WorkerTask) => void;
  readonly signal?: AbortSignal;
}

/** One training batch. Its tensors are in no scope and share memory with nothing: dispose them after use. */
export interface Batch {
  /** Batched fields, for example image [N, C, D, H, W] and label [N, 1, D, H, W]; classification: label [N, entries]. */
  readonly fields: Readonly<Record<string, Tensor>>;
  /** Cases the patches came from, in order of the batch axis. */
  readonly cases: readonly string[];
}

/** Batches of one epoch after another. Errors of workers arrive as TomoError with case, transform and field. */
export interface BatchLoader {
  readonly stepsPerEpoch: number;
  /** Cached items, bytes and what was exchanged, for the log. */
  readonly describe: () => string;
  readonly times: () => LoadingTimes;
  /** 1-based; the order and every random draw follow from (seed, epoch), not from what ran before. */
  readonly epoch: (epoch: number) => AsyncIterable<Batch>;
  /** Ends workers and frees what is cached or under way; an epoch under way throws an AbortError. */
  readonly close: () => Promise<void>;
}

/**
 * Samples one by one in list order, for validation and inference. The receiver disposes each sample's tensors, and
 * does not write into them: they may be a cache's.
 */
export interface SampleLoader {
  readonly length: number;
  readonly samples: () => AsyncIterable<Sample>;
  readonly times: () => LoadingTimes;
  readonly close: () => Promise<void>;
}
