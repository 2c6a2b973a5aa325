import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";

const dist = new URL("../dist/index.js", import.meta.url).href;

/** Runs code with the built package in a new thread, and resolves to its one message. */
function inThread(code: string): Promise<unknown> {
  const source = `
    const { parentPort } = require("node:worker_threads");
    import(${JSON.stringify(dist)}).then(async ({ setThreads, getThreads }) => { ${code} });`;
  return new Promise((resolve, reject) => {
    const worker = new Worker(source, { eval: true });
    worker.on("message", resolve);
    worker.on("error", reject);
  });
}

describe("setThreads", () => {
  it("holds in its thread, whatever another thread sets before the first operator", async () => {
    const found = await inThread(`
      setThreads(3);
      const { Worker } = require("node:worker_threads");
      const other = new Worker(
        'import(' + ${JSON.stringify(JSON.stringify(dist))} + ').then(({ setThreads }) => setThreads(1))',
        { eval: true },
      );
      other.on("exit", () => parentPort.postMessage(getThreads()));`);
    expect(found).toBe(3);
  });
});
