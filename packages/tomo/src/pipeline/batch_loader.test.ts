import { spawnSync } from "node:child_process";
import { dispose, getThreads, liveTensors, ops, setThreads, sharedTensors } from "@tomo/torch";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TomoError } from "../errors/tomo_error.ts";
import { createBatchLoader } from "./batch_loader.ts";
import type { Batch, BatchLoader, LoaderOptions } from "./loader.ts";
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
import { workerUrl } from "./worker_url.ts";

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

describe("batches", () => {
  const shapes = ({ fields, cases }: Batch): string => {
    const text = Object.entries(fields).map(([name, { shape }]) => `${name} ${shape.join("x")}`);
    dispose(Object.values(fields));
    return `${cases.join("")}: ${text.join(", ")}`;
  };
  const epochOf = (options: Partial<LoaderOptions>, epoch = 1) =>
    withLoader({ shuffle: false, ...options }, (loader) => collect(loader.epoch(epoch), shapes));

  it("keep the smaller last one", async () => {
    expect(await epochOf({})).toEqual([
      "ab: image 2x1x3x3x3, label 2x1x3x3x3",
      "cd: image 2x1x3x3x3, label 2x1x3x3x3",
      "e: image 1x1x3x3x3, label 1x1x3x3x3",
    ]);
  });

  it("are the patches of one case when a transform makes them", async () => {
    const transforms = [load(), crop(3)];
    expect(await epochOf({ items: items(2), batchedByTransforms: true, transforms })).toEqual([
      "aaa: image 3x1x3x3x3, label 3x1x3x3x3",
      "bbb: image 3x1x3x3x3, label 3x1x3x3x3",
    ]);
    expect(await epochOf({ items: items(1), batchedByTransforms: true })).toEqual([
      "a: image 1x1x3x3x3, label 1x1x3x3x3",
    ]);
  });

  it("are the patches of several cases with MergeBatchDims, before other batch transforms", async () => {
    const batchTransforms = [
      spec("TestMix", { fields: ["image"] }),
      spec("MergeBatchDims", { fields: ["image", "label"] }),
    ];
    expect(await epochOf({ items: items(3), transforms: [load(), crop(2)], batchTransforms })).toEqual([
      "aabb: image 4x1x3x3x3, label 4x1x3x3x3",
      "cc: image 2x1x3x3x3, label 2x1x3x3x3",
    ]);
  });

  it.each([
    ["plain", {}, 8],
    ["batched by transforms", { batchedByTransforms: true }, 32],
    ["cache", { cache: { objects: 32, replacePercent: 0 } }, 8],
    ["smaller cache", { cache: { objects: 10, replacePercent: 0.2 } }, 3],
    ["cache and merged 2 x 2", { cache: { objects: 32, replacePercent: 0 }, batchSize: 2 }, 16],
    ["twice", { duplicateCount: 2 }, 16],
  ])("of 32 cases, 4 a batch, %s", async (_, options, steps) => {
    await withLoader({ items: items(32), batchSize: 4, ...options }, async ({ stepsPerEpoch }) => {
      expect(stepsPerEpoch).toBe(steps);
    });
  });

  it("have draws of their own for each repetition of a case", async () => {
    const options = { items: items(1), duplicateCount: 4, batchSize: 1, transforms: [load(), shift] };
    const [prints] = await stream(options, [1]);
    expect(new Set(prints).size).toBe(4);
  });

  it("can be asked for epochs from 1 only", async () => {
    await withLoader({}, async (loader) => {
      for (const epoch of [0, 1.5, Number.NaN])
        await expect(collect(loader.epoch(epoch), shapes)).rejects.toThrow(RangeError);
    });
  });

  it("share no memory with the cache", async () => {
    const options = { transforms: [load(), centre], cache: { objects: 9, replacePercent: 0 } };
    const batchedByTransforms = true;
    const untouched = await stream({ ...options, batchedByTransforms }, [1, 2]);
    await withLoader({ ...options, batchedByTransforms }, async (loader) => {
      await collect(loader.epoch(1), ({ fields }) => {
        for (const tensor of Object.values(fields)) ops.zero_(tensor);
        dispose(Object.values(fields));
      });
      expect(await collect(loader.epoch(2), fingerprint)).toEqual(untouched[1]);
    });
  });

  it("do not depend on the number of threads of the caller", async () => {
    const options = { items: items(2), transforms: [load({ size: [60, 60, 60] }), centre], batchSize: 1 };
    const threads = getThreads();
    setThreads(2);
    const alone = await stream(options, [1]);
    expect(getThreads()).toBe(2);
    setThreads(threads);
    expect(await stream({ ...options, numWorkers: 1 }, [1])).toEqual(alone);
  });
});

