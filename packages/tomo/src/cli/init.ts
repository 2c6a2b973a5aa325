import { availableParallelism, totalmem } from "node:os";
import { relative, resolve } from "node:path";
import picocolors from "picocolors";
import { formatWarning } from "../errors/format.ts";
import { didYouMean } from "../errors/nearest.ts";
import { TomoError } from "../errors/tomo_error.ts";
import type { InitTask } from "../init/found.ts";
import { type InitResult, initMmar } from "../init/init_mmar.ts";
import { type SegmentationModel, segmentationModels } from "../init/segmentation_plan.ts";
import type { Io } from "./io.ts";
import type { CommonOptions } from "./options.ts";

export interface InitCommandOptions extends CommonOptions {
  readonly task?: string;
  readonly data?: string;
  readonly model?: string;
  readonly force?: boolean;
}

const tasks = ["segmentation", "classification"] as const;

/**
 * Writes a new MMAR for a folder of data; prints what was found, what was decided and why, and what to type next.
 * @throws TomoError TOMO_USAGE, and as initMmar
 */
export function initCommand(given: string, options: InitCommandOptions, io: Io): void {
  const folder = resolve(io.cwd, given);
  const task: InitTask = oneOf("--task", options.task, tasks);
  if (options.data === undefined)
    throw new TomoError("TOMO_USAGE", "--data is missing", {
      expected: "--data FOLDER, where images and labels lie",
    });
  const result = initMmar({
    folder,
    data: resolve(io.cwd, options.data),
    task,
    model: modelOf(task, options.model),
    force: options.force === true,
    cwd: io.cwd,
    machine: { cores: availableParallelism(), memory: usableMemory() },
  });
  const next = ["check", "train", "validate"].map((command) => `npx tomo ${command}${mmarWords(folder, io)}`);
  io.out(
    options.json
      ? `${JSON.stringify({ type: "init", mmar: folder, task, ...result, next }, null, 2)}\n`
      : text(result, given, next, io),
  );
}

/** Bytes; what a container allows, or what there is. */
function usableMemory(): number {
  const limit = process.constrainedMemory?.() ?? 0;
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

function modelOf(task: InitTask, given: string | undefined): SegmentationModel | undefined {
  if (given === undefined) return undefined;
  if (task === "segmentation") return oneOf("--model", given, segmentationModels);
  oneOf("--model", given, ["DenseNet121"]);
  return undefined;
}

function oneOf<Choice extends string>(
  option: string,
  given: string | undefined,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((one) => one === given);
  if (choice !== undefined) return choice;
  throw new TomoError(
    "TOMO_USAGE",
    given === undefined ? `${option} is missing` : `${option} cannot be ${given}`,
    {
      given,
      expected: choices.join(" or "),
      hint: given === undefined ? undefined : didYouMean(given, choices),
    },
  );
}

/** " -m FOLDER", as a shell takes it; nothing where the MMAR is the working directory. */
function mmarWords(folder: string, io: Io): string {
  const short = relative(io.cwd, folder);
  if (short === "") return "";
  const path = short.startsWith("..") ? folder : short;
  return ` -m ${/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`}`;
}

function text(
  { found, decisions, warnings, files }: InitResult,
  given: string,
  next: readonly string[],
  io: Io,
): string {
  const { bold, dim } = picocolors.createColors(io.outTerminal);
  const shown = { cwd: io.cwd, color: io.outTerminal };
  const named = (label: string, paths: readonly string[]) =>
    paths.length === 0 ? [] : [`${bold(label)} ${short(paths).join(", ")}`];
  const blocks = [
    [`${bold("found")} ${found.layout}: ${found.counts}`],
    decisions.map(({ what, why }) => `${what}\n  ${dim(why)}`),
    warnings.map((message) => formatWarning({ where: {}, message }, shown)),
    [
      ...named(`wrote in ${given}:`, files.created),
      ...named(`replaced in ${given}:`, files.replaced),
      ...named(`kept, since init did not write them:`, files.kept),
    ],
    [bold("next:"), ...next.map((line) => `  ${line}`)],
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`;
}

/** The schemas as one. */
const short = (paths: readonly string[]): string[] => [
  ...new Set(paths.map((path) => (path.startsWith(".vscode/tomo/") ? ".vscode/tomo/*.schema.json" : path))),
];
