import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import {
  adopt,
  liveTensors,
  ops,
  release,
  scope,
  share,
  sharedTensors,
  Tensor,
  TorchError,
  tensor,
} from "./index.ts";

const dist = new URL("../dist/index.js", import.meta.url).href;

/** Runs code with the built package in a worker; resolves to its one message. */
function inWorker(code: string, workerData: unknown): Promise<unknown> {
  const source = `
    const { parentPort, workerData } = require("node:worker_threads");
    import(${JSON.stringify(dist)}).then((torch) => { const { adopt, share, ops, tensor, Tensor } = torch; ${code} });`;
  return new Promise((resolve, reject) => {
    const worker = new Worker(source, { eval: true, workerData });
    let message: unknown;
    worker.on("message", (value) => (message = value));
    worker.on("error", reject);
    worker.on("exit", () => resolve(message));
  });
}

describe("hand-over between threads", () => {
  it("gives a tensor of one thread to another without a copy", async () => {
    const mine = tensor([1, 2, 3]);
    const token = share(mine);
    const back = (await inWorker(
      "const t = adopt(workerData); ops.add_(t, 1); parentPort.postMessage(share(t));",
      token,
    )) as number;
    expect(mine.toArray()).toEqual([2, 3, 4]);
    const theirs = adopt(back);
    expect(theirs.toArray()).toEqual([2, 3, 4]);
    expect(sharedTensors()).toBe(0);
    mine.dispose();
    theirs.dispose();
  });

  it("keeps a tensor alive after the thread that made it ended", async () => {
    const token = (await inWorker("parentPort.postMessage(share(tensor([4, 5])));", null)) as number;
    scope(() => expect(adopt(token).toArray()).toEqual([4, 5]));
  });

  it("lets a token be adopted once, or often with keep until release", () => {
    const before = liveTensors();
    scope(() => {
      const token = share(tensor([1]));
      adopt(token, { keep: true });
      adopt(token);
      expect(() => adopt(token)).toThrow(TorchError);
      const other = share(tensor([2]));
      expect([release(other), release(other)]).toEqual([true, false]);
    });
    expect([liveTensors() - before, sharedTensors()]).toEqual([0, 0]);
  });

  it("refuses a handle of another thread", async () => {
    const mine = tensor([1]);
    const code =
      "try { new Tensor(workerData).item(); } catch (error) { parentPort.postMessage(error.code); }";
    expect(await inWorker(code, mine.handle)).toBe("TORCH_FOREIGN_TENSOR");
    expect(new Tensor(mine.handle).item()).toBe(1);
    mine.dispose();
  });

  it("runs eight threads at once", async () => {
    const code =
      "let t = tensor([workerData]); for (let i = 0; i < 100; i++) t = ops.add(t, 1); parentPort.postMessage(t.item());";
    const results = await Promise.all(Array.from({ length: 8 }, (_, i) => inWorker(code, i)));
    expect(results).toEqual([100, 101, 102, 103, 104, 105, 106, 107]);
    scope(() => expect(ops.add(tensor([1]), 1).item()).toBe(2));
  });
});
