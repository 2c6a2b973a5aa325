import { call } from "../call.ts";
import { engine } from "../engine.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import type { Conv } from "./conv.ts";
import type { BatchNorm } from "./norm.ts";
import { normRelu } from "./norm_relu.ts";

/** Norm, ReLU, convolution 1 × 1, norm, ReLU, convolution 3 × 3 (in 3-D of cubes); no biases. */
export interface DenseLayer {
  readonly norm1: BatchNorm;
  readonly conv1: Conv;
  readonly norm2: BatchNorm;
  readonly conv2: Conv;
}

/**
 * Features as maps side by side on the channel axis: the input [N, C, spatial] and what the layers add, each of which
 * reads all features before it (Huang et al., arXiv 1608.06993).
 */
export const denseBlock = (input: Tensor, layers: readonly DenseLayer[]): readonly Tensor[] =>
  fitsFused(input, layers) ? [fusedDenseBlock(input, layers)] : composedDenseBlock(input, layers);

/** Layer by layer, on any device and in any dtype. */
export function composedDenseBlock(input: Tensor, layers: readonly DenseLayer[]): readonly Tensor[] {
  return scope(() => {
    const maps = [input];
    for (const { norm1, conv1, norm2, conv2 } of layers)
      maps.push(scope(() => conv2.forward(normRelu(norm2, [conv1.forward(normRelu(norm1, maps))]))));
    return maps;
  });
}

/** In one operator of the door (native/dense_block.cc), which returns all features as one map. */
export function fusedDenseBlock(input: Tensor, layers: readonly DenseLayer[]): Tensor {
  const [{ training, momentum, eps }] = layers.map(({ norm1 }) => norm1) as [BatchNorm];
  for (const { norm1, norm2 } of layers) for (const norm of [norm1, norm2]) norm.countBatch(input);
  const weights = layers.flatMap(({ norm1, conv1, norm2, conv2 }) => [
    ...[norm1.weight, norm1.bias, conv1.weight],
    ...[norm2.weight, norm2.bias, conv2.weight],
  ]);
  const running = layers.flatMap(({ norm1, norm2 }) =>
    [norm1, norm2].flatMap(({ runningMean, runningVar }) => [runningMean, runningVar]),
  );
  return call("tomo::dense_block", "", input, weights, running, training, momentum, eps) as Tensor;
}

/** Mixed precision in 2-D on a CPU with AVX-512 BF16, where libtorch's operators are slower. */
const fitsFused = (input: Tensor, layers: readonly DenseLayer[]): boolean =>
  layers.length > 0 &&
  input.dtype === "bfloat16" &&
  input.rank === 4 &&
  input.device === "cpu" &&
  layers.every(({ conv1, conv2 }) => conv1.weight.dtype === "float32" && widthsFit(conv1, conv2)) &&
  hasFusedDenseBlock();

function widthsFit(conv1: Conv, conv2: Conv): boolean {
  const [narrow = 0, channels = 0] = conv1.weight.shape;
  return channels % panel === 0 && narrow % panel === 0 && conv2.weight.shape[0] === panel;
}
const panel = 32;

let known: boolean | undefined;
export function hasFusedDenseBlock(): boolean {
  known ??=
    engine().schemas("tomo::has_dense_block").length > 0 && (call("tomo::has_dense_block") as boolean);
  return known;
}
