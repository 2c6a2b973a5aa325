import { engine } from "./engine.ts";

/** Calls of an operator, and its own seconds: what operators called inside it took is theirs. */
export interface OperatorTime {
  /** As libtorch has it: `aten::convolution_backward`, `tomo::dense_block`, or a node of autograd. */
  readonly name: string;
  /** What it is for: "convolution", "norm", … */
  readonly kind: string;
  readonly calls: number;
  readonly seconds: number;
  /** With what operators called inside it took. */
  readonly wholeSeconds: number;
  /** Of these calls; null where they were not recorded. */
  readonly inputs: readonly OperatorInput[] | null;
}

/** null: neither tensor nor number nor boolean nor a list of them. */
export type OperatorInput = TensorFacts | number | boolean | readonly OperatorInput[] | null;

export interface TensorFacts {
  /** libtorch's name: "Float", "BFloat16", … */
  readonly dtype: string;
  /** Bytes of an element. */
  readonly width: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** First pattern that matches the name without its namespace. */
const kinds: readonly (readonly [RegExp, string])[] = [
  [/dense_?block/i, "dense block"],
  [/conv(?!ert)|slow_conv|thnn_conv/i, "convolution"],
  [/norm(?!al)/i, "norm"],
  [/upsample|interpolate|grid_sampl/i, "resampling"],
  [/linear|matmul|^addmm|^baddbmm|^bmm|^mm$|^mkldnn_linear/, "matrix product"],
  [/pool/i, "pooling"],
  [/adam|foreach/i, "optimizer"],
  [/copy|clone|contiguous|^to$|_to_|pad|cat$|stack|fill|zero|ones|empty|full|rand|^arange|index|gather|scatter|select_backward|slice_backward/, "moving data"],
  [/softmax|sigmoid|relu|elu|tanh|threshold|dropout|clamp_min/i, "activation"],
  [/^sum|^mean|^amax|^amin|^max|^min|argmax|^var|^std|^all$|^any$|item|_local_scalar_dense/, "reduction"],
]; // biome-ignore format: a row each

export function kindOf(name: string): string {
  const bare = name.replace(/^.*: /, "").replace(/^.*::/, "");
  return kinds.find(([pattern]) => pattern.test(bare))?.[1] ?? "element-wise and other";
}

/**
 * Times every operator that this thread calls, in autograd's backward pass too, until it is switched off; costs about a
 * microsecond a call. Operators of a GPU return at once: their times are those of the launches.
 * @param options inputs: calls of an operator are told apart by what they are given, which costs some microseconds more
 */
export const recordOperators = (on: boolean, { inputs = false } = {}): void =>
  engine().recordOperators(on, inputs);

/** The times since the last call, of all threads that record; longest first. */
export function takeOperatorTimes(): OperatorTime[] {
  const flat = engine().takeOperatorTimes();
  const times: OperatorTime[] = [];
  for (let at = 0; at < flat.length; at += 5) {
    const [name, inputs, calls, own, whole] = flat.slice(at, at + 5) as [
      string,
      string,
      number,
      number,
      number,
    ];
    times.push({
      name,
      kind: kindOf(name),
      calls,
      seconds: own / 1e9,
      wholeSeconds: whole / 1e9,
      inputs: inputs === "" ? null : JSON.parse(inputs),
    });
  }
  return times.sort((a, b) => b.seconds - a.seconds);
}
