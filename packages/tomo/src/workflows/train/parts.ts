import type { Handler, LrPolicy } from "../../components/contracts.ts";
import type { Batch, BatchLoader } from "../../pipeline/loader.ts";
import type { CaseTime, CheckpointSaved, TimeLedger } from "../events.ts";
import type { KeyMetricHistory } from "./best.ts";
import type { Stepper } from "./step.ts";
import type { ValidationParts } from "./validation.ts";

/** Everything that the loop drives, ready to run. */
export interface TrainParts {
  readonly epochs: number;
  /** Validation comes after every so many epochs. */
  readonly epochsPerValidation: number;
  readonly initialLr: number;
  readonly lrPolicy: LrPolicy | null;
  readonly loader: BatchLoader;
  readonly stepper: Stepper;
  readonly validation: ValidationParts | null;
  readonly handlers: readonly Handler[];
  /** Throws for a batch that the network cannot take; asked before each step. */
  readonly checkBatch: (batch: Batch) => void;
  /** Writes a checkpoint and returns its path. */
  readonly save: (reason: CheckpointSaved["reason"], progress: TrainProgress) => string;
}

/** Where a run stands: all that a checkpoint needs besides weights, optimizer and generator. */
export interface TrainProgress {
  /** Epochs finished. */
  readonly epoch: number;
  /** Optimizer steps since the start. */
  readonly step: number;
  /** Steps of the epoch under way; 0 between epochs. */
  readonly stepInEpoch: number;
  readonly learningRate: number;
  readonly keyMetric: KeyMetricHistory | null;
}

export interface TrainOutcome {
  readonly outcome: "done" | "interrupted";
  readonly progress: TrainProgress;
  readonly time: TimeLedger;
  /** Of all validations together. */
  readonly cases: CaseTime;
  readonly counts: { readonly validations: number; readonly checkpoints: number };
  readonly lastLoss: number;
  /** By reason, the path of each checkpoint that this run wrote. */
  readonly checkpoints: Readonly<Partial<Record<CheckpointSaved["reason"], string>>>;
}
