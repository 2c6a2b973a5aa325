/** Everything a run tells its listeners. Progress bars, TensorBoard, JSONL, tests and `--json` read only these. */
export type RunEvent =
  | RunStarted
  | EpochStarted
  | StepDone
  | ValidationProgress
  | ValidationDone
  | CheckpointSaved
  | EpochDone
  | Warning
  | Note
  | CaseDone
  | RunEnded;

export type Workflow = "train" | "validate" | "infer";
export type Precision = "float32" | "bfloat16" | "float16";

/** Seconds by what they were spent on. */
export interface TimeLedger {
  /** Waiting for the next batch. */
  readonly wait: number;
  /** Copying the batch to the device. */
  readonly transfer: number;
  readonly forward: number;
  readonly backward: number;
  readonly optimizer: number;
  readonly validation: number;
  readonly checkpoint: number;
}
export type StepTime = Pick<TimeLedger, "wait" | "transfer" | "forward" | "backward" | "optimizer">;

export interface RunStarted {
  readonly type: "run_started";
  readonly workflow: Workflow;
  readonly mmar: string;
  /** Where results go: MMAR_CKPT_DIR for training, MMAR_EVAL_OUTPUT_PATH otherwise. */
  readonly runFolder: string;
  readonly device: string;
  readonly threads: number;
  readonly precision: Precision;
  /** 0 outside training. */
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly trainingCases: number;
  readonly validationCases: number;
  readonly model: string;
  readonly parameters: number;
  /** Checkpoint that the weights came from, or null for initial ones. */
  readonly startedFrom: string | null;
  /** The section `determinism` that repeats this run; null outside training. */
  readonly determinism: Readonly<Record<string, string | number>> | null;
  /** Whether the config gave the seeds; else they were drawn for this run. */
  readonly seedsGiven: boolean;
}
export interface EpochStarted {
  readonly type: "epoch_started";
  readonly epoch: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
}
export interface StepDone {
  readonly type: "step";
  readonly epoch: number;
  readonly epochs: number;
  /** 1-based inside the epoch. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  /** 1-based since the start of the run. */
  readonly globalStep: number;
  readonly loss: number;
  /** What aux-ops say of the batch. */
  readonly auxiliary: readonly AuxiliaryValue[];
  readonly learningRate: number;
  readonly cases: readonly string[];
  readonly seconds: number;
  readonly time: StepTime;
}
export interface AuxiliaryValue {
  readonly name: string;
  readonly value: number;
  readonly doSummary: boolean;
  readonly doPrint: boolean;
}
/** A case of a validation inside training is finished. */
export interface ValidationProgress {
  readonly type: "validation_progress";
  readonly epoch: number;
  readonly done: number;
  readonly total: number;
  readonly case: string;
}
export interface ValidationDone {
  readonly type: "validation";
  readonly epoch: number;
  readonly globalStep: number;
  readonly metrics: readonly MetricValue[];
  readonly keyMetric: { readonly name: string; readonly value: number };
  /** Best so far, this validation included; null while no value was a number. */
  readonly best: { readonly value: number; readonly epoch: number } | null;
  readonly isBest: boolean;
  /** Values by case, metric names as keys; NaN = no value. */
  readonly cases: readonly { readonly case: string; readonly values: Readonly<Record<string, number>> }[];
  readonly seconds: number;
}
export interface MetricValue {
  readonly name: string;
  readonly value: number;
  /** Cases that have a value, of all cases. */
  readonly count: number;
  readonly total: number;
  /** Means of the named parts, for example Dice by class. */
  readonly parts: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
  readonly doSummary: boolean;
  readonly doPrint: boolean;
}
export interface CheckpointSaved {
  readonly type: "checkpoint";
  readonly epoch: number;
  readonly reason: "best" | "final" | "interrupted";
  readonly path: string;
  readonly seconds: number;
}
export interface EpochDone {
  readonly type: "epoch";
  readonly epoch: number;
  readonly epochs: number;
  readonly globalStep: number;
  readonly meanLoss: number;
  readonly learningRate: number;
  readonly seconds: number;
  readonly remainingSeconds: number;
  readonly time: TimeLedger;
}
export interface Warning {
  readonly type: "warning";
  readonly code: string;
  readonly message: string;
}
/** Something worth a line in the log, for example what the cache holds or what a handler reports. */
export interface Note {
  readonly type: "note";
  readonly message: string;
}
/** A case of validation or inference is finished. */
export interface CaseDone {
  readonly type: "case";
  readonly case: string;
  readonly done: number;
  readonly total: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly files: readonly string[];
  readonly seconds: { readonly read: number; readonly infer: number; readonly post: number };
  readonly remainingSeconds: number;
}
export interface RunEnded {
  readonly type: "run_ended";
  readonly workflow: Workflow;
  readonly outcome: "done" | "interrupted";
  readonly seconds: number;
  /** Where the time went; of validation runs wait, forward and post-processing (as `validation`). */
  readonly time: TimeLedger;
  /** One sentence that names the bottleneck. */
  readonly bottleneck: string;
  /** Highest number of bytes in CPU tensors. */
  readonly peakMemory: number;
  readonly summary: Readonly<Record<string, number | string | null>>;
}
