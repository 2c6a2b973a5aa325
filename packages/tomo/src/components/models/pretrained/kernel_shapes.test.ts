import { ops, scope } from "@tomo/torch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formulaTensor } from "../../../testing/formula_weights.ts";
import { fittedKernel, kernelFit } from "./kernel_shapes.ts";

describe("a kernel of a file in a network", () => {
  it.each([
    [[4, 3, 7, 7], [4, 3, 7, 7], true, "same"],
    [[4, 8, 3, 3], [4, 8, 3, 3, 1], false, "within slices"],
    [[4, 3, 7, 7], [4, 1, 7, 7, 3], true, "channels as slices"],
    [[4, 3, 7, 7], [4, 1, 7, 7], true, "summed channels"],
    [[4, 1, 7, 7], [4, 3, 7, 7], true, "summed channels"],
    [[4, 3, 7, 7, 3], [4, 2, 7, 7, 3], true, "summed channels"],
    [[4, 3, 7, 7], [4, 1, 7, 7], false, null],
    [[4, 2, 7, 7], [4, 1, 7, 7, 3], true, null],
    [[5, 3, 7, 7], [4, 3, 7, 7], true, null],
    [[4, 3, 7, 7], [4, 3, 7, 7, 7], true, null],
    [[], [4, 3], true, null],
  ] as const)("%o into %o (first: %o): %s", (from, to, isFirst, expected) => {
    expect(kernelFit(from, to, isFirst)).toBe(expected);
  });

  it("summed over its channels answers equal channels as before", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), (from, to) =>
        scope(() => {
          const kernel = formulaTensor([2, from, 3, 3], 1);
          const grey = formulaTensor([1, 1, 6, 5], 2);
          const other = fittedKernel(kernel, [2, to, 3, 3], "summed channels");
          const before = ops.conv2d(ops.repeat(grey, [1, from, 1, 1]), kernel);
          const after = ops.conv2d(ops.repeat(grey, [1, to, 1, 1]), other);
          expect(ops.max(ops.abs(ops.sub(before, after))).item()).toBeLessThan(1e-12);
        }),
      ),
      { numRuns: 25 },
    );
  });
});
