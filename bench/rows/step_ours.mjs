// What ours_*.mjs share: builds components as a config would, and answers each line on stdin with a step's milliseconds.
import { createInterface } from "node:readline";
import { backward, cuda, manualSeed, ops, scope, setThreads } from "@tomo/torch";
import { find } from "../../packages/tomo/dist/components/registry.js";

/** The words of the command line: fp32|amp SIZE BATCH THREADS DEVICE. */
export function prepare() {
  const [mode, ...words] = process.argv.slice(2);
  const [size, batch, threads] = words.map(Number);
  const device = words[3];
  setThreads(threads);
  useDevice(device);
  manualSeed(0);
  return { precision: mode === "amp" ? "bfloat16" : "float32", size, batch, device };
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

/** A training step of `network`, forward, backward and Adam, that answers its milliseconds; `loss` makes a scalar of nothing. */
export function stepOf(network, device, loss, learningRate) {
  network.module.to({ device }).train();
  const optimizer = build("optimizers", "Adam")(network.module.parameters());
  return () => {
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
}

/** A training step with Dice loss on noise. */
export function segmentationStep(name, args, { precision, size, batch, device }) {
  const network = build("models", name, { num_classes: 2, ...args })({
    inChannels: 1,
    spatialDims: 3,
    precision,
  });
  const loss = build("losses", "Dice");
  const shape = [batch, 1, size, size, size];
  const image = randomOn(device, shape);
  const label = ops.toDtype(ops.gt(randomOn(device, shape), 0.5), "float32");
  return stepOf(network, device, () => loss(network.predict(image), label, { labelFormat: null }), 1e-4);
}

export async function answerSteps(step) {
  console.log("ready");
  for await (const _ of createInterface({ input: process.stdin })) console.log(step().toFixed(3));
}
