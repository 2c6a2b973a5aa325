import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { componentsFor } from "../components/own/lookup.ts";
import { registry } from "../components/registry.ts";
import type { ComponentLookup } from "../config/component_spec.ts";
import { modulesIn } from "../config/modules_in.ts";
import { type ConfigOptions, type ResolvedConfig, resolveConfig } from "../config/resolve.ts";
import { requireWorkflow, workflowKindOf } from "../config/workflow_kind.ts";
import { didYouMean } from "../errors/nearest.ts";
import { sortByPosition } from "../errors/report.ts";
import { TomoError, TomoErrors } from "../errors/tomo_error.ts";
import { thrownBy } from "./errors_of.ts";
import type { FileCheck } from "./report.ts";
import { checkTraining, type TrainingCheck } from "./training_file.ts";
import { checkValidation, type ValidationCheck } from "./validation_file.ts";

export interface CheckOptions extends Omit<ConfigOptions, "config" | "defaults"> {
  /** Relative to the MMAR, or absolute; left out: every workflow config in the MMAR's folder config. */
  readonly configs?: readonly string[];
}

/**
 * The components that some configs of an MMAR can name, with those of the user that they name by `path`. A config that
 * cannot be read names none.
 */
export async function componentsOf(
  options: Omit<CheckOptions, "configs">,
  configs: readonly string[],
): Promise<ComponentLookup> {
  const readable = configs.flatMap((config) => readableConfig(options, config) ?? []);
  return await componentsFor(...readable);
}

/** As `checkMmar`, with the user's own components, which are loaded. */
export async function checkWithOwn(options: CheckOptions): Promise<readonly FileCheck[]> {
  const configs = options.configs ?? findConfigs(options);
  return checkMmar({ ...options, configs }, await componentsOf(options, [...configs, usualTraining]));
}

/**
 * Checks the workflow configs of an MMAR without loading libtorch or a voxel. Faults are results, not exceptions.
 * @param lookup Components that the configs can name
 * @throws TomoError TOMO_CONFIG_MISSING where there is no MMAR, or no config in it
 */
export function checkMmar(
  { configs, ...options }: CheckOptions,
  lookup: ComponentLookup = registry,
): readonly FileCheck[] {
  const names = configs ?? findConfigs(options);
  const training = new Map<string, TrainingCheck | null>();
  const trained = (config: string): TrainingCheck | null => {
    const known = training.get(config);
    if (known !== undefined) return known;
    const found = trainingIn(options, config, lookup);
    training.set(config, found);
    return found;
  };
  return names.map((config) => checkFile(options, config, { trained, lookup }));
}

const workflowNames = /^config_(train|validation|inference).*\.json$/;
export const usualTraining = "config/config_train.json";

/** The workflow configs of an MMAR. @throws TomoError TOMO_CONFIG_MISSING */
export function findConfigs({ mmar, cwd = process.cwd() }: Omit<CheckOptions, "configs">): string[] {
  const root = resolve(cwd, mmar);
  const folder = join(root, "config");
  const where = { file: existsSync(root) ? folder : root };
  if (!existsSync(root))
    throw new TomoError("TOMO_CONFIG_MISSING", "there is no such MMAR folder", {
      where,
      hint: "-m names the folder that holds config/, relative to the working directory",
    });
  const entries = existsSync(folder) ? readdirSync(folder).sort() : [];
  const found = entries.filter((name) => workflowNames.test(name));
  if (found.length > 0) return found.map((name) => `config/${name}`);
  const others = entries.filter((name) => name.endsWith(".json")).join(", ");
  throw new TomoError("TOMO_CONFIG_MISSING", "the MMAR has no workflow config", {
    where,
    expected: "config_train*.json, config_validation*.json or config_inference*.json",
    hint:
      didYouMean("config_train.json", entries) ??
      (others === "" ? "name a config with -c" : `name one of ${others} with -c`),
  });
}

/** The training config at a path, or null where there is none that can be read. */
export function trainingIn(
  options: Omit<CheckOptions, "configs">,
  config: string,
  lookup: ComponentLookup,
): TrainingCheck | null {
  const resolved = readableConfig(options, config);
  if (resolved === null || workflowKindOf(resolved.value) !== "train") return null;
  try {
    return checkTraining(resolved, lookup);
  } catch (error) {
    if (error instanceof TomoError || error instanceof TomoErrors) return null;
    throw error;
  }
}

function readableConfig(options: Omit<CheckOptions, "configs">, config: string): ResolvedConfig | null {
  try {
    return resolveConfig({ ...options, config });
  } catch (error) {
    if (error instanceof TomoError || error instanceof TomoErrors) return null;
    throw error;
  }
}

/** What the checks of all configs of an MMAR share. */
interface Known {
  readonly trained: (config: string) => TrainingCheck | null;
  readonly lookup: ComponentLookup;
}

function checkFile(
  options: Omit<CheckOptions, "configs">,
  config: string,
  { trained, lookup }: Known,
): FileCheck {
  const file = resolve(options.cwd ?? process.cwd(), options.mmar, config);
  let result: FileCheck | undefined;
  const errors = thrownBy(() => {
    const resolved = resolveConfig({ ...options, config, defaults: { do_validation: true } });
    const kind = requireWorkflow(resolved.source);
    const check =
      kind === "train"
        ? (trained(config) ?? checkTraining(resolved, lookup))
        : checkValidation(resolved, trained(usualTraining), lookup);
    result = { ...fileCheck(file, check), kind };
  });
  return result ?? { file, kind: null, errors, warnings: [], ownComponents: [], summary: null };
}

const fileCheck = (
  file: string,
  { context: { findings }, draft, dataErrors, summary }: TrainingCheck | ValidationCheck,
): Omit<FileCheck, "kind"> => ({
  file,
  errors: sortByPosition([...findings.errors, ...dataErrors]),
  warnings: findings.warnings,
  ownComponents: modulesIn(draft),
  summary,
});