describe("the Smart Cache", () => {
  const cached = { shuffle: true, batchSize: 1, cache: { objects: 3, replacePercent: 0.4 } };
  const loads = async (options: Partial<LoaderOptions>, epochs: number[]) => {
    const told: string[] = [];
    const warn = (message: string) => told.push(message);
    const transforms = [load({ tell: true }), centre, crop(), shift];
    await stream({ ...cached, ...options, transforms, warn }, epochs);
    return told;
  };

  it("loads a case when it enters the window, not when it is used again", async () => {
    expect(await loads({}, [1])).toHaveLength(3);
    expect(await loads({}, [1, 2, 3, 4])).toHaveLength(3 + 2 + 2 + 2);
    expect(await loads({}, [7])).toHaveLength(3);
    expect(
      await loads({ duplicateCount: 2, cache: { objects: 10, replacePercent: 0 } }, [1, 2]),
    ).toHaveLength(5);
  });

  it("loads what the next epoch needs while an epoch runs, in the workers", async () => {
    const told = await loads({ numWorkers: 2 }, [1, 2, 3, 4]);
    expect(told.length).toBeGreaterThanOrEqual(9);
    expect(told.length).toBeLessThanOrEqual(11);
    expect(told.filter((message) => message.includes("in thread 0"))).toEqual([]);
  });

  it("frees what leaves the window after its last use", async () => {
    await withLoader(cached, async (loader) => {
      for (const epoch of [1, 2, 3]) {
        await collect(loader.epoch(epoch), fingerprint);
        // one of three cases stays, with two tensors
        expect(sharedTensors()).toBe(2);
      }
    });
  });

  it("says what it holds", async () => {
    const tiny = { transforms: [load({ size: [10, 10, 10] }), crop(), shift] };
    await withLoader({ ...cached, ...tiny }, async (loader) => {
      expect(loader.describe()).toBe(
        "Smart Cache: 3 of 5 cases, 2 exchanged after each epoch; no workers; nothing loaded yet",
      );
      await collect(loader.epoch(1), fingerprint);
      expect(loader.describe()).toBe(
        "Smart Cache: 3 of 5 cases, 2 exchanged after each epoch; no workers; 1 in memory with 4.0 kB (stored compactly, 8.0 kB in full), at most about 20.0 kB",
      );
    });
    await withLoader({ cache: { objects: 9, replacePercent: 1 }, numWorkers: 1 }, async (loader) => {
      expect(loader.describe()).toBe(
        "Smart Cache: all 5 cases, none exchanged; 1 worker; nothing loaded yet",
      );
    });
    await withLoader({ duplicateCount: 3, cache: { objects: 15, replacePercent: 1 } }, async (loader) => {
      await collect(loader.epoch(1), fingerprint);
      expect(loader.describe()).toMatch(
        /^Smart Cache: all 15 entries \(5 cases\), none exchanged; no workers; 5 in/,
      );
    });
    await withLoader({ numWorkers: 3 }, async (loader) => {
      expect(loader.describe()).toBe("5 cases, 3 workers, no cache");
    });
  });

  describe("with less memory than its cases need", () => {
    // 7 x 8 x 9 voxels: image 2016 bytes as it is, label 1008 as int16
    const caseBytes = 3024;
    const transforms = [load({ size: [7, 8, 9] }), centre, crop(2), shift];
    const options = { transforms, batchedByTransforms: true, batchSize: 1 };
    const within = (cases: number) => ({ objects: 5, replacePercent: 0, memory: cases * caseBytes });

    it("gives the same bytes whatever is kept, for any number of workers", async () => {
      const warn = () => {};
      const all = { ...options, warn };
      const expected = await stream({ ...all, cache: { objects: 5, replacePercent: 0 } }, [1, 2]);
      expect(await stream(all, [1, 2])).toEqual(expected);
      for (const kept of [0.5, 2.5])
        expect(await stream({ ...all, cache: within(kept) }, [1, 2])).toEqual(expected);
      for (const numWorkers of [1, 2])
        expect(await stream({ ...all, numWorkers, prefetchSize: 4, cache: within(2.5) }, [1, 2])).toEqual(
          expected,
        );
      const window = { objects: 3, replacePercent: 0.4 };
      const moving = await stream({ ...all, cache: window }, [1, 2, 3]);
      for (const numWorkers of [0, 2])
        expect(
          await stream({ ...all, numWorkers, cache: { ...window, memory: 2.5 * caseBytes } }, [1, 2, 3]),
        ).toEqual(moving);
    });

    it.each([0, 2])("keeps those that came first and says so once (%i workers)", async (numWorkers) => {
      const told: string[] = [];
      const mine = { ...options, shuffle: false, numWorkers, prefetchSize: 4, cache: within(2.5) };
      const warn = (message: string) => told.push(message);
      const note = (message: string) => told.push(message);
      await withLoader({ ...mine, warn, note }, async (loader) => {
        for (const epoch of [1, 2]) {
          await collect(loader.epoch(epoch), fingerprint);
          expect(sharedTensors()).toBe(2 * 2);
        }
      });
      const workers = numWorkers === 0 ? "no workers" : "2 workers";
      expect(told).toEqual([
        "the cache keeps 2 of 5 cases (6.05 of 7.56 kB); the others are read anew each epoch: a larger cache_memory makes this faster, results stay the same",
        `Smart Cache: all 5 cases, none exchanged; ${workers}; 2 in memory with 6.0 kB (stored compactly, 8.1 kB in full), 7.6 kB allowed`,
      ]);
    });

    it("reads only the others again", async () => {
      const told: string[] = [];
      const cache = { ...within(2.5), objects: 5 };
      const again = [load({ size: [7, 8, 9], tell: true }), centre, crop(2), shift];
      const warn = (message: string) => message.startsWith("loaded") && told.push(message);
      await stream({ ...options, shuffle: false, transforms: again, cache, warn }, [1, 2, 3]);
      expect(told.map((message) => message.split(" ")[1])).toEqual([..."abcde", ..."cde", ..."cde"]);
    });

    it("makes room for others when cases leave the window", async () => {
      const cache = { objects: 3, replacePercent: 0.4, memory: 2.5 * caseBytes };
      await withLoader({ ...options, cache, warn: () => {} }, async (loader) => {
        for (const epoch of [1, 2, 3, 4]) {
          await collect(loader.epoch(epoch), fingerprint);
          expect(sharedTensors()).toBeLessThanOrEqual(2 * 2);
          expect(loader.describe()).toMatch(/; 1 in memory with/);
        }
      });
    });
  });

  it("warns when it can keep nothing", async () => {
    const told: string[] = [];
    const options = {
      transforms: [spec("TestMix", { fields: [] }), load()],
      warn: (m: string) => told.push(m),
    };
    await withLoader({ ...cached, ...options }, async () => {});
    expect(told).toEqual(["the cache keeps nothing: the first transform, TestMix, is random"]);
  });
});

