import { readFileSync } from "node:fs";
import { liveTensors, memoryUse, ops, resetPeakMemory, scope, type Tensor, tensor } from "@tomo/torch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { slidingWindow } from "./sliding_window.ts";

interface GoldenCase {
  readonly name: string;
  readonly size: readonly number[];
  readonly roi: readonly number[];
  readonly batch: number;
  readonly output: readonly number[];
}
const golden = JSON.parse(
  readFileSync(new URL("golden/sliding_window.json", import.meta.url), "utf8"),
) as GoldenCase[];

const voxels = (size: readonly number[]): number => size.reduce((product, length) => product * length, 1);

/** The network of golden/sliding_window.py: its output depends on the place in the window. */
function network(windows: Tensor): Tensor {
  const roi = windows.shape.slice(2);
  const ramp = tensor(
    Float64Array.from({ length: voxels(roi) }, (_, n) => n / 10),
    [1, 1, ...roi],
  );
  const axes = windows.shape.map((_, axis) => axis).slice(1);
  const first = ops.mul(ops.narrow(windows, 1, 0, 1), ops.add(ramp, 1));
  const mean = ops.meanDim(windows, axes, { keepdim: true });
  const second = ops.add(ops.narrow(windows, 1, 1, 1), ops.mul(mean, ops.square(ramp)));
  return ops.cat([first, second], { dim: 1 });
}

const ramp = (shape: readonly number[]): Tensor =>
  tensor(
    Float64Array.from({ length: voxels(shape) }, (_, n) => Math.sin(n * 0.7)),
    shape,
  );

describe("slidingWindow", () => {
  it.each(golden)("equals MONAI: $name", ({ size, roi, batch, output }) => {
    scope(() => {
      const options = { roiSize: roi, batchSize: batch, overlap: 0.25 };
      const found = slidingWindow(ramp([1, 2, ...size]), network, options);
      expect(found.shape).toEqual([1, 2, ...size]);
      // float64; the counts are divided out axis by axis, MONAI's at once
      const faults = found.toArray().map((value, n) => Math.abs(value - output[n]!));
      expect(Math.max(...faults)).toBeLessThan(1e-9);
    });
  });

  it("is the network itself where the network is pointwise, whatever window, batch and size", () => {
    const length = fc.integer({ min: 1, max: 9 });
    const axes = fc.tuple(length, length, length);
    const cases = fc.record({ size: axes, roiSize: axes, batchSize: fc.integer({ min: 1, max: 5 }) });
    fc.assert(
      fc.property(cases, ({ size, roiSize, batchSize }) => {
        scope(() => {
          const image = ramp([1, 1, ...size]);
          const seen: number[] = [];
          const square = (windows: Tensor) => {
            expect(windows.shape.slice(2)).toEqual(roiSize);
            seen.push(windows.shape[0]!);
            return ops.square(windows);
          };
          const found = slidingWindow(image, square, { roiSize, batchSize, overlap: 0.25 });
          const expected = image.toArray().map((value) => value * value);
          found.toArray().forEach((value, n) => {
            expect(value).toBeCloseTo(expected[n]!, 12);
          });
          expect(Math.max(...seen)).toBeLessThanOrEqual(batchSize);
        });
      }),
      { numRuns: 60 },
    );
  });

  it("frees everything but the output, and leaves the input alone", () => {
    const image = ramp([1, 1, 3, 9]);
    const before = image.toArray();
    const live = liveTensors();
    const found = slidingWindow(image, (windows) => ops.exp(windows), {
      roiSize: [4, 4],
      batchSize: 2,
      overlap: 0.25,
    });
    expect(liveTensors()).toBe(live + 1);
    expect(image.toArray()).toEqual(before);
    found.dispose();
    image.dispose();
  });

  it.each([64, 5])("needs no more memory than output and one network call, %i voxels across", (across) => {
    scope(() => {
      const image = ops.zeros([1, 1, 64, 64, across], { dtype: "float32" });
      resetPeakMemory();
      const base = memoryUse().live;
      const twoClasses = (windows: Tensor) => ops.cat([windows, windows], { dim: 1 });
      slidingWindow(image, twoClasses, { roiSize: [16, 16, 16], batchSize: 1, overlap: 0.25 });
      const [output, call] = [2 * 64 ** 2 * across * 4, 4 * 16 ** 3 * 4];
      expect(memoryUse().peak - base).toBeLessThan(output + call + 100_000);
    });
  });
});
