import { ops, scope, type Tensor, tensor } from "@tomo/torch";
import { coverage, type Padding, paddingFor, windowCorners, windowStarts } from "./window_grid.ts";

export interface SlidingWindow {
  /** Spatial size of a window, in voxels. */
  readonly roiSize: readonly number[];
  /** Windows a network call. */
  readonly batchSize: number;
  /** Fraction of a window that its neighbour covers too, in [0, 1). */
  readonly overlap: number;
}

/**
 * Moves a window over an image and averages the outputs where windows overlap (constant blending). Memory besides
 * input and output is that of one network call: outputs are added in place, the number of windows at a voxel is a
 * product of one count an axis, and zeros around a short image exist in the windows only.
 * @param input [1, C, spatial]; to axes shorter than the window zeros are added, and their outputs are left out
 * @param forward [b, C, roi] to [b, K, roi]
 * @returns [1, K, spatial], dtype and device of the network's output
 */
export function slidingWindow(
  input: Tensor,
  forward: (windows: Tensor) => Tensor,
  { roiSize, batchSize, overlap }: SlidingWindow,
): Tensor {
  return scope(() => {
    const spatial = input.shape.slice(2);
    const padding = paddingFor(spatial, roiSize);
    const inside = spatial.map((length, axis) => Math.min(length, roiSize[axis]!));
    const starts = spatial.map((length, axis) => windowStarts(length, inside[axis]!, overlap));
    const corners = windowCorners(starts);
    let output: Tensor | undefined;
    for (let first = 0; first < corners.length; first += batchSize)
      output = scope(() => {
        const parts = corners.slice(first, first + batchSize);
        const predicted = scope(() =>
          forward(stack(parts.map((corner) => padded(box(input, corner, inside), padding)))),
        );
        const sum = output ?? zerosFor(predicted, spatial);
        parts.forEach((corner, n) => {
          const found = box(ops.narrow(predicted, 0, n, 1), padding.before, inside);
          ops.add_(box(sum, corner, inside), found);
        });
        return sum;
      });
    divideByCoverage(output!, starts, inside);
    return output!;
  });
}

/** The part of the spatial axes that starts at `corner`: a view. */
const box = (image: Tensor, corner: readonly number[], size: readonly number[]): Tensor =>
  corner.reduce((part, start, axis) => ops.narrow(part, axis + 2, start, size[axis]!), image);

function padded(part: Tensor, { before, after }: Padding): Tensor {
  if ([...before, ...after].every((voxels) => voxels === 0)) return part;
  // constantPadNd counts axes from the last one
  const pairs = before.map((voxels, axis) => [voxels, after[axis]!]).reverse();
  return ops.constantPadNd(part, pairs.flat());
}

const stack = (parts: readonly Tensor[]): Tensor => ops.cat(parts, { dim: 0 });

const zerosFor = ({ shape, dtype, device }: Tensor, spatial: readonly number[]): Tensor =>
  ops.zeros([1, shape[1]!, ...spatial], { dtype, device });

function divideByCoverage(
  output: Tensor,
  starts: readonly (readonly number[])[],
  size: readonly number[],
): void {
  scope(() => {
    starts.forEach((axisStarts, axis) => {
      if (axisStarts.length === 1) return;
      const length = output.shape[axis + 2]!;
      const shape = output.shape.map((_, other) => (other === axis + 2 ? length : 1));
      const counts = tensor(coverage(axisStarts, size[axis]!, length), shape);
      ops.div_(output, ops.to(counts, { dtype: output.dtype, device: output.device }));
    });
  });
}
