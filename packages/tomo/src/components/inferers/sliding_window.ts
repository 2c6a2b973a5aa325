import { ops, scope, type Tensor, tensor } from "@tomo/torch";
import { coverage, paddingFor, windowCorners, windowStarts } from "./window_grid.ts";

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
 * input and output is that of one network call: outputs are added in place, and the number of windows at a voxel
 * is a product of one count an axis.
 * @param input [1, C, spatial]; axes shorter than the window are padded with zeros and cropped back
 * @param forward [b, C, roi] to [b, K, roi]
 * @returns [1, K, spatial], dtype and device of the network's output
 */
export function slidingWindow(
  input: Tensor,
  forward: (windows: Tensor) => Tensor,
  { roiSize, batchSize, overlap }: SlidingWindow,
): Tensor {
  return scope(() => {
    const size = input.shape.slice(2);
    const { before, after } = paddingFor(size, roiSize);
    const padded = pad(input, before, after);
    const paddedSize = padded.shape.slice(2);
    const starts = paddedSize.map((length, axis) => windowStarts(length, roiSize[axis]!, overlap));
    const corners = windowCorners(starts);
    let output: Tensor | undefined;
    for (let first = 0; first < corners.length; first += batchSize) {
      const batch = corners.slice(first, first + batchSize);
      const predicted = scope(() => forward(stack(padded, batch, roiSize)));
      output ??= ops.zeros([1, predicted.shape[1]!, ...paddedSize], {
        dtype: predicted.dtype,
        device: predicted.device,
      });
      addWindows(output, predicted, batch, roiSize);
      predicted.dispose();
    }
    divideByCoverage(output!, starts, roiSize);
    return ops.contiguous(box(output!, before, size));
  });
}

/** The part of the spatial axes that starts at `corner`: a view. */
const box = (image: Tensor, corner: readonly number[], size: readonly number[]): Tensor =>
  corner.reduce((part, start, axis) => ops.narrow(part, axis + 2, start, size[axis]!), image);

function pad(input: Tensor, before: readonly number[], after: readonly number[]): Tensor {
  if ([...before, ...after].every((voxels) => voxels === 0)) return input;
  // constantPadNd counts axes from the last one
  const pairs = before.map((voxels, axis) => [voxels, after[axis]!]).reverse();
  return ops.constantPadNd(input, pairs.flat());
}

const stack = (image: Tensor, corners: readonly (readonly number[])[], roi: readonly number[]): Tensor =>
  ops.cat(
    corners.map((corner) => box(image, corner, roi)),
    { dim: 0 },
  );

function addWindows(
  output: Tensor,
  predicted: Tensor,
  corners: readonly (readonly number[])[],
  roi: readonly number[],
): void {
  scope(() => {
    corners.forEach((corner, n) => {
      ops.add_(box(output, corner, roi), ops.narrow(predicted, 0, n, 1));
    });
  });
}

function divideByCoverage(
  output: Tensor,
  starts: readonly (readonly number[])[],
  roi: readonly number[],
): void {
  scope(() => {
    starts.forEach((axisStarts, axis) => {
      if (axisStarts.length === 1) return;
      const length = output.shape[axis + 2]!;
      const shape = output.shape.map((_, other) => (other === axis + 2 ? length : 1));
      const counts = tensor(coverage(axisStarts, roi[axis]!, length), shape);
      ops.div_(output, ops.to(counts, { dtype: output.dtype, device: output.device }));
    });
  });
}
