import { expect, it } from "vitest";
import * as ops from "../ops.generated.ts";
import { scope } from "../scope.ts";
import { Conv, channelsInnermost } from "./index.ts";

it.each([
  [
    [2, 3, 4, 5],
    [60, 1, 15, 3],
  ],
  [
    [2, 1, 4, 5],
    [20, 1, 5, 1],
  ],
  [
    [2, 3, 4, 5, 6],
    [360, 1, 90, 18, 3],
  ],
  [
    [2, 1, 4, 5, 6],
    [120, 1, 30, 6, 1],
  ],
])("puts the channels of %j innermost, and those of a convolution of it", (shape, strides) => {
  const conv = new Conv(shape.length === 5 ? 3 : 2, shape[1]!, 4, 3, { padding: 1 });
  scope(() => {
    const input = ops.randn(shape, { dtype: "float32" });
    const inner = channelsInnermost(input);
    expect(inner.strides).toEqual(strides);
    expect(ops.equal(inner, input)).toBe(true);
    expect(conv.forward(inner).strides[1]).toBe(1);
  });
  conv.dispose();
});