describe.each([0, 2])("failures with %i workers", (numWorkers) => {
  const failure = async (options: Partial<LoaderOptions>) => {
    const outcome = await stream({ shuffle: false, numWorkers, ...options }, [1]).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(outcome).toBeInstanceOf(TomoError);
    return outcome as TomoError;
  };

  it("of a transform name case and transform", async () => {
    for (const cache of [null, { objects: 4, replacePercent: 0.5 }]) {
      const transforms = [load(), spec("TestFail", { case: "c", how: "throw" }), crop()];
      const error = await failure({ transforms, cache });
      expect(error.message).toBe("transform 2 (TestFail) failed: no such voxel");
      expect(error.where).toMatchObject({ case: "c", configPath: "train.TestFail", line: 97 });
    }
  });

  it("of a label with another size name both sizes", async () => {
    const error = await failure({ transforms: [load({ sizes: { c_label: [5, 6, 6] } }), crop()] });
    expect(error.code).toBe("TOMO_SHAPE_MISMATCH");
    expect(error.message).toBe("label 5x6x6 vs image 5x6x7 after transform 1 (TestLoad)");
    expect(error.where).toMatchObject({ case: "c", field: "label" });
  });

  it("of cases with different sizes name both cases", async () => {
    const error = await failure({ transforms: [load({ sizes: { b: [5, 6, 6], b_label: [5, 6, 6] } })] });
    expect(error.code).toBe("TOMO_BATCH_SHAPE");
    expect(error.message).toBe("image of case b is 1x5x6x6 (CDHW), of case a 1x5x6x7 (CDHW)");
    expect(error.where).toMatchObject({ case: "b", field: "image" });
  });

  it("of a batch that nobody expects say what to set", async () => {
    const error = await failure({ transforms: [load(), crop(2)] });
    expect(error.code).toBe("TOMO_BATCHING");
    expect(error.hint).toContain("MergeBatchDims");
    const merge = spec("MergeBatchDims", { fields: ["image"] });
    expect((await failure({ transforms: [load(), crop(2)], batchTransforms: [merge] })).where.field).toBe(
      "label",
    );
  });

  it("of images without a channel axis name the transform that is missing", async () => {
    const error = await failure({ transforms: [load({ format: "DHW" })] });
    expect(error.message).toBe("image has no channel axis");
    expect(error.hint).toContain("ConvertToChannelsFirst");
  });

  it("of paths that nothing loads say so", async () => {
    expect((await failure({ transforms: [] })).message).toBe("no field holds an image");
  });

  it("of an unknown transform show at once", async () => {
    await expect(
      createBatchLoader(loaderOptions({ numWorkers, transforms: [spec("NoSuch")] })),
    ).rejects.toThrow("there is no NoSuch among the transforms");
  });
});

