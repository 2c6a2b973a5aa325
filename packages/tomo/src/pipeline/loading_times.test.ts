import { dispose } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { createBatchLoader } from "./batch_loader.ts";
import type { LoaderOptions } from "./loader.ts";
import { LoadingMeter } from "./loading_times.ts";
import { createSampleLoader } from "./sample_loader.ts";
import { centre, items, load, loaderOptions, shift } from "./testing/loaders.ts";
import type { WorkerTask } from "./workers/inbox.ts";

const task = (name: string, from: number, transforms: readonly number[]): WorkerTask => ({
  case: name,
  start: 0,
  seconds: transforms.reduce((sum, spent) => sum + spent, 0) + 0.5,
  from,
  transforms,
  worker: 0,
});

describe("LoadingMeter", () => {
  it("adds up by transform, and knows what was prepared a second time", () => {
    const meter = new LoadingMeter(["Load", "Scale", "Crop"], 2);
    meter.add(task("a", 0, [4, 2, 1]));
    meter.add(task("b", 0, [8, 2, 1]));
    meter.add(task("a", 0, [16, 2, 1]));
    // from a cache: the random rest only
    meter.add(task("b", 2, [1]));
    expect(meter.times()).toEqual({
      transforms: [
        { name: "Load", calls: 3, seconds: 28 },
        { name: "Scale", calls: 3, seconds: 6 },
        { name: "Crop", calls: 4, seconds: 4 },
      ],
      seconds: 40,
      repeated: 18,
    });
  });
});

/** Times of two epochs. */
async function twoEpochs(options: Partial<LoaderOptions>) {
  const tasks: WorkerTask[] = [];
  const loader = await createBatchLoader(loaderOptions({ ...options, onTask: (done) => tasks.push(done) }));
  try {
    for (const epoch of [1, 2]) for await (const { fields } of loader.epoch(epoch)) dispose(fields);
    return { times: loader.times(), tasks };
  } finally {
    await loader.close();
  }
}

describe("a loader's times", () => {
  it.each([0, 2])(
    "count every transform of every case without a cache, with %i workers",
    async (numWorkers) => {
      const { times, tasks } = await twoEpochs({ numWorkers });
      expect(times).toMatchObject({ workers: numWorkers, cases: 5, cache: null });
      expect(times.transforms.map(({ name, calls }) => [name, calls])).toEqual([
        ["TestLoad", 10],
        ["TestCentre", 10],
        ["TestCrop", 10],
        ["TestShift", 10],
      ]);
      const parts = times.transforms.reduce((sum, { seconds }) => sum + seconds, 0);
      expect(times.repeated).toBeGreaterThan(0);
      expect(times.repeated).toBeLessThan(parts);
      expect(parts).toBeLessThanOrEqual(times.seconds);
      expect(new Set(tasks.map(({ worker }) => worker > 0))).toEqual(new Set([numWorkers > 0]));
      expect(tasks).toHaveLength(10);
    },
  );

  it("count what a cache keeps once, and say what it holds", async () => {
    const { times } = await twoEpochs({ cache: { objects: 5, replacePercent: 0 } });
    expect(times.transforms.map(({ calls }) => calls)).toEqual([5, 5, 10, 10]);
    expect(times.repeated).toBe(0);
    expect(times.cache).toMatchObject({ window: 5, cases: 5 });
  });

  it("of single samples too", async () => {
    const options = { transforms: [load(), centre, shift], seed: 1, numWorkers: 1, prefetch: 1 };
    const loader = await createSampleLoader({ ...options, items: items(3), warn: () => {} });
    for await (const sample of loader.samples()) dispose(sample);
    expect(loader.times()).toMatchObject({ workers: 1, cases: 3, repeated: 0, cache: null });
    expect(loader.times().transforms.map(({ calls }) => calls)).toEqual([3, 3, 3]);
    await loader.close();
  });
});
