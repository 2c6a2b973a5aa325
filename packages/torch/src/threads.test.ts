import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";

const dist = new URL("../dist/index.js", import.meta.url).href;

/** Runs code with the built package in a new thread, and resolves to its one message. */
function inThread(code: string): Promise<unknown> {
  const source = `
    const { parentPort } = require("node:worker_threads");
    import(${JSON.stringify(dist)}).then(async ({ setThreads, getThreads, ops, BatchNorm, normRelu }) => { ${code} });`;
  return new Promise((resolve, reject) => {
    const worker = new Worker(source, { eval: true });
    worker.on("message", resolve);
    worker.on("error", reject);
  });
}

const operators = {
  "no operator": "",
  "an operator of libtorch": "ops.relu(ops.zeros([2 ** 20]));",
  "an operator of the door": "normRelu(new BatchNorm(8), [ops.zeros([1, 8, 64, 64])]);",
};

describe("setThreads", () => {
  it.each(Object.keys(operators) as (keyof typeof operators)[])(
    "holds in its thread, whatever another thread sets, before %s",
    async (operator) => {
      const found = await inThread(`
      setThreads(3);
      const { Worker } = require("node:worker_threads");
      const other = new Worker(
        'import(' + ${JSON.stringify(JSON.stringify(dist))} + ').then(({ setThreads }) => setThreads(1))',
        { eval: true },
      );
      other.on("exit", () => {
        ${operators[operator]}
        parentPort.postMessage(getThreads());
      });`);
      expect(found).toBe(3);
    },
  );
});
