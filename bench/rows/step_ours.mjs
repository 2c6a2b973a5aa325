// What ours_*.mjs share: builds components as a config would, and answers each line on stdin with a step's milliseconds.
import { createInterface } from "node:readline";
import { backward, manualSeed, scope, setThreads } from "@tomo/torch";
import { find } from "../../packages/tomo/dist/components/registry.js";

/** The words of the command line: fp32|amp SIZE BATCH THREADS. */
export function prepare() {
  const [mode, size, batch, threads] = [process.argv[2], ...process.argv.slice(3).map(Number)];
  setThreads(threads);
  manualSeed(0);
  return { precision: mode === "amp" ? "bfloat16" : "float32", size, batch };
}

export function build(kind, name, args = {}) {
  const component = find(kind, name);
  return component.build(component.args.parse(args));
}

/** Training steps of `network`, forward, backward and Adam; `loss` makes a scalar of nothing. */
export async function answerSteps(network, loss, learningRate) {
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
