// Steps of SegAhnet: step_seg_ours.mjs fp32|amp SIZE BATCH THREADS DEVICE.
import { ops } from "@tomo/torch";
import { answerSteps, build, prepare, randomOn } from "./step_ours.mjs";

const { precision, size, batch, device } = prepare();
const network = build("models", "SegAhnet", { num_classes: 2, n_spatial_dim: 3 })({
  inChannels: 1,
  spatialDims: 3,
  precision,
});
const loss = build("losses", "Dice");
const shape = [batch, 1, size, size, size];
const image = randomOn(device, shape);
const label = ops.toDtype(ops.gt(randomOn(device, shape), 0.5), "float32");

await answerSteps(network, device, () => loss(network.predict(image), label, { labelFormat: null }), 1e-4);
