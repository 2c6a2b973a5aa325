import type { Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { withThread } from "./thread.ts";

it("a thread that gets no job, because none could be made, is ended", async () => {
  let started: Worker | undefined;
  const failing = withThread("test", async ({ worker }) => {
    started = worker;
    throw new Error("the config is wrong");
  });
  await expect(failing).rejects.toThrow("the config is wrong");
  expect(started!.threadId).toBe(-1);
});

it("a thread that ended before it got a job says so to the one that gives it", async () => {
  const lost = withThread("test", async ({ worker, ended }) => {
    await worker.terminate();
    return await ended;
  });
  await expect(lost).rejects.toMatchObject({ code: "TOMO_WORKER_DIED" });
});
