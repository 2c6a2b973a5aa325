import type { OperatorTime } from "@tomo/torch";
import type { LoadingTimes } from "../pipeline/loading_times.ts";

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
  | LoaderTask
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

/** Seconds of predicting, measuring and writing cases. */
export interface CaseTime {
  /** Waiting for the next case. */
  readonly wait: number;
  readonly inference: number;
  /** Transforms of predictions and labels; aux-ops. */
  readonly post: number;
  readonly scoring: number;
  /** Writers and pictures. */
  readonly writing: number;
}

/** When an event came up and what memory was in use: only in training runs with `profile`. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Bytes in CPU tensors now, and at most since the event before. */
  readonly memory: number;
  readonly peakMemory: number;
}

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
  readonly moment?: Moment;
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
  /** Of the cases since the event before. */
  readonly time: CaseTime;
  readonly moment?: Moment;
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
  readonly moment?: Moment;
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
  readonly moment?: Moment;
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
  readonly time: CaseTime;
  readonly remainingSeconds: number;
}
/** A loader made a sample: only in training runs with `profile`. */
export interface LoaderTask {
  readonly type: "loader_task";
  readonly loader: "training" | "validation";
  /** 0 = the thread that trains. */
  readonly worker: number;
  readonly case: string;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly seconds: number;
  readonly transforms: readonly { readonly name: string; readonly seconds: number }[];
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
  /** What would make such a run faster, as far as it was measured. */
  readonly advice: readonly string[];
  readonly breakdown: Breakdown;
  /** Highest number of bytes in CPU tensors. */
  readonly peakMemory: number;
  readonly summary: Readonly<Record<string, number | string | null>>;
}

/** Where the time of a run went, in detail; null for what the run did not do. */
export interface Breakdown {
  readonly training: LoadingTimes | null;
  readonly validation: LoadingTimes | null;
  readonly cases: CaseTime;
  /** Only of training runs with `profile`. */
  readonly operators: readonly StepOperator[] | null;
}
export interface StepOperator extends Pick<OperatorTime, "name" | "kind" | "calls" | "seconds"> {
  readonly phase: "transfer" | "forward" | "backward" | "optimizer";
}
