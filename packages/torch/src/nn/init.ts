import { noGrad } from "../autograd.ts";
import * as ops from "../ops.generated.ts";
import type { Tensor } from "../tensor.ts";
import { product } from "./sizes.ts";

/** Fills a tensor in place from libtorch's generator (`manualSeed`), in the order and with the bounds of PyTorch. */
export type Initialiser = (tensor: Tensor) => void;

/** Inputs that feed one output, of a weight [out, in / groups, ...kernel] (a transposed convolution: [in, out, ...]). */
export const fanIn = (tensor: Tensor): number => product(tensor.shape.slice(1));
/** Outputs that one input feeds. */
export const fanOut = (tensor: Tensor): number => product(tensor.shape) / (tensor.shape[1] ?? 1);

export const uniform =
  (from: number, to: number): Initialiser =>
  (tensor) =>
    void noGrad(() => ops.uniform_(tensor, { from, to }));

export const normal =
  (mean: number, std: number): Initialiser =>
  (tensor) =>
    void noGrad(() => ops.normal_(tensor, { mean, std }));

export const constant =
  (value: number): Initialiser =>
  (tensor) =>
    void noGrad(() => ops.fill_(tensor, value));

/** Normal, redrawn outside `mean ± 2 std` by the inverse distribution function. */
export const truncatedNormal =
  (mean: number, std: number): Initialiser =>
  (tensor) =>
    noGrad(() => {
      const edge = erfOf2Sigma;
      ops.uniform_(tensor, { from: -edge, to: edge });
      ops.erfinv_(tensor);
      ops.clamp_(ops.add_(ops.mul_(tensor, std * Math.SQRT2), mean), {
        min: mean - 2 * std,
        max: mean + 2 * std,
      });
    });
/** erf(2 / √2): the share of a normal distribution within two standard deviations. */
const erfOf2Sigma = 0.9544997361036416;

/** Uniform within ± gain · sqrt(3 / fan in), gain = sqrt(2 / (1 + a²)) (He et al. 2015). PyTorch's layers use a = √5. */
export const kaimingUniform =
  (a = 0): Initialiser =>
  (tensor) => {
    const bound = Math.sqrt(6 / ((1 + a * a) * fanIn(tensor)));
    uniform(-bound, bound)(tensor);
  };

/** Normal with standard deviation sqrt(2 / fan). */
export const kaimingNormal =
  (mode: "in" | "out" = "in"): Initialiser =>
  (tensor) =>
    normal(0, Math.sqrt(2 / (mode === "in" ? fanIn(tensor) : fanOut(tensor))))(tensor);

/** Truncated normal whose standard deviation, after truncation, is sqrt(2 / fan in), as in TensorFlow's `he_normal`. */
export const heTruncated = (): Initialiser => (tensor) =>
  truncatedNormal(0, Math.sqrt(2 / fanIn(tensor)) / 0.87962566103423978)(tensor);

/** Uniform within ± sqrt(6 / (fan in + fan out)). */
export const glorotUniform = (): Initialiser => (tensor) => {
  const bound = Math.sqrt(6 / (fanIn(tensor) + fanOut(tensor)));
  uniform(-bound, bound)(tensor);
};

/** PyTorch's default for weights of linear and convolution layers. */
export const defaultWeight = kaimingUniform(Math.sqrt(5));
/** PyTorch's default for their biases: uniform within ± 1 / sqrt(fan in of the weight). */
export const defaultBias = (weight: Tensor): Initialiser => {
  const bound = 1 / Math.sqrt(fanIn(weight));
  return uniform(-bound, bound);
};

/** A float32 tensor filled by the initialiser. */
export function initialised(shape: readonly number[], fill: Initialiser): Tensor {
  const made = ops.empty(shape, { dtype: "float32" });
  fill(made);
  return made;
}
