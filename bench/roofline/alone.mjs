// Convolutions of a step once more, each by itself, with channels innermost in memory: what oneDNN makes of the shape.
import { call, ops, scope } from "@tomo/torch";
import { outputOf } from "./convolutions.mjs";
import { secondsOf } from "./roofs.mjs";

const names = { BFloat16: "bfloat16", Float: "float32" };

/** Seconds of one call of each pass that the step has of a shape. */
export const secondsAlone = ({ geometry, passes }) =>
  scope(() => {
    const { stride, padding, dilation, transposed, outputPadding, groups } = geometry;
    const options = [stride, padding, dilation, transposed, outputPadding, groups];
    const [input, weight, gradient] = [geometry.input, geometry.weight, outputOf(geometry)].map((shape) =>
      innermost(shape, names[geometry.dtype]),
    );
    const work = {
      forward: () => call("convolution", "", input, weight, null, ...options),
      inputGradient: () => backward(true, false),
      weightGradient: () => backward(false, true),
    };
    const backward = (...mask) =>
      call("convolution_backward", "", gradient, input, weight, null, ...options, [...mask, false]);
    return Object.fromEntries(
      Object.keys(work)
        .filter((pass) => passes[pass] > 0)
        .map((pass) => [pass, secondsOf(() => scope(() => void work[pass]()), 0)]),
    );
  });

/** A copy, since libtorch takes a single channel for innermost already and convolves it with channels outermost. */
const innermost = (shape, dtype) =>
  ops.clone(ops.toDtype(ops.rand(shape, { dtype: "float32" }), dtype), {
    memoryFormat: shape.length === 5 ? "channels_last_3d" : "channels_last",
  });
