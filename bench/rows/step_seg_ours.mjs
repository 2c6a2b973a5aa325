// Steps of SegAhnet: step_seg_ours.mjs fp32|amp SIZE BATCH THREADS.
import { ops } from "@tomo/torch";
import { answerSteps, build, prepare } from "./step_ours.mjs";

const { precision, size, batch } = prepare();
const network = build("models", "SegAhnet", { num_classes: 2, n_spatial_dim: 3 })({
  inChannels: 1,
  spatialDims: 3,
  precision,
});
const loss = build("losses", "Dice");
const shape = [batch, 1, size, size, size];
const image = ops.rand(shape, { dtype: "float32" });
const label = ops.toDtype(ops.gt(ops.rand(shape, { dtype: "float32" }), 0.5), "float32");

await answerSteps(network, () => loss(network.predict(image), label, { labelFormat: null }), 1e-4);
