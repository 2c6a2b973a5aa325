import { isFloating } from "../dtype.ts";
import * as ops from "../ops.generated.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";

/** In float32 at least: 16-bit floats are widened, float64 stays. */
export const widened = (input: Tensor): Tensor =>
  isFloating(input.dtype) && input.dtype.endsWith("16") ? ops.toDtype(input, "float32") : input;

/** Softmax over an axis (default: channels), computed and returned in float32 at least. */
export const softmax = (input: Tensor, axis = 1): Tensor => scope(() => ops.softmax(widened(input), axis));

/** Logistic function, computed and returned in float32 at least. */
export const sigmoid = (input: Tensor): Tensor => scope(() => ops.sigmoid(widened(input)));

export const relu = (input: Tensor): Tensor => ops.relu(input);
export const leakyRelu = (input: Tensor, slope = 0.01): Tensor =>
  ops.leakyRelu(input, { negativeSlope: slope });
