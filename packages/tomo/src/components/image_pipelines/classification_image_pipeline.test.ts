import { describe, expect, it } from "vitest";
import {
  ClassificationImagePipeline,
  ClassificationImagePipelineWithCache,
  ClassificationKerasImagePipeline,
  ClassificationKerasImagePipelineWithCache,
} from "./classification_image_pipeline.ts";

const seed = {
  data_list_file_path: "/data/dataset_0.json",
  data_file_base_dir: "/data",
  data_list_key: "training",
  output_crop_size: [256, 256],
  output_data_format: "channels_last",
  output_batch_size: 20,
  output_image_channels: 3,
  num_workers: 4,
  prefetch_size: 21,
};
const built = (args: object = {}) =>
  ClassificationImagePipeline.build(ClassificationImagePipeline.args.parse({ ...seed, ...args }));
const faults = (args: object) =>
  ClassificationImagePipeline.check!(ClassificationImagePipeline.args.parse({ ...seed, ...args })).map(
    ({ argument }) => argument,
  );

describe("classification pipelines", () => {
  it("take the seed's arguments", () => {
    expect(built()).toEqual({
      name: "ClassificationImagePipeline",
      task: "classification",
      dataListFilePath: "/data/dataset_0.json",
      dataFileBaseDir: "/data",
      dataListKey: "training",
      cropSize: [256, 256],
      batchSize: 20,
      batchedByTransforms: false,
      numWorkers: 4,
      prefetchSize: 21,
      shuffle: true,
      duplicateCount: 1,
      imageChannels: 3,
      labelChannels: 1,
      spatialDims: 2,
      labelFormat: null,
      sampling: null,
      badFiles: "stop",
      dataFormat: "channels_last",
      cache: null,
    });
  });

  it("understand label format, class balancing and files to skip", () => {
    expect(built({ output_label_format: [1, 1, 3] }).labelFormat).toEqual([1, 1, 3]);
    expect(built({ items_per_category: "max" }).sampling).toEqual({
      itemsPerCategory: "max",
      categoryWeights: null,
    });
    expect(built({ items_per_category: 50, category_weights: [1, 2] }).sampling).toEqual({
      itemsPerCategory: 50,
      categoryWeights: [1, 2],
    });
    expect(built({ bad_files: "skip" }).badFiles).toBe("skip");
  });

  it("have a variant with a cache, and Keras names that mean the same", () => {
    const args = { ...seed, num_cache_objects: 20, replace_percent: 0.25 };
    const cached = ClassificationImagePipelineWithCache.build(
      ClassificationImagePipelineWithCache.args.parse(args),
    );
    expect(cached.cache).toEqual({ objects: 20, replacePercent: 0.25, memory: null });
    const keras = ClassificationKerasImagePipelineWithCache.build(
      ClassificationKerasImagePipelineWithCache.args.parse({ ...args, multiprocessing: true }),
    );
    expect({ ...keras, name: cached.name }).toEqual(cached);
    const plain = ClassificationKerasImagePipeline.build(ClassificationKerasImagePipeline.args.parse(seed));
    expect({ ...plain, name: "ClassificationImagePipeline" }).toEqual(built());
  });

  it("refuse what cannot be meant", () => {
    expect(faults({})).toEqual([]);
    expect(faults({ category_weights: [0, 0] })).toEqual(["category_weights"]);
    expect(faults({ output_batch_size: 0 })).toEqual(["output_batch_size"]);
    for (const wrong of [
      { output_label_format: [] },
      { output_label_format: [0] },
      { items_per_category: "min" },
      { items_per_category: 0 },
      { category_weights: [-1] },
      { bad_files: "ignore" },
      { output_label_channels: 1 },
    ])
      expect(ClassificationImagePipeline.args.safeParse({ ...seed, ...wrong }).success).toBe(false);
  });
});
