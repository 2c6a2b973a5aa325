import { setImmediate } from "node:timers/promises";
import { liveTensors, memoryUse, sharedTensors } from "@tomo/torch";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TomoError } from "../../errors/tomo_error.ts";
import { items, load, spec } from "../testing/loaders.ts";
import type { TransformSpec } from "../transform_list.ts";
import { Inbox } from "./inbox.ts";
import { packSample } from "./packed_sample.ts";
import type { Task } from "./task.ts";
import { WorkerPool } from "./worker_pool.ts";

let live = 0;
let bytes = 0;
beforeEach(() => {
  live = liveTensors();
  bytes = memoryUse().live;
});
afterEach(() => {
  expect(sharedTensors(), "tokens").toBe(0);
  expect(liveTensors(), "tensors").toBe(live);
  expect(memoryUse().live, "bytes").toBe(bytes);
});

const cases = items(6);
const taskOf = (n: number, transforms: number, more: Partial<Task> = {}): Task => ({
  sample: packSample(cases[n]!),
  from: 0,
  to: transforms,
  cacheAt: null,
  epoch: 1,
  occurrence: 0,
  ...more,
});

async function withPool<T>(
  transforms: readonly TransformSpec[],
  {
    workers = 1,
    heapMegabytes,
    warn = () => {},
  }: { workers?: number; heapMegabytes?: number; warn?: (text: string) => void },
  use: (pool: WorkerPool, inbox: Inbox) => Promise<T>,
): Promise<T> {
  const inbox = new Inbox(warn);
  const setting = { transforms, seed: 1, sameSize: true };
  const pool = new WorkerPool(setting, workers, inbox, heapMegabytes);
  try {
    return await use(pool, inbox);
  } finally {
    await pool.close(new Error("closed by the test"));
    inbox.clear();
  }
}

const failureOf = async (promise: Promise<unknown>): Promise<TomoError> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(TomoError);
  return error as TomoError;
};

describe("a worker", () => {
  it("hands tensors over without leaving any behind", async () => {
    await withPool([load()], {}, async (pool, inbox) => {
      const { sample } = await pool.run(taskOf(2, 1));
      const taken = inbox.take(sample!);
      expect(taken).toMatchObject({ caseId: "c", index: 2 });
      const image = taken.fields.image as { data: import("@tomo/torch").Tensor };
      expect(image.data.shape).toEqual([1, 5, 6, 7]);
      expect(image.data.toArray().slice(0, 3)).toEqual([2000, 2001, 2002]);
      for (const field of ["image", "label"]) (taken.fields[field] as typeof image).data.dispose();
    });
  });

  it("passes each warning on once", async () => {
    const warnings: string[] = [];
    const transforms = [load(), spec("TestWarn", { message: "no foreground" })];
    await withPool(transforms, { warn: (text) => warnings.push(text) }, async (pool) => {
      await pool.run(taskOf(0, 2));
      await pool.run(taskOf(1, 2));
    });
    expect(warnings).toEqual(["no foreground"]);
  });

  it.each([
    ["throw", "transform 2 (TestFail) failed: no such voxel", "TOMO_TRANSFORM_FAILED"],
    ["memory", "not enough memory in transform 2 (TestFail)", "TOMO_OUT_OF_MEMORY"],
    ["freed", "the sample could not be handed over: ", "TOMO_TRANSFORM_FAILED"],
    ["function", `the transform TestFail must leave an image in the field "extra"`, "TOMO_OWN_FAILED"],
  ])("answers a case that fails (%s) with an error, and goes on", async (how, message, code) => {
    await withPool([load(), spec("TestFail", { case: "b", how })], {}, async (pool) => {
      const [before, failing, after] = [
        pool.run(taskOf(0, 2)),
        pool.run(taskOf(1, 2)),
        pool.run(taskOf(2, 2)),
      ];
      const error = await failureOf(failing);
      expect(error.code).toBe(code);
      expect(error.message).toContain(message);
      expect(error.where.case).toBe("b");
      expect((await before).sample!.caseId).toBe("a");
      expect((await after).sample!.caseId).toBe("c");
    });
  });
});

