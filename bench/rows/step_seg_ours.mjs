// Steps of SegAhnet: step_seg_ours.mjs fp32|amp SIZE BATCH THREADS DEVICE.
import { answerSteps, prepare, segmentationStep } from "./step_ours.mjs";

await answerSteps(segmentationStep("SegAhnet", { n_spatial_dim: 3 }, prepare()));
