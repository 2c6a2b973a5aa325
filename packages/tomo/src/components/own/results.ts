import { Tensor } from "@tomo/torch";
import type { Kind } from "../../config/kinds.ts";

/** What the functions of a kind must return; "" is the function that `build` returns. */
type Rules = Readonly<Partial<Record<string, (result: unknown) => string | undefined>>>;

const rules: Readonly<Partial<Record<Kind, Rules>>> = {
  transforms: {
    apply: (result) => (isSample(result) ? undefined : `must return a sample, it returned ${textOf(result)}`),
  },
  losses: {
    "": (result) =>
      result instanceof Tensor && result.numel === 1
        ? undefined
        : `must return a tensor of one element, it returned ${textOf(result)}`,
  },
  lr_policies: {
    "": (result) =>
      typeof result === "number" && Number.isFinite(result) && result >= 0
        ? undefined
        : `must return a learning rate, it returned ${textOf(result)}`,
  },
  metrics: {
    score: (result) =>
      isRecord(result) && typeof result.caseId === "string" && typeof result.value === "number"
        ? undefined
        : `must score a case by { caseId, value, parts }, it returned ${textOf(result)}`,
    summarise: (result) =>
      isRecord(result) && typeof result.value === "number"
        ? undefined
        : `must summarise by { value, count, parts, warnings }, it returned ${textOf(result)}`,
  },
  aux_ops: {
    compute: (result) =>
      isRecord(result) && Object.values(result).every((one) => one instanceof Tensor)
        ? undefined
        : `must return tensors by the names of its outputs, it returned ${textOf(result)}`,
  },
  models: {
    "": (result) =>
      isRecord(result) && "module" in result ? undefined : "must return what networkOf returns",
  },
  optimizers: {
    "": (result) =>
      isRecord(result) && typeof result.step === "function"
        ? undefined
        : "must return an optimizer with a step",
  },
  writers: {
    write: (result) =>
      Array.isArray(result)
        ? undefined
        : `must return the files that it wrote, it returned ${textOf(result)}`,
  },
};

const functions: readonly Kind[] = [
  "losses",
  "optimizers",
  "lr_policies",
  "models",
  "inferers",
  "model_loaders",
];

/** Why what `build` returned is not what the kind must build; undefined = it is. */
export function builtFault(kind: Kind, built: unknown): string | undefined {
  const wanted = functions.includes(kind) ? "function" : "object";
  return typeof built === wanted && built !== null
    ? undefined
    : `must build ${wanted === "object" ? "an object" : "a function"}, it built ${textOf(built)}`;
}

/** Why a result is not what the kind must return, in words; undefined = it is. */
export const resultFault = (kind: Kind, method: string, result: unknown): string | undefined =>
  rules[kind]?.[method]?.(result);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

const isSample = (value: unknown): boolean =>
  isRecord(value) && typeof value.caseId === "string" && isRecord(value.fields);

function textOf(value: unknown): string {
  if (value instanceof Tensor) return `a tensor of shape [${value.shape.join(", ")}]`;
  if (value instanceof Promise) return "a promise (components work without await)";
  if (typeof value === "number") return String(value);
  return value === null || value === undefined
    ? String(value)
    : Array.isArray(value)
      ? "a list"
      : typeof value;
}
