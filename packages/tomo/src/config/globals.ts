import { z } from "zod";
import { nearest } from "../errors/nearest.ts";
import { parseArguments } from "./check/check_arguments.ts";
import type { CheckContext } from "./check/context.ts";
import { synonymOf } from "./check/synonyms.ts";
import type { ResolvedConfig } from "./resolve.ts";
import { isObject, type Json, type JsonObject } from "./source/json.ts";

/** `--set multi_gpu=1` types 1 as an integer, so flags take 0 and 1 too. */
const flag = (description: string) =>
  z
    .union([z.boolean(), z.literal(0), z.literal(1)])
    .transform(Boolean)
    .describe(description);

/** `--set MMAR_CKPT=""` takes back what the environment says. */
const optionalText = (description: string) =>
  z
    .string()
    .transform((text) => (text === "" ? null : text))
    .nullable()
    .default(null)
    .describe(description);

const seed = (description: string) => z.int().min(0).optional().describe(description);

const shared = {
  MMAR_CKPT_DIR: z.string().min(1).describe("Folder of checkpoints, event files and run records."),
  MMAR_EVAL_OUTPUT_PATH: z.string().min(1).describe("Folder of reports and written predictions."),
  multi_gpu: flag("Train in several processes.").default(false),
  dynamic_input_shape: flag("Validation and inference may use another window than training.").default(false),
};

/** Top-level values that a training run reads. */
export const trainGlobals = z.strictObject({
  epochs: z.int().min(1).describe("Number of training epochs."),
  num_training_epoch_per_valid: z.int().min(1).default(1).describe("Validate every so many epochs."),
  learning_rate: z.number().gt(0).describe("Initial learning rate."),
  determinism: z
    .strictObject({
      python_seed: z
        .union([z.string(), z.int()])
        .transform(String)
        .optional()
        .describe("Seed of Python's hashes in Clara; any text."),
      random_seed: seed("Seed of transforms, shuffling and cropping."),
      numpy_seed: seed("Seed of NumPy in Clara."),
      tf_seed: seed("Seed of initial weights and dropout."),
    })
    .nullable()
    .default(null)
    .describe("Seeds; with them a run repeats bit by bit on the CPU."),
  use_amp: flag("Mixed precision.").optional(),
  train_summary_recording_interval: z
    .int()
    .min(0)
    .default(1)
    .describe("Record TensorBoard scalars every so many steps; 0 = once an epoch."),
  MMAR_CKPT: optionalText("Checkpoint prefix to start from."),
  ...shared,
});

/** Top-level values that validation and inference read. */
export const validationGlobals = z.strictObject({
  batch_size: z.int().min(1).default(1).describe("Cases in one inference batch; a scan window takes 1."),
  do_validation: flag("Compute metrics against labels.").default(false),
  output_infer_result: flag("Write predictions.").default(true),
  DATA_LIST_KEY: z.string().min(1).describe("List of the datalist to read."),
  DATASET_JSON: z.string().min(1).describe("Path of the datalist."),
  DATA_ROOT: optionalText("Folder that item paths are relative to."),
  MMAR_CKPT: optionalText("Checkpoint prefix."),
  use_amp: flag("Mixed precision.").optional(),
  ...shared,
});

export type TrainGlobals = z.output<typeof trainGlobals>;
export type ValidationGlobals = z.output<typeof validationGlobals>;

/** Names that Clara gives a meaning, or that its published configs carry without one. */
const claraNames = [
  ...Object.keys(trainGlobals.shape),
  ...Object.keys(validationGlobals.shape),
  "MMAR_ROOT",
  "PROCESSING_TASK",
  "PRETRAIN_WEIGHTS_FILE",
  "DATASET_VAL_JSON",
  "use_scanning_window",
  "description",
  "version",
  "search",
];

