import { describe, expect, it } from "vitest";
import { convolutionsOf, nameOf, outputOf, workOf } from "./convolutions.mjs";

const geometry = (input, weight, rest = {}) => {
  const axes = input.length - 2;
  const all = (value) => new Array(axes).fill(value);
  return {
    dtype: "BFloat16",
    width: 2,
    input,
    weight,
    stride: all(1),
    padding: all(0),
    dilation: all(1),
    transposed: false,
    outputPadding: all(0),
    groups: 1,
    ...rest,
  };
};
const stem = geometry([96, 3, 96, 96], [64, 3, 7, 7], { stride: [2, 2], padding: [3, 3] });
const up = geometry([1, 8, 5, 6, 7], [8, 4, 2, 2, 2], { stride: [2, 2, 2], transposed: true });

describe("workOf", () => {
  it("counts AH-Net's first layer as the published 2080.9 million multiplications", () => {
    expect(outputOf(stem)).toEqual([96, 64, 48, 48]);
    expect(workOf(stem).flops / 2e6).toBeCloseTo(2080.9, 1);
    expect(workOf(stem).bytes).toBe(2 * (96 * 3 * 96 * 96 + 64 * 3 * 49 + 96 * 64 * 48 * 48));
  });

  it("counts a transposed convolution by its input", () => {
    expect(outputOf(up)).toEqual([1, 4, 10, 12, 14]);
    expect(workOf(up).flops).toBe(2 * 5 * 6 * 7 * 8 * 4 * 8);
  });

  it("counts groups by what each reads, and dilated kernels by their elements", () => {
    const grouped = geometry([1, 8, 9, 9], [8, 2, 3, 3], { groups: 4, dilation: [2, 2] });
    expect(outputOf(grouped)).toEqual([1, 8, 5, 5]);
    expect(workOf(grouped).flops).toBe(2 * 25 * 8 * 2 * 9);
  });
});

describe("convolutionsOf", () => {
  const tensor = (shape) => ({ dtype: "BFloat16", width: 2, shape, strides: [] });
  const args = ({ input, weight, stride, padding, dilation, transposed, outputPadding, groups }, bias) => [
    tensor(input),
    tensor(weight),
    bias,
    stride,
    padding,
    dilation,
    transposed,
    outputPadding,
    groups,
  ];
  const forward = (of, calls, wholeSeconds) => ({
    name: "aten::convolution",
    calls,
    wholeSeconds,
    inputs: args(of, null),
  });
  const backward = (of, calls, wholeSeconds, mask) => ({
    name: "aten::convolution_backward",
    calls,
    wholeSeconds,
    inputs: [tensor(outputOf(of)), ...args(of, [0]), mask],
  });

  it("joins the passes of a shape, and counts a gradient only where it was asked for", () => {
    const times = [
      forward(up, 3, 0.3),
      { name: "aten::copy_", calls: 1, wholeSeconds: 9, inputs: [] },
      forward(stem, 1, 0.1),
      backward(up, 2, 0.5, [true, true, false]),
      backward(up, 1, 0.25, [false, true, false]),
      backward(stem, 1, 0.2, [false, true, false]),
    ];
    expect(convolutionsOf(times)).toEqual([
      {
        geometry: up,
        passes: { forward: 3, inputGradient: 2, weightGradient: 3 },
        seconds: { forward: 0.3, backward: 0.75 },
      },
      {
        geometry: stem,
        passes: { forward: 1, inputGradient: 0, weightGradient: 1 },
        seconds: { forward: 0.1, backward: 0.2 },
      },
    ]);
  });
});

describe("nameOf", () => {
  it("gives kernel, stride, channels and the place", () => {
    expect(nameOf(stem)).toBe("7×7/2 3→64 @ 96×96×96");
    expect(nameOf(up)).toBe("transposed 2×2×2/2 8→4 @ 5×6×7");
    expect(nameOf(geometry([1, 8, 4, 4, 4], [16, 8, 3, 3, 3]))).toBe("3×3×3 8→16 @ 4×4×4");
  });
});
