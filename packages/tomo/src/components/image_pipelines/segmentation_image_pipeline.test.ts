import { describe, expect, it } from "vitest";
import { imagePipelines } from "./index.ts";

const [plain, cached] = imagePipelines;
const needed = {
  data_list_file_path: "/data/dataset_0.json",
  data_file_base_dir: "/data",
  data_list_key: "training",
  output_crop_size: [96, 96, 96],
};
const withCache = { ...needed, num_cache_objects: 20, replace_percent: 0.25 };
const faults = (args: object) =>
  plain.check!(plain.args.parse({ ...needed, ...args })).map((fault) => fault.argument);

describe("segmentation pipelines", () => {
  it("take the seed's arguments", () => {
    const seed = { output_batch_size: 3, batched_by_transforms: true, num_workers: 2, prefetch_size: 0 };
    const args = cached.args.parse({ ...withCache, ...seed });
    expect(cached.check!(args)).toEqual([]);
    expect(cached.build(args)).toEqual({
      name: "SegmentationImagePipelineWithCache",
      task: "segmentation",
      dataListFilePath: "/data/dataset_0.json",
      dataFileBaseDir: "/data",
      dataListKey: "training",
      cropSize: [96, 96, 96],
      batchSize: 3,
      batchedByTransforms: true,
      numWorkers: 2,
      prefetchSize: 0,
      shuffle: true,
      duplicateCount: 1,
      imageChannels: 1,
      labelChannels: 1,
      spatialDims: 3,
      dataFormat: "channels_first",
      cache: { objects: 20, replacePercent: 0.25, memory: null },
      badFiles: "stop",
      labelFormat: null,
      sampling: null,
    });
  });

  it("have Clara's defaults", () => {
    expect(plain.build(plain.args.parse(needed))).toMatchObject({
      batchSize: 10,
      batchedByTransforms: false,
      numWorkers: 4,
      prefetchSize: 20,
      shuffle: true,
      cache: null,
    });
  });

  it("understand the whole image and 2-D sizes", () => {
    const built = (args: object) => plain.build(plain.args.parse({ ...needed, ...args }));
    expect(built({ output_crop_size: [-1, -1, -1] })).toMatchObject({ cropSize: null, spatialDims: 3 });
    expect(built({ output_crop_size: [256, 256] })).toMatchObject({ cropSize: [256, 256], spatialDims: 2 });
    expect(built({ output_crop_size: [-1, -1], output_data_dims: 2 })).toMatchObject({
      cropSize: null,
      spatialDims: 2,
    });
  });

  it("have Keras names that mean the same", () => {
    expect(imagePipelines.slice(0, 4).map(({ name }) => name)).toEqual([
      "SegmentationImagePipeline",
      "SegmentationImagePipelineWithCache",
      "SegmentationKerasImagePipeline",
      "SegmentationKerasImagePipelineWithCache",
    ]);
    const [, , keras, kerasCached] = imagePipelines;
    const same = { ...plain.build(plain.args.parse(needed)), name: "SegmentationKerasImagePipeline" };
    expect(keras.build(keras.args.parse({ ...needed, multiprocessing: true }))).toEqual(same);
    expect(kerasCached.build(kerasCached.args.parse(withCache)).cache).toEqual({
      objects: 20,
      replacePercent: 0.25,
      memory: null,
    });
  });

  it("refuse what cannot be meant or is not there", () => {
    expect(faults({})).toEqual([]);
    expect(faults({ output_crop_size: [96, 96, -1] })).toEqual(["output_crop_size"]);
    expect(faults({ output_crop_size: [96, 0, 96] })).toEqual(["output_crop_size"]);
    expect(faults({ output_data_dims: 2 })).toEqual(["output_crop_size"]);
    expect(faults({ output_batch_size: 0 })).toEqual(["output_batch_size"]);
    expect(faults({ output_batch_size: 0, batched_by_transforms: true })).toEqual([]);
    expect(faults({ transforms: [], batch_transforms: null })).toEqual([]);
    expect(faults({ transforms: [{}], batch_transforms: [{}] })).toEqual(["transforms", "batch_transforms"]);
    expect(faults({ items_per_category: "max", category_weights: [1, 2], extra_inputs: ["age"] })).toEqual([
      "extra_inputs",
      "items_per_category",
      "category_weights",
    ]);
    for (const wrong of [{ num_cache_objects: 0 }, { replace_percent: 1.5 }, { replace_percent: 25 }])
      expect(cached.args.safeParse({ ...withCache, ...wrong }).success).toBe(false);
    expect(plain.args.safeParse({ ...needed, num_cache_objects: 3 }).success).toBe(false);
  });
});
