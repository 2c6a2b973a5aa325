import { join } from "node:path";
import { encodeSafetensors, type Optimizer, rngState, scope } from "@tomo/torch";
import type { LabelFormat, Network } from "../components/contracts.ts";
import type { FileContent, WritableFs } from "../io/atomic_file.ts";
import { writeCheckpointFiles } from "../io/checkpoint/files.ts";
import { readCheckpointFiles } from "../io/checkpoint/read.ts";
import { type CheckpointState, stateText } from "../io/checkpoint/state.ts";
import { loadWeights, optimizerFile, weightsFile } from "../io/checkpoint/weights.ts";
import type { Precision } from "./events.ts";
import type { RunSeeds } from "./seeds.ts";
import type { TrainProgress } from "./train/parts.ts";
import { tomoVersion } from "./version.ts";

/** What of a run never changes, and goes into each of its checkpoints. */
export interface CheckpointFacts {
  /** MMAR_CKPT_DIR. */
  readonly folder: string;
  readonly model: CheckpointState["model"];
  readonly network: Network;
  readonly inChannels: number;
  readonly spatialDims: number;
  /** Null in segmentation. */
  readonly labelFormat: LabelFormat | null;
  readonly trainingSize: readonly number[] | null;
  readonly dynamicInputShape: boolean;
  readonly epochs: number;
  readonly seeds: RunSeeds;
  readonly precision: Precision;
}

/** Names that Clara's configs expect; "interrupted" is ours. */
const names = { best: "model.ckpt", final: "model_final.ckpt", interrupted: "model_last.ckpt" } as const;
export const checkpointNames = Object.values(names);

/**
 * Writes a checkpoint under the name that its reason has. The best one is for use, so it holds no optimizer state.
 * @throws TomoError TOMO_WRITE_FAILED; an earlier checkpoint of that name stays then
 */
export function saveCheckpoint(
  facts: CheckpointFacts,
  optimizer: Optimizer,
  reason: CheckpointState["reason"],
  progress: TrainProgress,
  fs?: WritableFs,
): string {
  const path = join(facts.folder, names[reason]);
  const files: Record<string, FileContent> = {
    [weightsFile]: encodeSafetensors(facts.network.module.stateDict()),
  };
  if (reason !== "best") files[optimizerFile] = encodeSafetensors(optimizer.state());
  const state = stateOf(facts, reason, progress);
  writeCheckpointFiles(path, files, (seals) => stateText(state, seals), fs);
  return path;
}

function stateOf(
  facts: CheckpointFacts,
  reason: CheckpointState["reason"],
  { epoch, step, stepInEpoch, learningRate, keyMetric }: TrainProgress,
): Omit<CheckpointState, "format" | "version" | "files"> {
  const { model, network, inChannels, spatialDims, labelFormat, trainingSize, dynamicInputShape, epochs } =
    facts;
  return {
    tomo: tomoVersion(),
    reason,
    model,
    network: {
      inChannels,
      spatialDims,
      outChannels: network.outChannels,
      ...(labelFormat === null ? {} : { labelFormat: [...labelFormat] }),
    },
    trainingSize: trainingSize === null ? null : [...trainingSize],
    dynamicInputShape,
    progress: { epoch, epochs, step, stepInEpoch },
    learningRate,
    keyMetric: keyMetric && {
      ...keyMetric,
      values: keyMetric.values.map((value) => (Number.isFinite(value) ? value : null)),
    },
    seeds: { data: facts.seeds.data, engine: facts.seeds.engine },
    generator: scope(() => Buffer.from(rngState().toTypedArray<Uint8Array>()).toString("base64")),
    precision: facts.precision,
  };
}

/** Fine-tuning: the weights of the checkpoint with this prefix; everything else starts anew. Returns its folder. */
export function restoreWeights(network: Network, prefix: string, warn: (message: string) => void): string {
  const read = readCheckpointFiles(prefix, [weightsFile], warn);
  loadWeights(network.module, read);
  return read.folder;
}
