import { liveTensors, sharedTensors } from "@tomo/torch";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createBatchLoader } from "./batch_loader.ts";
import type { BatchLoader, LoaderOptions } from "./loader.ts";
import {
  centre,
  collect,
  crop,
  fingerprint,
  items,
  load,
  loaderOptions,
  shift,
  spec,
} from "./testing/loaders.ts";

let live = 0;
beforeEach(() => {
  live = liveTensors();
});
afterEach(() => {
  expect(sharedTensors(), "tokens").toBe(0);
  expect(liveTensors(), "tensors").toBe(live);
});

async function withLoader<T>(options: Partial<LoaderOptions>, use: (loader: BatchLoader) => Promise<T>) {
  const loader = await createBatchLoader(loaderOptions(options));
  try {
    return await use(loader);
  } finally {
    await loader.close();
  }
}

/** Fingerprints of the batches of some epochs. */
const stream = (options: Partial<LoaderOptions>, epochs: readonly number[]) =>
  withLoader(options, async (loader) => {
    const result: string[][] = [];
    for (const epoch of epochs) result.push(await collect(loader.epoch(epoch), fingerprint));
    return result;
  });

const modes: Record<string, Partial<LoaderOptions>> = {
  plain: {},
  "batched by transforms": { batchedByTransforms: true, transforms: [load(), centre, crop(2), shift] },
  cache: { cache: { objects: 3, replacePercent: 0.4 } },
  "cache, batched by transforms": {
    batchedByTransforms: true,
    transforms: [load(), centre, crop(2), shift],
    cache: { objects: 3, replacePercent: 0.4 },
  },
  "cache, batches merged": {
    transforms: [load(), centre, crop(2), shift],
    batchTransforms: [
      spec("MergeBatchDims", { fields: ["image", "label"] }),
      spec("TestMix", { fields: ["image"] }),
    ],
    cache: { objects: 3, replacePercent: 0.4 },
  },
  "cache of all, duplicates": { cache: { objects: 50, replacePercent: 0.5 }, duplicateCount: 2 },
};

describe.each(Object.entries(modes))("%s", (_, mode) => {
  it("gives the same bytes for any number of workers, any prefetch, and epochs asked for directly", async () => {
    const expected = await stream({ ...mode, numWorkers: 0 }, [1, 2, 3]);
    expect(new Set(expected.map((epoch) => epoch.join("\n"))).size).toBe(3);
    expect(await stream({ ...mode, numWorkers: 1, prefetchSize: 2 }, [1, 2, 3])).toEqual(expected);
    expect(await stream({ ...mode, numWorkers: 3, prefetchSize: 0 }, [3])).toEqual([expected[2]]);
    expect(await stream({ ...mode, numWorkers: 0, prefetchSize: 7 }, [3, 1])).toEqual([
      expected[2],
      expected[0],
    ]);
  });
});
