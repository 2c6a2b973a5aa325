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
  | CaseDone
  | RunEnded;

export type Workflow = "train" | "validate" | "infer";

/** Seconds by what they were spent on. */
export interface TimeLedger {
  readonly wait: number;
  readonly transfer: number;
  readonly forward: number;
  readonly backward: number;
  readonly optimizer: number;
  readonly validation: number;
  readonly checkpoint: number;
}

export interface RunStarted {
  readonly type: "run_started";
  readonly workflow: Workflow;
  readonly mmar: string;
  /** Where results go: MMAR_CKPT_DIR for training, MMAR_EVAL_OUTPUT_PATH otherwise. */
  readonly runFolder: string;
  readonly device: string;
  readonly amp: boolean;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly trainingCases: number;
  readonly validationCases: number;
  readonly model: string;
  readonly parameters: number;
}
export interface EpochStarted {
  readonly type: "epoch_started";
  readonly epoch: number;
  readonly epochs: number;
}
export interface StepDone {
  readonly type: "step";
  readonly epoch: number;
  /** 1-based inside the epoch. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  /** 1-based since the start of the run. */
  readonly globalStep: number;
  readonly loss: number;
  readonly learningRate: number;
  readonly cases: readonly string[];
  readonly seconds: number;
  readonly time: Pick<TimeLedger, "wait" | "transfer" | "forward" | "backward" | "optimizer">;
}
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
  readonly metrics: Readonly<Record<string, number>>;
  readonly keyMetric: { readonly name: string; readonly value: number };
  readonly best: { readonly value: number; readonly epoch: number };
  readonly isBest: boolean;
  readonly seconds: number;
}
export interface CheckpointSaved {
  readonly type: "checkpoint";
  readonly epoch: number;
  /** "best", "final" or "interrupted". */
  readonly reason: string;
  readonly path: string;
}
export interface EpochDone {
  readonly type: "epoch";
  readonly epoch: number;
  readonly epochs: number;
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
/** A case of validation or inference is finished. */
export interface CaseDone {
  readonly type: "case";
  readonly case: string;
  readonly done: number;
  readonly total: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly files: readonly string[];
  readonly seconds: { readonly read: number; readonly infer: number; readonly post: number };
}
export interface RunEnded {
  readonly type: "run_ended";
  readonly outcome: "done" | "interrupted";
  readonly seconds: number;
  readonly summary: Readonly<Record<string, number | string | null>>;
}
