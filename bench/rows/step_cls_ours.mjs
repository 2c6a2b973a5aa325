// Steps of DenseNet121: step_cls_ours.mjs fp32|amp SIZE BATCH THREADS DEVICE.
import { ops } from "@tomo/torch";
import { answerSteps, build, prepare, randomOn, stepOf } from "./step_ours.mjs";

const { precision, size, batch, device } = prepare();
const labelFormat = new Array(15).fill(1);
const network = build("models", "DenseNet121", { data_format: "channels_last" })({
  inChannels: 3,
  spatialDims: 2,
  precision,
  labelFormat,
});
const loss = build("losses", "BinaryClassificationLoss");
const image = randomOn(device, [batch, size, size, 3]);
const label = ops.toDtype(ops.gt(randomOn(device, [batch, 15]), 0.5), "float32");

await answerSteps(stepOf(network, device, () => loss(network.predict(image), label, { labelFormat }), 2e-4));
