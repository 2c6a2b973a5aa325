import { join } from "node:path";
import { z } from "zod";
import { TomoError } from "../../errors/tomo_error.ts";
import { readFile } from "../read_file.ts";
import { damaged, type FileSeal, stateFile } from "./files.ts";

/** Versions of the format that this release reads; the last one is written. */
const versions = [1] as const;
export const formatVersion = versions[versions.length - 1]!;

const seal = z.object({ bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const count = z.int().min(0);
/** JSON has no NaN and no infinity. */
const metricValue = z.number().nullable();

/** state.json of a checkpoint: all of a run's state that is not an array. No times: equal runs give equal bytes. */
export const checkpointState = z.object({
  format: z.literal("tomo-checkpoint"),
  version: z.literal(versions),
  tomo: z.string(),
  reason: z.enum(["best", "final", "interrupted"]),
  /** As in the config. */
  model: z.object({
    name: z.string(),
    args: z.record(z.string(), z.unknown()),
    /** Of a model of the user's own. */
    module: z.object({ path: z.string(), sha256: z.string() }).optional(),
  }),
  /** What the model was built for. */
  network: z.object({
    inChannels: z.int().positive(),
    spatialDims: z.int().positive(),
    outChannels: z.int().positive(),
    labelFormat: z.array(z.int()).optional(),
  }),
  /** Spatial size of the training patches in voxels; null = whole images. */
  trainingSize: z.array(z.int().positive()).nullable(),
  dynamicInputShape: z.boolean(),
  /** Epochs finished, and optimizer steps done in all and in the epoch under way. */
  progress: z.object({ epoch: count, epochs: count, step: count, stepInEpoch: count }),
  learningRate: z.number(),
  keyMetric: z
    .object({
      name: z.string(),
      best: z.object({ value: z.number(), epoch: count }).nullable(),
      /** Of each validation so far, oldest first. */
      values: z.array(metricValue),
    })
    .nullable(),
  seeds: z.object({ data: count, engine: count }),
  /** libtorch's CPU generator, base64. */
  generator: z.string(),
  precision: z.enum(["float32", "bfloat16", "float16"]),
  files: z.record(z.string(), seal),
});

export type CheckpointState = z.output<typeof checkpointState>;

/** Stable text: keys in the order of the declaration, so that equal states give equal bytes. */
export const stateText = (
  state: Omit<CheckpointState, "format" | "version" | "files">,
  files: Readonly<Record<string, FileSeal>>,
): string =>
  `${JSON.stringify(checkpointState.parse({ ...state, format: "tomo-checkpoint", version: formatVersion, files }), null, 2)}\n`;

/**
 * Reads and checks state.json.
 * @throws TomoError TOMO_CHECKPOINT_DAMAGED, TOMO_CHECKPOINT_VERSION
 */
export function readState(folder: string): CheckpointState {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(readFile(join(folder, stateFile))).toString("utf8"));
  } catch (cause) {
    throw damaged(folder, `${stateFile} cannot be read`, cause);
  }
  const header = z.object({ format: z.literal("tomo-checkpoint"), version: z.number() }).safeParse(value);
  if (header.success && !versions.includes(header.data.version as 1))
    throw new TomoError(
      "TOMO_CHECKPOINT_VERSION",
      `the checkpoint ${folder} has format version ${header.data.version}`,
      {
        where: { file: folder },
        expected: `version ${versions.join(" or ")}`,
        hint: "it was written by a newer Tomo; install that one",
      },
    );
  const parsed = checkpointState.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw damaged(folder, `${stateFile}: ${issue.path.join(".")}: ${issue.message}`);
}
