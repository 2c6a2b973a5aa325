import type { EffectContext, EffectFault } from "../../components/effects/effect.ts";
import { type CheckContext, valueAt } from "../../config/check/context.ts";
import type { FindingDetails } from "../../config/check/findings.ts";
import type { ComponentSpec } from "../../config/component_spec.ts";
import { isList } from "../../config/source/json.ts";
import { type ConfigPath, parsePath } from "../../config/source/path.ts";
import type { WarningCode } from "../../config/warnings.ts";
import type { ErrorCode } from "../../errors/catalogue.ts";
import type { TomoError } from "../../errors/tomo_error.ts";
import { firstParting, type Point, type Step, trailOf } from "./point.ts";

/** What every check of one chain works with. */
export interface Host {
  readonly check: CheckContext;
  /** Names of fields that a label_field argument of the config names, besides "label". */
  readonly labels: ReadonlySet<string>;
  readonly labelFormat: readonly number[] | null;
  /** Gathers files whose headers cannot be read. */
  readonly unreadable: TomoError[];
  /** Path of the model, for faults that are mended there; null where the config has none. */
  readonly model: ConfigPath | null;
}

/** Path of a component in the config. */
export const pathOf = (spec: ComponentSpec): ConfigPath => parsePath(spec.where.configPath ?? "") ?? [];

export const stepOf = (spec: ComponentSpec): Step => ({ name: spec.name, path: pathOf(spec) });

/** The context in which the effect of a component runs. */
export function effectContext(host: Host, step: Step, point: Point): EffectContext {
  const place = (fault: EffectFault<string>): ConfigPath => {
    const parting = fault.parted && firstParting(point, ...fault.parted);
    if (parting !== undefined) return fieldsPath(host, parting);
    const cause =
      fault.mendedThere && fault.blame && trailOf(point, fault.blame.field).last[fault.blame.part];
    if (cause) return fieldsPath(host, cause);
    const component = fault.of === "model" && host.model !== null ? host.model : step.path;
    return argumentPath(host, component, fault.argument);
  };
  const details = (fault: EffectFault<string>): FindingDetails => ({
    expected: fault.expected,
    hint: fault.parted === undefined ? withBlame(host, fault, point) : partingHint(point, ...fault.parted),
  });
  return {
    error: (fault) => reportError(host, fault.code, fault.message, place(fault), details(fault)),
    warn: (fault) => reportWarning(host, fault.code, fault.message, place(fault), details(fault)),
    unreadable: (error) => void host.unreadable.push(error),
    key: `${step.name} ${JSON.stringify(step.path)}`,
    role: (field) =>
      field === "label" || host.labels.has(field) ? "label" : field === "image" ? "image" : null,
    labelFormat: host.labelFormat,
  };
}

export const reportError = (
  { check }: Host,
  code: ErrorCode,
  message: string,
  path: ConfigPath,
  details: FindingDetails = {},
): void => check.findings.error(code, message, path, details);

export const reportWarning = (
  { check }: Host,
  code: WarningCode,
  message: string,
  path: ConfigPath,
  { at, hint, expected }: FindingDetails = {},
): void =>
  check.findings.warn(code, message, path, {
    at,
    hint: hint ?? (expected === undefined ? undefined : `expected ${expected}`),
  });

/** Where an argument stands: an entry of a list where it is one, the name of the component where there is none. */
export function argumentPath(
  { check }: Host,
  component: ConfigPath,
  argument: readonly (string | number)[] | undefined,
): ConfigPath {
  // a transform that `ref` re-uses has its arguments elsewhere
  if (valueAt(check, [...component, "ref"]) !== undefined) return [...component, "ref"];
  const [name, ...entry] = argument ?? [];
  if (name === undefined) return [...component, "name"];
  const path = [...component, "args", name];
  return isList(valueAt(check, path)) ? [...path, ...entry] : path;
}

function withBlame(host: Host, { hint, blame }: EffectFault<string>, point: Point): string | undefined {
  if (blame === undefined) return hint;
  const step = trailOf(point, blame.field).last[blame.part];
  if (step === undefined) return hint;
  const cause = `${stepText(host, step)} made it so`;
  return hint === undefined ? cause : `${hint}; ${cause}`;
}

/** `ScaleToShape in line 52`. */
export function stepText({ check }: Host, { name, path }: Step): string {
  const { line } = check.resolved.where(path);
  return line === undefined ? name : `${name} in line ${line}`;
}

/** Where a transform names its fields. */
export function fieldsPath({ check }: Host, { path }: Step): ConfigPath {
  const fields = [...path, "args", "fields"];
  return valueAt(check, fields) === undefined ? [...path, "name"] : fields;
}

/** What to do about two fields that a transform has parted. */
export function partingHint(point: Point, left: string, right: string): string {
  const step = firstParting(point, left, right);
  const moves = (field: string) =>
    trailOf(point, field).grids.some((entry) => String(entry.step.path) === String(step?.path));
  const [ours, theirs] = [moves(left), moves(right)];
  if (step === undefined || ours === theirs)
    return "move both in one transform, so that they get the same draw";
  return `${step.name} moves only "${ours ? left : right}": add "${ours ? right : left}" to its fields`;
}
