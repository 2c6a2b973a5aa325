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
  readonly dataFormat: "channels_first" | "channels_last";
  /** Smart Cache: items in memory and the fraction exchanged after each epoch; null without a cache. */
  readonly cache: { readonly objects: number; readonly replacePercent: number } | null;
}
