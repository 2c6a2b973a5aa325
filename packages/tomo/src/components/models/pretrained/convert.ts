import { isFloating, ops, scope, type Tensor } from "@tomo/torch";
import type { StoredTensor } from "../../../io/weights/stored_tensor.ts";
import type { Match } from "./fit.ts";
import { fittedKernel } from "./kernel_shapes.ts";
import type { Scheme } from "./scheme.ts";

/** Axes of a Keras kernel [spatial, in, out] in our order [out, in, spatial]. */
const torchAxes = (rank: number): number[] => [
  rank - 1,
  rank - 2,
  ...Array.from({ length: rank - 2 }, (_, axis) => axis),
];

/**
 * The values of a match for the network, in float64. All steps but the fitting of a kernel are exact in evaluation
 * (models-reference section 2.7): epsilons by the running variance, biases of convolutions by the running mean.
 * @param epsilon of the network's norm
 * @returns null when the file holds values that are not finite
 */
export function converted(
  { pair, stored, kernel, bias }: Match,
  scheme: Scheme,
  shape: readonly number[],
  epsilon: number,
): Tensor | null {
  return scope(() => {
    const value = doubles(stored);
    if (value === null) return null;
    switch (pair.kind) {
      case "kernel":
      case "dense": {
        const ordered = scheme.framework === "keras" ? ops.permute(value, torchAxes(value.rank)) : value;
        return fittedKernel(ordered, shape, kernel);
      }
      case "mean": {
        const shift = bias && doubles(bias);
        return bias === null ? value : shift && ops.sub(value, shift);
      }
      case "variance":
        return ops.add(value, scheme.epsilon - epsilon);
      case "plain":
        return value;
    }
  });
}

function doubles(stored: StoredTensor): Tensor | null {
  const value = stored.read();
  const isSound = !isFloating(value.dtype) || ops.all(ops.isfinite(value)).item() === 1;
  return isSound ? ops.toDtype(value, "float64") : null;
}
