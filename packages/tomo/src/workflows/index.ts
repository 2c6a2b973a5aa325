import { readSetOption, type SetOption } from "../config/variables/set_option.ts";
import type { RunEvent } from "./events.ts";
import { withThread } from "./thread.ts";
import type { TrainResult } from "./train/run.ts";
import type { ValidationResult } from "./validate/run.ts";

export type * from "./events.ts";
export type { TrainResult, ValidationResult };

/** What `tomo train`, `validate` and `infer` are asked for; paths and variables as on the command line. */
export interface WorkflowOptions {
  /** Root folder of the MMAR. */
  readonly mmar: string;
  /** Relative to the MMAR; default config/config_train.json or config/config_validation.json. */
  readonly config?: string;
  /** Relative to the MMAR; default config/environment.json where that exists. */
  readonly environment?: string;
  /** Variables that win over all files: `{ epochs: 2 }`, or words such as "epochs=2". */
  readonly set?: SetOption;
  /** Aborting ends the run after the present step, with a checkpoint. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  /** "auto" (default: a GPU where one can be used), "cpu", "cuda" or "cuda:1". */
  readonly device?: string;
  /** Native threads; default one a core. Another number gives other last bits. */
  readonly threads?: number;
  /** Relative data paths are looked up here first; default the working directory. */
  readonly cwd?: string;
  /** Training: writes where the time goes, step by step, into the folder `profile` of the run folder. */
  readonly profile?: boolean;
}

/**
 * Trains a network as the MMAR's training config says.
 * @throws TomoErrors for faults of config and datalist, all at once; TomoError for what happens later
 */
export const train = (options: WorkflowOptions): Promise<TrainResult> =>
  withThread("tomo-train", async (thread) => {
    const { superviseTraining } = await import("./supervise.ts");
    return await superviseTraining(thread, options);
  });

/**
 * Predicts and, unless `do_validation` is false, measures the cases of a datalist as the MMAR's validation config says.
 * @throws TomoErrors for faults of config and datalist, all at once; TomoError for what happens later
 */
export const validate = (options: WorkflowOptions): Promise<ValidationResult> =>
  runCases("validate", options);

/** `validate` without labels: writes predictions. */
export const infer = (options: WorkflowOptions): Promise<ValidationResult> =>
  runCases("infer", {
    ...options,
    set: withValues(options.set ?? {}, { do_validation: false, output_infer_result: true }),
  });

const runCases = (workflow: "validate" | "infer", options: WorkflowOptions): Promise<ValidationResult> =>
  withThread(`tomo-${workflow}`, async (thread) => {
    const { superviseCases } = await import("./supervise.ts");
    return await superviseCases(thread, workflow, options);
  });

const withValues = (set: SetOption, values: Readonly<Record<string, boolean>>): SetOption =>
  Object.fromEntries([...readSetOption(set), ...Object.entries(values)]);
