import { ops } from "@tomo/torch";
import type { StoredTensor } from "../../../../io/weights/stored_tensor.ts";
import type { WeightFile } from "../../../../io/weights/weight_file.ts";
import { formulaTensor } from "../../../../testing/formula_weights.ts";

/** A network of another program: names and shapes of its weights, and its output for the formula's values. */
export interface GoldenNetwork {
  readonly tensors: readonly (readonly [string, readonly number[]])[];
  /** Every step-th value of the output. */
  readonly step: number;
  readonly output: readonly number[];
}

/** A file in memory that holds a golden network with the weights of the formula that golden/make.py names. */
export function formulaFile(network: GoldenNetwork, framework: WeightFile["framework"]): WeightFile {
  const tensors = network.tensors.map(
    ([name, shape], i) => [name, stored(name, shape, i, framework)] as const,
  );
  return { path: "formula", format: "formula", framework, tensors: new Map(tensors) };
}

function stored(
  name: string,
  shape: readonly number[],
  i: number,
  framework: WeightFile["framework"],
): StoredTensor {
  if (name.endsWith("num_batches_tracked"))
    return { shape, dtype: "int64", read: () => ops.zeros(shape, { dtype: "int64" }) };
  const product = (sizes: readonly number[]): number => sizes.reduce((total, size) => total * size, 1);
  const fan = product(framework === "keras" ? shape.slice(0, -1) : shape.slice(1));
  const read = () => {
    if (/running_var$|moving_variance$/.test(name)) return formulaTensor(shape, i, 0.5, 1);
    if (/running_mean$|moving_mean$/.test(name)) return formulaTensor(shape, i, 0.2);
    if (shape.length >= 2) return formulaTensor(shape, i, Math.sqrt(24 / fan));
    return /weight$|gamma$/.test(name) ? formulaTensor(shape, i, 0.2, 1) : formulaTensor(shape, i, 0.1);
  };
  return { shape, dtype: "float64", read };
}

/** The same file with other names, or without tensors whose name becomes null. */
export const renamed = (file: WeightFile, name: (own: string) => string | null): WeightFile => ({
  ...file,
  tensors: new Map(
    [...file.tensors].flatMap(([own, tensor]) => {
      const other = name(own);
      return other === null ? [] : [[other, tensor] as const];
    }),
  ),
});