describe("the end of a loader", () => {
  const many = { items: items(20), numWorkers: 2, prefetchSize: 3, batchSize: 1 };
  const cached = { ...many, cache: { objects: 8, replacePercent: 0.5 } };

  it.each([
    ["plain", many],
    ["cached", cached],
  ])(
    "in the middle of an epoch leaks nothing, and another epoch can follow a break (%s)",
    async (_, options) => {
      const expected = await stream(options, [2]);
      await withLoader(options, async (loader) => {
        for await (const batch of loader.epoch(1)) {
          fingerprint(batch);
          break;
        }
        expect([await collect(loader.epoch(2), fingerprint)]).toEqual(expected);
        // left without return(), with batches under way
        fingerprint((await loader.epoch(5)[Symbol.asyncIterator]().next()).value as Batch);
      });
    },
  );

  it.each([
    ["workers", many],
    ["none", { ...many, numWorkers: 0 }],
  ])("comes by a signal too: epochs under way throw its reason (%s)", async (_, options) => {
    const controller = new AbortController();
    await withLoader({ ...options, signal: controller.signal }, async (loader) => {
      const epoch = loader.epoch(1)[Symbol.asyncIterator]();
      fingerprint((await epoch.next()).value as Batch);
      const waiting = epoch.next();
      controller.abort(new Error("stopped by the user"));
      await expect(waiting).rejects.toThrow("stopped by the user");
      await expect(loader.epoch(1)[Symbol.asyncIterator]().next()).rejects.toThrow("stopped by the user");
    });
  });

  it("may come before it began", async () => {
    await withLoader({ ...many, signal: AbortSignal.abort(new Error("never")) }, async (loader) => {
      await expect(loader.epoch(1)[Symbol.asyncIterator]().next()).rejects.toThrow("never");
    });
  });

  it("makes epochs under way throw an AbortError; closing twice is harmless", async () => {
    const loader = await createBatchLoader(loaderOptions(many));
    const epoch = loader.epoch(1)[Symbol.asyncIterator]();
    fingerprint((await epoch.next()).value as Batch);
    await Promise.all([loader.close(), loader.close()]);
    await expect(epoch.next()).rejects.toMatchObject({ name: "AbortError" });
  });

  it("by the death of a worker is an error that names the case", async () => {
    const transforms = [load(), spec("TestFail", { case: "h", how: "exit" })];
    await withLoader({ ...many, transforms, shuffle: false }, async (loader) => {
      const error = await collect(loader.epoch(1), fingerprint).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toMatchObject({ code: "TOMO_WORKER_DIED", where: { case: "h" } });
    });
  });

  it("is not needed for the process to end", () => {
    const loaderModule = workerUrl(import.meta.url, "batch_loader").href;
    const options = { ...loaderOptions({ numWorkers: 1 }), warn: undefined };
    const script = `
      const { createBatchLoader } = await import(${JSON.stringify(loaderModule)});
      const loader = await createBatchLoader(${JSON.stringify(options)});
      let steps = 0;
      for await (const batch of loader.epoch(1)) steps++;
      console.log(steps);`;
    const run = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
    expect({ status: run.status, stdout: run.stdout, stderr: run.stderr }).toEqual({
      status: 0,
      stdout: "3\n",
      stderr: "",
    });
  });
});
