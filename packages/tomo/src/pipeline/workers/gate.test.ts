import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { newGate, passGate, shutGate } from "./gate.ts";

it("lets pass until it is shut, and after an error", () => {
  const gate = newGate();
  const passed: number[] = [];
  expect(() =>
    passGate(gate, () => {
      throw new Error("fell");
    }),
  ).toThrow("fell");
  passGate(gate, () => passed.push(1));
  shutGate(gate);
  shutGate(gate);
  passGate(gate, () => passed.push(2));
  expect(passed).toEqual([1]);
});

it("is shut only when the other thread has passed", async () => {
  const gate = newGate();
  const log = new Int32Array(new SharedArrayBuffer(4));
  // the worker stands in the gate until the owner is seen to wait for it
  const script = `
    const { workerData: { gate, log }, parentPort } = require("node:worker_threads");
    Atomics.store(gate, 0, 1);
    parentPort.postMessage("passing");
    while (Atomics.notify(gate, 0) === 0);
    Atomics.store(log, 0, 1);
    Atomics.store(gate, 0, 0);
    Atomics.notify(gate, 0);`;
  const worker = new Worker(script, { eval: true, workerData: { gate, log } });
  const ended = new Promise((resolve) => worker.once("exit", resolve));
  await new Promise((resolve) => worker.once("message", resolve));
  shutGate(gate);
  expect(Atomics.load(log, 0)).toBe(1);
  await ended;
});
