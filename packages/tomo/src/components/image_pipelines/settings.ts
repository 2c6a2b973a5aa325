/** What an image pipeline component says about how samples become batches: its checked arguments; plain data. */
export interface PipelineSettings {
  readonly name: string;
  readonly task: "segmentation" | "classification";
  readonly dataListFilePath: string;
  readonly dataFileBaseDir: string;
  readonly dataListKey: string;
  /** Spatial size of the network input in voxels; null = whole image (`[-1, -1, -1]`). */
  readonly cropSize: readonly number[] | null;
  readonly batchSize: number;
  /** The crop transform already makes the batch. */
  readonly batchedByTransforms: boolean;
  readonly numWorkers: number;
  /** Batches made ahead of their use. */
  readonly prefetchSize: number;
  readonly shuffle: boolean;
  readonly duplicateCount: number;
  readonly imageChannels: number;
  readonly labelChannels: number;
  readonly spatialDims: number;
  /** Classification: the pipeline's own output_label_format, which goes before that of the datalist; null = the datalist's. */
  readonly labelFormat: readonly number[] | null;
  /** How cases are drawn against imbalance; null = every case once. */
  readonly sampling: Sampling | null;
  /** What happens to cases with files that cannot be read: the run stops before training, or goes on without them. */
  readonly badFiles: "stop" | "skip";
  readonly dataFormat: "channels_first" | "channels_last";
  /** Smart Cache; null without one. */
  readonly cache: {
    /** Cases in memory. */
    readonly objects: number;
    /** Fraction exchanged after each epoch. */
    readonly replacePercent: number;
    /** Bytes that they may take; null = a share of what is free. */
    readonly memory: number | null;
  } | null;
}

/** Class balancing: cases are drawn by category (label entry and class) instead of each once. */
export interface Sampling {
  /** Draws of each category an epoch; "max" = as many as the largest category has cases; null = by weights alone. */
  readonly itemsPerCategory: number | "max" | null;
  /** One weight a category, in the order of label_format; null = all alike. */
  readonly categoryWeights: readonly number[] | null;
}
