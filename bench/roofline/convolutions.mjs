// The convolutions of a recorded step by shape: how often and how long each pass ran, its arithmetic and its traffic.

/** Arguments of aten::convolution; those of aten::convolution_backward have the gradient in front and the mask behind. */
const geometryOf = ([input, weight, , stride, padding, dilation, transposed, outputPadding, groups]) => ({
  dtype: input.dtype,
  width: input.width,
  input: input.shape,
  weight: weight.shape,
  stride,
  padding,
  dilation,
  transposed,
  outputPadding,
  groups,
});

/** Shape of the result. */
export function outputOf({ input, weight, stride, padding, dilation, transposed, outputPadding, groups }) {
  const sizes = input.slice(2).map((size, i) => {
    const reach = dilation[i] * (weight[i + 2] - 1) - 2 * padding[i];
    return transposed
      ? (size - 1) * stride[i] + reach + outputPadding[i] + 1
      : Math.floor((size - reach - 1) / stride[i]) + 1;
  });
  return [input[0], transposed ? weight[1] * groups : weight[0], ...sizes];
}

const product = (numbers) => numbers.reduce((result, number) => result * number, 1);

/**
 * Arithmetic of one pass, the same for all three: a multiplication and an addition for each element of the weight at each
 * position, those in the padding included. Bytes: what is read and written, each tensor once.
 */
export function workOf(geometry) {
  const { input, weight, transposed, width } = geometry;
  const output = outputOf(geometry);
  const [batch, , ...positions] = transposed ? input : output;
  return {
    flops: 2 * batch * product(positions) * product(weight),
    bytes: width * (product(input) + product(weight) + product(output)),
  };
}

/**
 * Convolutions by geometry: { geometry, passes: calls of each, seconds: { forward, backward } }, with all that libtorch
 * does within the operators, copies into another layout too.
 * @param times Operator times recorded with inputs
 */
export function convolutionsOf(times) {
  const found = new Map();
  const of = (geometry) => {
    const key = JSON.stringify(geometry);
    if (!found.has(key)) found.set(key, emptyOf(geometry));
    return found.get(key);
  };
  for (const { name, inputs, calls, wholeSeconds } of times)
    if (name === "aten::convolution") {
      const { passes, seconds } = of(geometryOf(inputs));
      passes.forward += calls;
      seconds.forward += wholeSeconds;
    } else if (name === "aten::convolution_backward") {
      const { passes, seconds } = of(geometryOf(inputs.slice(1)));
      const [forInput, forWeight] = inputs.at(-1);
      passes.inputGradient += forInput ? calls : 0;
      passes.weightGradient += forWeight ? calls : 0;
      seconds.backward += wholeSeconds;
    }
  return [...found.values()];
}

const emptyOf = (geometry) => ({
  geometry,
  passes: { forward: 0, inputGradient: 0, weightGradient: 0 },
  seconds: { forward: 0, backward: 0 },
});

export const kernelOf = ({ weight }) => weight.slice(2).join("×");

/** "3×3×3/2 64→128 @ 48×48×48": kernel, stride, channels and the size of the input, with a batch of more than one in front. */
export function nameOf(geometry) {
  const { input, stride, transposed } = geometry;
  const strided = stride.every((step) => step === 1) ? "" : `/${[...new Set(stride)].join("·")}`;
  const place = [...(input[0] === 1 ? [] : [input[0]]), ...input.slice(2)];
  const kernel = `${transposed ? "transposed " : ""}${kernelOf(geometry)}${strided}`;
  return `${kernel} ${input[1]}→${outputOf(geometry)[1]} @ ${place.join("×")}`;
}
