import type { StoredTensor } from "../../../io/weights/stored_tensor.ts";
import type { WeightFile } from "../../../io/weights/weight_file.ts";
import { type KernelFit, kernelFit, sameSizes } from "./kernel_shapes.ts";
import type { Scheme, TensorPair } from "./scheme.ts";

/** A tensor of the file that goes into the network. */
export interface Match {
  readonly pair: TensorPair;
  readonly stored: StoredTensor;
  readonly kernel: KernelFit;
  /** Bias of the convolution before a norm, which its mean takes over. */
  readonly bias: StoredTensor | null;
}

/** How the tensors of a file fit a network under the names of one scheme. */
export interface Fit {
  readonly scheme: Scheme;
  readonly matches: readonly Match[];
  readonly missing: readonly TensorPair[];
  readonly misshapen: readonly { readonly pair: TensorPair; readonly stored: StoredTensor }[];
  /** null = the scheme has no head, or the file has none. */
  readonly head: Head | null;
  /** Whether the tensors were told by their order, because names of the scheme were not there. */
  readonly byOrder: boolean;
}
export interface Head {
  /** Empty when the head of the file has other shapes. */
  readonly matches: readonly Match[];
  /** Outputs of the file's head. */
  readonly outputs: number;
}

/** Shapes of the network's tensors by name. */
export type Shapes = ReadonlyMap<string, readonly number[]>;

/** By name in the scheme. */
type Find = (name: string) => StoredTensor | undefined;

export const isComplete = (fit: Fit): boolean => fit.missing.length === 0 && fit.misshapen.length === 0;

/** The scheme that fits the file, or the one that comes nearest; null when the file is of another framework. */
export function bestFit(file: WeightFile, schemes: readonly Scheme[], shapes: Shapes): Fit | null {
  const fits = schemes
    .filter(({ framework }) => framework === file.framework)
    .flatMap((scheme) => fitsOf(file, scheme, shapes));
  const best = (a: Fit, b: Fit): Fit => (score(b) > score(a) ? b : a);
  return fits.find(isComplete) ?? (fits.length > 0 ? fits.reduce(best) : null);
}

const score = ({ matches, misshapen }: Fit): number => matches.length + misshapen.length / 2;

function fitsOf(file: WeightFile, scheme: Scheme, shapes: Shapes): readonly Fit[] {
  const named = findersByName(file, scheme).map((find) => fitWith(find, scheme, shapes, false));
  const ordered = scheme.ordered && !named.some(isComplete) ? finderByOrder(file, scheme) : null;
  return ordered === null ? named : [...named, fitWith(ordered, scheme, shapes, true)];
}

function fitWith(find: Find, scheme: Scheme, shapes: Shapes, byOrder: boolean): Fit {
  const matches: Match[] = [];
  const missing: TensorPair[] = [];
  const misshapen: { pair: TensorPair; stored: StoredTensor }[] = [];
  for (const pair of scheme.body) {
    const stored = find(pair.source);
    const match = stored && matchOf(pair, stored, find, scheme, shapes);
    if (stored === undefined) missing.push(pair);
    else if (match == null) misshapen.push({ pair, stored });
    else matches.push(match);
  }
  return { scheme, matches, missing, misshapen, head: headOf(find, scheme, shapes), byOrder };
}

function headOf(find: Find, scheme: Scheme, shapes: Shapes): Head | null {
  for (const head of scheme.heads) {
    const found = head.map((pair) => ({ pair, stored: find(pair.source) }));
    const first = found[0];
    if (first?.stored === undefined) continue;
    const matches = found.map(({ pair, stored }) => stored && matchOf(pair, stored, find, scheme, shapes));
    const whole = matches.filter((match) => match != null);
    return {
      matches: whole.length === head.length ? whole : [],
      outputs: networkShape(first.pair, first.stored, scheme)[0] ?? 0,
    };
  }
  return null;
}

function matchOf(
  pair: TensorPair,
  stored: StoredTensor,
  find: Find,
  scheme: Scheme,
  shapes: Shapes,
): Match | null {
  const wanted = shapes.get(pair.target);
  if (wanted === undefined) return null;
  const shape = networkShape(pair, stored, scheme);
  const isFirst = pair.target === scheme.body[0]?.target;
  const kernel =
    pair.kind === "kernel" ? kernelFit(shape, wanted, isFirst) : sameSizes(shape, wanted) ? "same" : null;
  const bias = (pair.bias === undefined ? undefined : find(pair.bias)) ?? null;
  if (kernel === null || (bias !== null && !sameSizes(bias.shape, wanted))) return null;
  return { pair, stored, kernel, bias };
}

/** The shape of a tensor in our order of axes: [out, in, spatial]. */
function networkShape(
  { kind }: TensorPair,
  { shape }: StoredTensor,
  { framework }: Scheme,
): readonly number[] {
  if (framework === "torch" || (kind !== "kernel" && kind !== "dense")) return shape;
  return [...shape.slice(-2).reverse(), ...shape.slice(0, -2)];
}

/**
 * Names of a file may stand behind a prefix (`module.`, `model.densenet121.`), and Keras' versions separate the same
 * words by "/" or "_". A prefix is what stands before the name of the scheme's first tensor.
 */
function findersByName(file: WeightFile, scheme: Scheme): readonly Find[] {
  const even = (name: string): string => (scheme.framework === "keras" ? name.replaceAll("/", "_") : name);
  const separator = scheme.framework === "keras" ? "_" : ".";
  const tensors = new Map([...file.tensors].map(([name, stored]) => [even(name), stored] as const));
  const anchor = even(scheme.body[0]?.source ?? "");
  const prefixes = [...tensors.keys()]
    .filter((name) => name.endsWith(separator + anchor))
    .map((name) => name.slice(0, -anchor.length));
  return ["", ...prefixes.slice(0, 4)].map((prefix) => (name) => tensors.get(prefix + even(name)));
}

/** The n-th kernel of the file is the n-th of the scheme, and so for norms and the dense layer at the end. */
function finderByOrder(file: WeightFile, scheme: Scheme): Find | null {
  const own = layersOf(scheme.body.map(({ source }) => source));
  const theirs = layersOf([...file.tensors.keys()], (name) => file.tensors.get(name)?.shape.length === 2);
  if (own.convs.length !== theirs.convs.length || own.norms.length !== theirs.norms.length) return null;
  const head = scheme.heads[0]?.[0]?.source.replace(/\/kernel$/, "");
  const layers = new Map([
    ...own.convs.map((layer, i) => [layer, theirs.convs[i]] as const),
    ...own.norms.map((layer, i) => [layer, theirs.norms[i]] as const),
    ...(head === undefined ? [] : [[head, theirs.dense.at(-1)] as const]),
  ]);
  return (name) => {
    const end = name.lastIndexOf("/");
    return file.tensors.get(`${layers.get(name.slice(0, end))}${name.slice(end)}`);
  };
}

function layersOf(names: readonly string[], isDense: (name: string) => boolean = () => false) {
  const ending = (role: string) => names.filter((name) => name.endsWith(role));
  const kernels = ending("/kernel");
  const layer = (name: string): string => name.slice(0, name.lastIndexOf("/"));
  return {
    convs: kernels.filter((name) => !isDense(name)).map(layer),
    dense: kernels.filter(isDense).map(layer),
    norms: ending("/moving_mean").map(layer),
  };
}
