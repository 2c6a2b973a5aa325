import { noGrad } from "../autograd.ts";
import * as ops from "../ops.generated.ts";
import { scope } from "../scope.ts";
import { type Tensor, tensor } from "../tensor.ts";

/**
 * Dynamic loss scaling for float16, whose small gradients would vanish (bfloat16 needs none):
 *
 *     backward(ops.mul(loss, state.scale));
 *     const finite = unscaleGradients(parameters, state.scale);
 *     if (finite) optimizer.step(rate);
 *     state = nextLossScale(state, finite);
 */
export interface LossScale {
  /** Factor of the loss. */
  readonly scale: number;
  /** Steps with finite gradients since the scale last changed. */
  readonly goodSteps: number;
}

export const initialLossScale: LossScale = { scale: 65536, goodSteps: 0 };

/** Half after a step with infinite gradients, double after 2,000 good ones; PyTorch's rule. */
export function nextLossScale(state: LossScale, finite: boolean, growthInterval = 2000): LossScale {
  if (!finite) return { scale: state.scale / 2, goodSteps: 0 };
  if (state.goodSteps + 1 < growthInterval) return { scale: state.scale, goodSteps: state.goodSteps + 1 };
  return { scale: state.scale * 2, goodSteps: 0 };
}

/** Divides all gradients by the scale, in place. False when one is not finite: the step must then be left out. */
export const unscaleGradients = (parameters: readonly Tensor[], scale: number): boolean =>
  noGrad(() =>
    scope(() => {
      const gradients = parameters.map((parameter) => parameter.grad).filter((gradient) => gradient !== null);
      if (gradients.length === 0) return true;
      const device = gradients[0]!.device;
      const found = ops.zeros([1], { dtype: "float32", device });
      const inverse = ops.to(tensor([1 / scale], [1]), { device });
      ops.ampForeachNonFiniteCheckAndUnscale_(gradients, found, inverse);
      return found.item() === 0;
    }),
  );