describe("a pool that is started before there is work", () => {
  it("has its threads, but no more than it may have, and they take the tasks", async () => {
    let started = 0;
    const count = () => started++;
    process.on("worker", count);
    try {
      await withPool([load()], { workers: 2 }, async (pool, inbox) => {
        pool.start(3);
        // the event comes with the next tick
        await setImmediate();
        expect(started).toBe(2);
        const results = await Promise.all([0, 1, 2].map((n) => pool.run(taskOf(n, 1))));
        expect(results.map(({ sample }) => sample!.caseId)).toEqual(["a", "b", "c"]);
        expect(started).toBe(2);
        for (const { sample } of results) inbox.drop(sample!);
      });
    } finally {
      process.off("worker", count);
    }
  });
});

describe("a worker that dies", () => {
  it.each([
    ["exit", "it exited with code 7"],
    ["later", "thrown outside of any task"],
    ["heap", "its JavaScript heap was full"],
  ])("(%s) fails the case it had, those behind it, and later ones", async (how, reason) => {
    await withPool([load(), spec("TestFail", { case: "b", how })], { heapMegabytes: 32 }, async (pool) => {
      const tasks = [0, 1, 2, 3].map((n) => pool.run(taskOf(n, 2)));
      // "later" throws when b is answered and c has not begun
      const survivors = how === "later" ? 2 : 1;
      const errors = await Promise.all(tasks.slice(survivors).map(failureOf));
      for (const error of errors) {
        expect(error.code).toBe("TOMO_WORKER_DIED");
        expect(error.message).toBe(`a worker thread died: ${reason}`);
        expect(error.where.case).toBe(cases[survivors]!.caseId);
      }
      for (const [n, task] of tasks.slice(0, survivors).entries())
        expect((await task).sample!.caseId).toBe(cases[n]!.caseId);
      expect((await failureOf(pool.run(taskOf(4, 2)))).code).toBe("TOMO_WORKER_DIED");
    });
  });

  it("at its start, because its module cannot be loaded, says so", async () => {
    const inbox = new Inbox(() => {});
    const own = load();
    const transforms = [{ ...own, module: { ...own.module!, file: "/nowhere.mjs" } }];
    const setting = { transforms, seed: 1, sameSize: true };
    const pool = new WorkerPool(setting, 2, inbox);
    const error = await failureOf(pool.run(taskOf(0, 1)));
    expect(error.code).toBe("TOMO_WORKER_DIED");
    expect(error.message).toContain("nowhere.mjs");
    await pool.close(new Error("closed"));
  });
});

describe("closing", () => {
  it("in the middle gives up what is under way, even a transform that never ends, and leaks nothing", async () => {
    const transforms = [load({ size: [40, 40, 40] }), spec("TestFail", { case: "c", how: "wait" })];
    await withPool(transforms, { workers: 2 }, async (pool) => {
      const all = Array.from({ length: 20 }, (_, n) => pool.run(taskOf(n % 6, 2)));
      const outcomes = Promise.allSettled(all);
      await all[0];
      await pool.close(new Error("enough"));
      expect((await outcomes)[2]).toMatchObject({ status: "rejected", reason: { message: "enough" } });
      await expect(pool.run(taskOf(0, 2))).rejects.toThrow("enough");
    });
  });

  it("again and again at any moment, also while workers start, leaks nothing", async () => {
    for (let round = 0; round < 8; round++)
      await withPool([load({ size: [20, 20, 20] })], { workers: 2 }, async (pool) => {
        const all = Array.from({ length: 40 }, (_, n) => pool.run(taskOf(n % 6, 1)));
        for (const promise of all) promise.catch(() => {});
        if (round % 2 === 0) await all[round * 3];
      });
  });
});
