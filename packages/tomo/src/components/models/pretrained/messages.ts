import { resolve } from "node:path";
import { TomoError } from "../../../errors/tomo_error.ts";
import { printable } from "../../../io/weights/printable.ts";
import type { StoredTensor } from "../../../io/weights/stored_tensor.ts";
import type { WeightFile } from "../../../io/weights/weight_file.ts";
import type { Fit, Match, Shapes } from "./fit.ts";
import type { PretrainedTarget } from "./load.ts";
import type { Scheme } from "./scheme.ts";

const count = (n: number, one: string): string => `${n} ${one}${n === 1 ? "" : "s"}`;

/** What was loaded and what was not, in one line for the log. */
export function loadedText({
  file,
  fit,
  target,
}: {
  file: WeightFile;
  fit: Fit;
  target: Pick<PretrainedTarget, "model" | "module" | "rest" | "head">;
}): string {
  const { matches, scheme } = fit;
  const kernels = matches.filter(({ pair }) => pair.kind === "kernel").length;
  const norms = matches.filter(({ pair }) => pair.kind === "variance").length;
  const facts = [restText(fit, target), byOrderText(fit), ...kernelTexts(matches)];
  return [
    `pretrained: ${count(kernels, "convolution")} and ${count(norms, "batch norm")} of ${target.model} from ${file.path} (${file.format}, ${scheme.name})`,
    ...facts.filter((fact) => fact !== null),
  ].join("; ");
}

/** What keeps its random weights. */
function restText(
  { head, scheme }: Fit,
  target: Pick<PretrainedTarget, "module" | "rest" | "head">,
): string | null {
  if (scheme.heads.length === 0) return `${target.rest} keeps its random weights`;
  if (head === null) return `the file has no last layer: ${target.head} keeps its random weights`;
  if (head.matches.length > 0) return `${target.head} is loaded too`;
  return `${target.head} keeps its random weights: the file's has ${count(head.outputs, "output")}`;
}

const byOrderText = ({ byOrder }: Fit): string | null =>
  byOrder ? "its names are others, so tensors were told by order and shape" : null;

function kernelTexts(matches: readonly Match[]): readonly string[] {
  const first = matches[0]?.kernel;
  const biases = matches.some(({ bias }) => bias !== null);
  return [
    ...(first === "channels as slices"
      ? ["the three channels of its first kernel look at three neighbouring slices"]
      : []),
    ...(first === "summed channels"
      ? ["its first kernel was summed over its input channels and shared out evenly over the image's"]
      : []),
    ...(biases ? ["biases of convolutions went into the norms"] : []),
  ];
}

const shown = 3;
const shapeText = (shape: readonly number[]): string => `[${shape.join(", ")}]`;

function someOf(items: readonly string[]): string {
  const more = items.length > shown ? ` and ${items.length - shown} more` : "";
  return `${items.slice(0, shown).join(", ")}${more}`;
}

/** Why a file does not fit: counts and the first names with their shapes, of the scheme that comes nearest. */
export function unfitError({
  file,
  fit,
  schemes,
  shapes,
  model,
}: {
  file: WeightFile;
  fit: Fit | null;
  schemes: readonly Scheme[];
  shapes: Shapes;
  model: string;
}): TomoError {
  const names = [...file.tensors].map(
    ([name, { shape }]: [string, StoredTensor]) => `${printable(name)} ${shapeText(shape)}`,
  );
  const given = `${file.format} with ${count(names.length, "tensor")}: ${someOf(names)}`;
  const nearest = fit === null ? "" : `: ${nearestText(fit, shapes)}`;
  return new TomoError("TOMO_WEIGHTS_UNFIT", `${file.path} does not fit ${model}${nearest}`, {
    where: { file: resolve(file.path), configPath: "model.args.pretrain_weight_name" },
    given,
    expected: `weights of ${schemes.map(({ name }) => name).join("; or of ")}`,
    hint: 'name another file, or remove "pretrain_weight_name"',
  });
}

function nearestText({ scheme, matches, missing, misshapen }: Fit, shapes: Shapes): string {
  const needs = (target: string): string => shapeText(shapes.get(target) ?? []);
  const absent = missing.map(({ source, target }) => `${source} ${needs(target)}`);
  const other = misshapen.map(
    ({ pair, stored }) => `${pair.source} is ${shapeText(stored.shape)}, not ${needs(pair.target)}`,
  );
  return [
    `of the ${scheme.body.length} tensors of ${scheme.name} it has ${matches.length} that fit`,
    ...(absent.length > 0 ? [`missing (${absent.length}): ${someOf(absent)}`] : []),
    ...(other.length > 0 ? [`of another shape (${other.length}): ${someOf(other)}`] : []),
  ].join("; ");
}
