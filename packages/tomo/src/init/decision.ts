import { counted } from "../check/counts.ts";

/** One thing that was decided, and why, for people. */
export interface Decision {
  readonly what: string;
  readonly why: string;
}

/** What of the machine the configs are made for. */
export interface MachineFacts {
  readonly cores: number;
  /** Bytes of memory that a run may use. */
  readonly memory: number;
}

/** Threads that prepare samples: half the cores, since the network wants the others. */
export const workersFor = ({ cores }: MachineFacts): number => Math.min(4, Math.max(1, cores >> 1));

/** Seeds of Clara's examples. */
export const determinism = {
  python_seed: "20191201",
  random_seed: 123456,
  numpy_seed: 654321,
  tf_seed: 11111,
};

/** Epochs that come to about so many steps, at least 10 and at most `most`. */
export const epochsFor = (steps: number, stepsPerEpoch: number, most: number): number =>
  Math.min(most, Math.max(10, Math.round(steps / stepsPerEpoch)));

export const scheduleDecision = (epochs: number, stepsPerEpoch: number, every: number): Decision => ({
  what: `${epochs} epochs of ${counted(stepsPerEpoch, "step")}, validation after every ${every === 1 ? "one" : every}`,
  why: "enough to see whether it learns; more epochs usually make it better",
});

/** The arguments with which an image pipeline finds its list. */
export const listArgs = (key: string) => ({
  data_list_file_path: "{DATASET_JSON}",
  data_file_base_dir: "{DATA_ROOT}",
  data_list_key: key,
});

export const component = (name: string, args?: object) => (args === undefined ? { name } : { name, args });

export const reported = { report_path: "{MMAR_EVAL_OUTPUT_PATH}" };
export const checkpointLoader = component("CheckpointLoader", { checkpoint_dir: "{MMAR_CKPT_DIR}" });
