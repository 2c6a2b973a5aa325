// Answers each line on stdin with the milliseconds of one training step: step_cls_ours.mjs fp32|amp SIZE BATCH THREADS.
import { createInterface } from "node:readline";
import { backward, manualSeed, ops, scope, setThreads } from "@tomo/torch";
import { find } from "../../packages/tomo/dist/components/registry.js";

const [mode, size, batch, threads] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const build = (kind, name, args = {}) => {
  const component = find(kind, name);
  return component.build(component.args.parse(args));
};
setThreads(threads);
manualSeed(0);

const labelFormat = new Array(15).fill(1);
const network = build("models", "DenseNet121", { data_format: "channels_last" })({
  inChannels: 3,
  spatialDims: 2,
  precision: mode === "amp" ? "bfloat16" : "float32",
  labelFormat,
});
const loss = build("losses", "BinaryClassificationLoss");
const optimizer = build("optimizers", "Adam")(network.module.parameters());
network.module.train();
const image = ops.rand([batch, size, size, 3], { dtype: "float32" });
const label = ops.toDtype(ops.gt(ops.rand([batch, 15], { dtype: "float32" }), 0.5), "float32");

function step() {
  const start = performance.now();
  scope(() => {
    const value = scope(() => loss(network.predict(image), label, { labelFormat }));
    backward(value);
    optimizer.step(2e-4);
    optimizer.zeroGrad();
    value.item();
  });
  return performance.now() - start;
}

console.log("ready");
for await (const _ of createInterface({ input: process.stdin })) console.log(step().toFixed(3));
