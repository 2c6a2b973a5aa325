import type { CheckpointState } from "../io/checkpoint/state.ts";

/** A state for tests that write checkpoints; the epoch tells generations apart. */
export const testState = (epoch: number): Omit<CheckpointState, "format" | "version" | "files"> => ({
  tomo: "0.1.0",
  reason: "best",
  model: { name: "SegResnet", args: { num_classes: 2 } },
  network: { inChannels: 1, spatialDims: 3, outChannels: 2 },
  trainingSize: [32, 32, 32],
  dynamicInputShape: false,
  progress: { epoch, epochs: 10, step: epoch * 4, stepInEpoch: 0 },
  learningRate: 0.001,
  keyMetric: { name: "mean_dice", best: { value: 0.5, epoch }, values: [0.5, null] },
  seeds: { data: 1, engine: 2 },
  generator: "AAAA",
  precision: "float32",
});
