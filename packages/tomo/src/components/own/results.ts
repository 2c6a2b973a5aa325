import { Tensor } from "@tomo/torch";
import type { Kind } from "../../config/kinds.ts";

/** Of what a result is: the object whose function gave it, and what the function was given. */
interface Call {
  readonly owner: object | undefined;
  readonly given: readonly unknown[];
}

/** What the functions of a kind must return; "" is the function that `build` returns. */
type Rules = Readonly<Partial<Record<string, (result: unknown, call: Call) => string | undefined>>>;

/** Of a network: [N, outChannels, spatial] of an input [N, C, spatial], or [N, outChannels]. */
const outputFault: NonNullable<Rules[string]> = (result, { owner, given }) => {
  const { outChannels, dataFormat } = owner as { outChannels?: unknown; dataFormat?: unknown };
  if (!(result instanceof Tensor)) return `must return a tensor, it returned ${textOf(result)}`;
  if (result.shape.at(dataFormat === "channels_last" ? -1 : 1) !== outChannels)
    return `must return as many channels as its outChannels says, ${outChannels}, it returned ${textOf(result)}`;
  return sizeFault(result, given[0], dataFormat === "channels_last");
};

/** Why a result is not of the spatial size of the image, if it is an image. */
function sizeFault(result: Tensor, image: unknown, last = false): string | undefined {
  if (!(image instanceof Tensor) || result.rank !== image.rank) return undefined;
  const sizeOf = ({ shape }: Tensor) => (last ? shape.slice(1, -1) : shape.slice(2)).join("×");
  return sizeOf(result) === sizeOf(image)
    ? undefined
    : `must return the size of its image, ${sizeOf(image)}, it returned ${textOf(result)}`;
}

/** Why the fields of a sample are not what the next transform can take. */
function fieldsFault({ fields }: { readonly fields: Readonly<Record<string, unknown>> }): string | undefined {
  for (const [field, value] of Object.entries(fields))
    if (
      value === undefined ||
      typeof value === "function" ||
      value instanceof Tensor ||
      value instanceof Promise
    )
      return `must leave an image in the field "${field}", it left ${textOf(value)}; withData(image, tensor) makes one`;
  return undefined;
}

const rules: Readonly<Partial<Record<Kind, Rules>>> = {
  transforms: {
    apply: (result) =>
      isSample(result) ? fieldsFault(result) : `must return a sample, it returned ${textOf(result)}`,
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
    compute: (result, { owner }) => {
      if (!isRecord(result) || !Object.values(result).every((one) => one instanceof Tensor))
        return `must return tensors by the names of its outputs, it returned ${textOf(result)}`;
      const { outputs = [] } = owner as { readonly outputs?: readonly { readonly name: string }[] };
      const missing = outputs.find(({ name }) => !Object.hasOwn(result, name))?.name;
      const found = Object.keys(result).join(", ");
      return missing === undefined
        ? undefined
        : `must return a tensor for each of its outputs; "${missing}" is missing among ${found || "none"}`;
    },
  },
  models: {
    "": (result) =>
      isRecord(result) && "module" in result ? undefined : "must return what networkOf returns",
    logits: outputFault,
    predict: outputFault,
  },
  optimizers: {
    "": (result) =>
      isRecord(result) && typeof result.step === "function"
        ? undefined
        : "must return an optimizer with a step",
  },
  inferers: {
    "": (result) =>
      isRecord(result) && typeof result.infer === "function"
        ? undefined
        : `must return { roiSize, infer }, it returned ${textOf(result)}`,
    infer: (result, { given }) =>
      result instanceof Tensor
        ? sizeFault(result, given[0])
        : `must return a tensor, it returned ${textOf(result)}`,
  },
  model_loaders: {
    "": (result) =>
      isRecord(result) && "network" in result
        ? undefined
        : `must return a model, an object with its network, it returned ${textOf(result)}`,
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
export const resultFault = (kind: Kind, method: string, result: unknown, call: Call): string | undefined =>
  rules[kind]?.[method]?.(result, call);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

const isSample = (value: unknown): value is { readonly fields: Record<string, unknown> } =>
  isRecord(value) && typeof value.caseId === "string" && isRecord(value.fields);

function textOf(value: unknown): string {
  if (value instanceof Tensor) return `a tensor of shape [${value.shape.join(", ")}]`;
  if (value instanceof Promise) return "a promise (components work without await)";
  if (typeof value === "number") return String(value);
  if (value === undefined) return "nothing";
  return value === null ? "null" : Array.isArray(value) ? "a list" : typeof value;
}