/** Reads the globals of a workflow; undefined after errors. */
export function readGlobals<Type extends z.ZodObject>(
  context: CheckContext,
  type: Type,
): z.output<Type> | undefined {
  const given = Object.fromEntries(
    Object.keys(type.shape).flatMap((name) => {
      const value = globalValue(context.resolved, name);
      return value === undefined || value === null ? [] : [[name, value]];
    }),
  );
  const subject = { name: "the config", word: "variable" } as const;
  const missingHint = (name: string) => `set it in config/environment.json or with --set ${name}=VALUE`;
  const misspelt = (name: string) => {
    const strange = strangeNames(context);
    return nearest(name, strange) ?? strange.find((one) => synonymOf(one, [name]) !== undefined);
  };
  const parsed = parseArguments(context, { subject, type, missingHint, misspelt }, [], given);
  return parsed as z.output<Type> | undefined;
}

/** Variables that someone gave and nothing reads. */
function strangeNames({ resolved }: CheckContext): string[] {
  const meant = new Set([...claraNames, ...[...resolved.uses.values()].flat()]);
  return [...resolved.variables.values()].flatMap(({ name, layers }) =>
    meant.has(name) || layers[0].layer === "default" ? [] : [name],
  );
}

/** Value of a variable; of one that the config itself gives, after substitution. */
function globalValue({ variables, value }: ResolvedConfig, name: string): Json | undefined {
  const variable = variables.get(name);
  return variable?.layers[0].layer === "config" ? value[name] : variable?.value;
}

/** `use_amp`, or where that is absent the environment variable that Clara looks at. */
export function ampWanted(
  useAmp: boolean | undefined,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (useAmp !== undefined) return useAmp;
  const word = env.TF_ENABLE_AUTO_MIXED_PRECISION?.toLowerCase() ?? "";
  return word === "1" || word === "true";
}

/** Warns of variables that mean nothing but look like one that does: `learning_rat`. */
export function warnOfTypos(context: CheckContext): void {
  const { resolved, findings } = context;
  const used = new Set([...resolved.uses.values()].flat());
  const meant = [...new Set([...claraNames, ...used])];
  const reported = new Set(findings.errors.map(({ where }) => where.configPath));
  for (const name of strangeNames(context)) {
    if (reported.has(name)) continue;
    if (/[.[]/.test(name) && resolved.variables.get(name)?.layers[0].layer === "set") {
      findings.warn("TOMO_LIKELY_TYPO", `--set gives variables, and ${name} is none`, [name], {
        hint: "write a placeholder such as {NAME} in the config, and --set NAME=VALUE",
      });
      continue;
    }
    const found = synonymOf(name, meant) ?? nearest(name, meant, name.length < 6 ? 1 : 2);
    if (found === undefined) continue;
    findings.warn("TOMO_LIKELY_TYPO", `nothing reads the variable ${name}`, [name], {
      at: "key",
      hint: `did you mean "${found}"?`,
    });
  }
}

/** Warns of variables whose value holds a placeholder: it is used as it stands. */
export function warnOfNesting({ resolved, findings }: CheckContext): void {
  const used = new Set([...resolved.uses.values()].flat());
  for (const name of used) {
    const variable = resolved.variables.get(name);
    const text = variable?.value;
    if (typeof text !== "string") continue;
    const nested = /\{[A-Za-z_]\w*\}/.exec(text)?.[0];
    if (nested === undefined) continue;
    findings.warn(
      "TOMO_NESTED_PLACEHOLDER",
      `the value of ${name} holds ${nested}, which is not replaced`,
      [name],
      {
        hint: "placeholders work in the config only; write the value out",
      },
    );
  }
}

/** Every variable as top-level values, for the resolved config; sections go elsewhere. */
export const scalarVariables = ({ variables }: ResolvedConfig): JsonObject =>
  Object.fromEntries(
    [...variables.values()]
      .filter(
        ({ name, value }) =>
          name !== "MMAR_ROOT" && (!isObject(value) || name === "determinism") && !Array.isArray(value),
      )
      .map(({ name, value }) => [name, value]),
  );
