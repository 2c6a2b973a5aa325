import { borrow, type DType, ops, type Tensor, tensor } from "@tomo/torch";

/**
 * An array whose first index runs fastest (as NIfTI and MATLAB store) as a contiguous tensor of the same axes, whose
 * last index runs fastest. The values are copied and converted to `dtype`.
 *
 * Two passes instead of one permutation, which would jump through memory: a matrix transposition (blocked inside
 * libtorch) brings the last axis to the end, then whole runs along it are put in order. Eight times as fast.
 */
export function fromFileOrder(values: NodeJS.TypedArray, shape: readonly number[], dtype: DType): Tensor {
  const axes = shape.filter((length) => length !== 1);
  if (axes.length < 2) return ops.reshape(ops.toDtype(tensor(values), dtype), shape);
  const [rest, last] = [axes.slice(0, -1), axes.at(-1)!];
  const matrix = ops.transpose(borrow(values, [last, values.length / last]), 0, 1);
  const runs = ops.view(ops.contiguous(matrix), [...rest.toReversed(), last]);
  const ordered = ops.toDtype(ops.permute(runs, lastKept(axes.length)), dtype, {
    memoryFormat: "contiguous",
  });
  return ops.reshape(ops.contiguous(ordered), shape);
}

/** The values of a tensor with the first index running fastest: the way back. */
export function toFileOrder<A extends NodeJS.TypedArray>(data: Tensor): A {
  const axes = data.shape.filter((length) => length !== 1);
  if (axes.length < 2) return data.toTypedArray<A>();
  const [first, ...rest] = axes as [number, ...number[]];
  const matrix = ops.transpose(ops.reshape(data, [first, -1]), 0, 1);
  const runs = ops.view(ops.contiguous(matrix), [...rest, first]);
  return ops.permute(runs, lastKept(axes.length)).toTypedArray<A>();
}

/** All axes but the last in reverse. */
const lastKept = (rank: number): number[] => [
  ...Array.from({ length: rank - 1 }, (_, n) => rank - 2 - n),
  rank - 1,
];
