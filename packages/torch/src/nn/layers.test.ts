import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { backward } from "../autograd.ts";
import * as ops from "../ops.generated.ts";
import { manualSeed } from "../runtime.ts";
import { liveTensors, scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import {
  AdaptiveAvgPool,
  AvgPool,
  BatchNorm,
  Conv,
  ConvTranspose,
  GroupNorm,
  InstanceNorm,
  type Layer,
  Linear,
  MaxPool,
  Upsample,
} from "./index.ts";

interface Golden {
  readonly shape: readonly number[];
  readonly state: Readonly<Record<string, readonly number[]>>;
  readonly output: readonly number[];
  readonly gradient: readonly number[];
  readonly after: Readonly<Record<string, readonly number[]>>;
}
const { values: golden } = JSON.parse(
  readFileSync(new URL("./golden/layers.json", import.meta.url), "utf8"),
) as { values: Record<string, Golden> };

const makers: Record<string, () => Layer> = {
  conv1d: () => new Conv(1, 2, 3, 3, { padding: 1 }),
  conv2d: () => new Conv(2, 4, 2, [3, 1], { stride: 2, groups: 2, bias: false }),
  conv3d: () => new Conv(3, 2, 3, [3, 2, 1], { padding: [1, 0, 0], dilation: [1, 2, 1] }),
  convTranspose1d: () => new ConvTranspose(1, 2, 3, 3, { stride: 2, outputPadding: 1 }),
  convTranspose2d: () => new ConvTranspose(2, 2, 3, 2, { stride: 2 }),
  convTranspose3d: () => new ConvTranspose(3, 2, 1, 3, { stride: 2, padding: 1, bias: false }),
  linear: () => new Linear(4, 3),
  batchNorm: () => new BatchNorm(2),
  groupNorm: () => new GroupNorm(2, 4),
  instanceNorm: () => new InstanceNorm(3, { affine: true }),
  maxPool: () => new MaxPool(2, 3, { stride: 2, padding: 1 }),
  avgPool: () => new AvgPool(3, 2),
  adaptiveAvgPool: () => new AdaptiveAvgPool(2, 1),
  upsampleLinear: () => new Upsample(2, { mode: "linear", alignCorners: true }),
  upsampleHalfPixel: () => new Upsample(2, { mode: "linear" }),
  upsampleNearest: () => new Upsample(2, { mode: "nearest" }),
};

const sines = (shape: readonly number[]): Tensor =>
  scope(() => {
    const count = shape.reduce((product, size) => product * size, 1);
    return ops.view(ops.sin(ops.arange(count, { dtype: "float64" })), shape);
  });
const expectAll = (actual: Tensor, expected: readonly number[], digits: number): void => {
  const values = actual.toArray();
  expect(values).toHaveLength(expected.length);
  values.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, digits);
  });
};

describe("layers", () => {
  it("cover all golden values", () => expect(Object.keys(makers)).toEqual(Object.keys(golden)));

  it.each(Object.keys(makers))("%s starts, computes and differentiates as PyTorch's", (name) => {
    const { shape, state, output, gradient, after } = golden[name]!;
    const before = liveTensors();
    manualSeed(7);
    const layer = makers[name]!();
    expect(Object.keys(layer.stateDict())).toEqual(Object.keys(state));
    scope(() => {
      for (const [key, value] of Object.entries(layer.stateDict())) expectAll(value, state[key]!, 7);
      layer.to({ dtype: "float64" });
      const input = sines(shape).requiresGrad_();
      const result = layer.forward(input);
      backward(ops.sum(ops.mul(result, sines(result.shape))));
      expectAll(result, output, 6);
      expectAll(input.grad!, gradient, 6);
      for (const [key, value] of Object.entries(layer.stateDict())) expectAll(value, after[key]!, 6);
    });
    layer.dispose();
    expect(liveTensors()).toBe(before);
  });

  it("keep the dtype of their input and give the parameters float32 gradients", () => {
    const conv = new Conv(3, 4, 8, 3, { padding: 1 });
    const norm = new BatchNorm(8);
    const up = new ConvTranspose(3, 8, 2, 2, { stride: 2 });
    scope(() => {
      const input = ops.toDtype(ops.rand([2, 4, 4, 4, 4], { dtype: "float32" }), "bfloat16");
      const output = up.forward(norm.forward(conv.forward(input)));
      expect(output.dtype).toBe("bfloat16");
      backward(ops.mean(ops.square(output)));
      for (const part of [conv, norm, up])
        for (const [, parameter] of part.namedParameters()) expect(parameter.grad!.dtype).toBe("float32");
    });
    for (const part of [conv, norm, up]) part.dispose();
  });

  it("refuse to normalise a batch without spread", () => {
    const norm = new BatchNorm(3);
    const one = ops.ones([1, 3, 1, 1], { dtype: "float32" });
    expect(() => norm.forward(one)).toThrow(/more than one value/);
    scope(() => expect(norm.eval().forward(one).shape).toEqual([1, 3, 1, 1]));
    one.dispose();
    norm.dispose();
  });
});
