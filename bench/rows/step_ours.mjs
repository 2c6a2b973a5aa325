// What ours_*.mjs share: builds components as a config would, and answers each line on stdin with a step's milliseconds.
import { createInterface } from "node:readline";
import { backward, cuda, manualSeed, ops, scope, setThreads } from "@tomo/torch";
import { find } from "../../packages/tomo/dist/components/registry.js";

/** The words of the command line: fp32|amp SIZE BATCH THREADS DEVICE. */
export function prepare() {
  const [mode, size, batch, threads] = [process.argv[2], ...process.argv.slice(3).map(Number)];
  setThreads(threads);
  useDevice(process.argv[6]);
  manualSeed(0);
  return { precision: mode === "amp" ? "bfloat16" : "float32", size, batch, device: process.argv[6] };
}

/** Loads what a GPU needs. */
export function useDevice(device) {
  if (device !== "cpu" && cuda().devices === 0) throw new Error(`no ${device}: ${cuda().problem}`);
}

/** Float32 numbers below 1, on the device. */
export const randomOn = (device, shape) => ops.to(ops.rand(shape, { dtype: "float32" }), { device });

export function build(kind, name, args = {}) {
  const component = find(kind, name);
  return component.build(component.args.parse(args));
}

/** Training steps of `network` on `device`, forward, backward and Adam; `loss` makes a scalar of nothing. */
export async function answerSteps(network, device, loss, learningRate) {
  network.module.to({ device });
  const optimizer = build("optimizers", "Adam")(network.module.parameters());
  network.module.train();
  const step = () => {
    const start = performance.now();
    scope(() => {
      const value = scope(loss);
      backward(value);
      optimizer.step(learningRate);
      optimizer.zeroGrad();
      value.item();
    });
    return performance.now() - start;
  };
  console.log("ready");
  for await (const _ of createInterface({ input: process.stdin })) console.log(step().toFixed(3));
}
