// Scan-window inference as `tomo infer` does it, without reading and writing: scan_ours.mjs fp32|amp D,H,W ROI THREADS DEVICE.
// Answers each line on stdin with milliseconds, resident MiB before and at the peak, and milliseconds of all processors.
import { createInterface } from "node:readline";
import { dispose, flushDenormals, manualSeed, ops, setThreads } from "@tomo/torch";
import { medicalImage } from "../../packages/tomo/dist/data/medical_image.js";
import { runTransforms } from "../../packages/tomo/dist/pipeline/run_transforms.js";
import { buildTransforms } from "../../packages/tomo/dist/pipeline/transform_list.js";
import { modelField, outputsOf } from "../../packages/tomo/dist/workflows/predict.js";
import { resident, startPeak } from "./resident.mjs";
import { build, useDevice } from "./step_ours.mjs";

const [mode, size, roi, threads, device] = process.argv.slice(2);
setThreads(Number(threads));
useDevice(device);
flushDenormals(true);
manualSeed(0);
const network = build("models", "SegAhnet", { num_classes: 2, n_spatial_dim: 3 })({
  inChannels: 1,
  spatialDims: 3,
  precision: mode === "amp" ? "bfloat16" : "float32",
});
network.module.to({ device }).eval();
const inferer = build("inferers", "TFScanWindowInferer", { roi_size: new Array(3).fill(Number(roi)) })({
  trainingSize: null,
});
const predictor = { network, inferer, inChannels: 1, device };
const post = await buildTransforms([
  { kind: "transforms", name: "ArgmaxAcrossChannels", args: { fields: ["model"] }, where: {} },
]);
const image = ops.rand([1, ...size.split(",").map(Number)], { dtype: "float32" });
const sample = { caseId: "volume", index: 0, fields: { image: medicalImage(image, "CDHW") } };
const run = { seed: 0, epoch: 0, occurrence: 0, sameSize: false, labelFormat: null, warn: () => {} };

console.log("ready");
for await (const _ of createInterface({ input: process.stdin })) {
  startPeak();
  const before = resident().now;
  const start = performance.now();
  const used = process.cpuUsage();
  const outputs = outputsOf([sample], predictor);
  const model = modelField([sample], outputs, 0);
  const finished = runTransforms(post, { ...sample, fields: { ...sample.fields, model } }, run);
  const milliseconds = performance.now() - start;
  const { user, system } = process.cpuUsage(used);
  const labels = finished.fields.model.data;
  if (labels.dtype !== "uint8" || labels.shape.join() !== `1,${size}`) throw new Error("these are no labels");
  dispose([outputs, model, labels]);
  console.log(`${milliseconds.toFixed(3)} ${before} ${resident().peak} ${(user + system) / 1e3}`);
}
