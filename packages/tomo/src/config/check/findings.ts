import type { ErrorCode } from "../../errors/catalogue.ts";
import { sortByPosition } from "../../errors/report.ts";
import { TomoError, TomoErrors, type Where } from "../../errors/tomo_error.ts";
import type { ResolvedConfig } from "../resolve.ts";
import { show } from "../source/json.ts";
import { type ConfigPath, formatPath } from "../source/path.ts";
import type { At } from "../source/read.ts";
import type { WarningCode } from "../warnings.ts";

/** Something odd that does not stop the run; plain data. */
export interface ConfigWarning {
  readonly code: WarningCode;
  readonly message: string;
  readonly where: Where;
  readonly hint?: string;
}

export interface FindingDetails {
  /** Part of the entry that the caret stands under; default the value. */
  readonly at?: At;
  /** The offending value as it is; variables that it came from are added. */
  readonly given?: unknown;
  readonly expected?: string;
  readonly hint?: string;
}

/** Collects what is wrong with one config, so that the user can mend all of it at once. */
export class Findings {
  readonly #resolved: ResolvedConfig;
  readonly #errors: TomoError[] = [];
  readonly #warnings: ConfigWarning[] = [];

  constructor(resolved: ResolvedConfig) {
    this.#resolved = resolved;
  }

  error(code: ErrorCode, message: string, path: ConfigPath, details: FindingDetails = {}): void {
    const { at, given, expected, hint } = details;
    const where = this.#resolved.where(path, at);
    const shown = "given" in details ? `${show(given)}${this.#origin(path)}` : undefined;
    const error = new TomoError(code, message, { where, given: shown, expected, hint });
    if (!this.#errors.some((known) => isSame(known, error))) this.#errors.push(error);
  }

  warn(code: WarningCode, message: string, path: ConfigPath, details: { at?: At; hint?: string } = {}): void {
    this.warnAt(code, message, this.#resolved.where(path, details.at), details);
  }

  /** Of something that stands in another file than the config. */
  warnAt(code: WarningCode, message: string, where: Where, { hint }: { hint?: string }): void {
    const warning = { code, message, where, hint };
    if (!this.#warnings.some((known) => isSame(known, warning))) this.#warnings.push(warning);
  }

  get failed(): boolean {
    return this.#errors.length > 0;
  }

  get errors(): readonly TomoError[] {
    return sortByPosition(this.#errors);
  }

  get warnings(): readonly ConfigWarning[] {
    return sortByPosition(this.#warnings);
  }

  /** @throws TomoErrors with all errors, ordered by position. */
  throwIfAny(): void {
    if (this.failed) throw new TomoErrors(sortByPosition(this.#errors));
  }

  /** ` (from DATASET_JSON in environment.json)`: the layers that a value came through. */
  #origin(path: ConfigPath): string {
    const names = this.#resolved.uses.get(formatPath(path)) ?? [];
    const sources = names.flatMap((name) => {
      const layer = this.#resolved.variables.get(name)?.layers[0].layer;
      return layer === undefined ? [] : [`${name} in ${layerText[layer]}`];
    });
    return sources.length === 0 ? "" : ` (from ${sources.join(", ")})`;
  }
}

type Finding = Pick<TomoError, "message" | "where"> & { readonly code: string };

/** A training transform that a `ref` re-uses is checked twice, but reported once. */
const isSame = (left: Finding, right: Finding): boolean =>
  left.code === right.code &&
  left.message === right.message &&
  left.where.configPath === right.where.configPath;

const layerText = {
  set: "--set",
  environment: "the environment file",
  config: "the config's top level",
  default: "Tomo's defaults",
} as const;
