// Steps of DenseNet121: step_cls_ours.mjs fp32|amp SIZE BATCH THREADS.
import { ops } from "@tomo/torch";
import { answerSteps, build, prepare, stepOf } from "./step_ours.mjs";

const { precision, size, batch } = prepare();
const labelFormat = new Array(15).fill(1);
const network = build("models", "DenseNet121", { data_format: "channels_last" })({
  inChannels: 3,
  spatialDims: 2,
  precision,
  labelFormat,
});
const loss = build("losses", "BinaryClassificationLoss");
const image = ops.rand([batch, size, size, 3], { dtype: "float32" });
const label = ops.toDtype(ops.gt(ops.rand([batch, 15], { dtype: "float32" }), 0.5), "float32");

await answerSteps(stepOf(network, () => loss(network.predict(image), label, { labelFormat }), 2e-4));
