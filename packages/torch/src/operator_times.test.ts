import { afterEach, describe, expect, it } from "vitest";
import { backward, Conv, ops, recordOperators, scope, setThreads, takeOperatorTimes } from "./index.ts";
import { kindOf } from "./operator_times.ts";

setThreads(1);
afterEach(() => {
  recordOperators(false);
  takeOperatorTimes();
});

const callsOf = (name: string): number => takeOperatorTimes().find((time) => time.name === name)?.calls ?? 0;

describe("operator times", () => {
  it("count the calls between on and off, and are empty after they were taken", () => {
    const make = () => scope(() => void ops.ones([2], { dtype: "float32" }));
    make();
    expect(takeOperatorTimes()).toEqual([]);
    recordOperators(true);
    for (let n = 0; n < 3; n++) make();
    recordOperators(true);
    make();
    recordOperators(false);
    make();
    const times = takeOperatorTimes();
    expect(times.find(({ name }) => name === "aten::ones")).toMatchObject({
      calls: 4,
      kind: "moving data",
    });
    expect(takeOperatorTimes()).toEqual([]);
  });

  it("are own times: the parts add up to no more than what passed, and see backward", () => {
    scope(() => {
      const layer = new Conv(3, 1, 4, 3, { padding: 1 });
      const input = ops.rand([1, 1, 16, 16, 16], { dtype: "float32" });
      const start = performance.now();
      recordOperators(true);
      backward(scope(() => ops.mean(layer.forward(input))));
      recordOperators(false);
      const passed = (performance.now() - start) / 1000;
      const times = takeOperatorTimes();
      const sum = times.reduce((total, { seconds }) => total + seconds, 0);
      expect(sum).toBeGreaterThan(0);
      expect(sum).toBeLessThanOrEqual(passed);
      for (const { seconds } of times) expect(seconds).toBeGreaterThanOrEqual(0);
      expect(times.find(({ name }) => name === "aten::convolution_backward")).toMatchObject({
        calls: 1,
        kind: "convolution",
      });
      layer.dispose();
    });
  });

  it("sees inside of an operator what it calls", () => {
    recordOperators(true);
    scope(() => void ops.ones([2], { dtype: "float32" }));
    recordOperators(false);
    expect(callsOf("aten::fill_")).toBe(1);
  });
});

describe("kindOf", () => {
  it.each([
    ["aten::mkldnn_convolution", "convolution"],
    ["aten::convolution_backward", "convolution"],
    ["ConvolutionBackward0", "convolution"],
    ["autograd::engine::evaluate_function: NativeBatchNormBackward0", "norm"],
    ["aten::normal_", "element-wise and other"],
    ["aten::addmm", "matrix product"],
    ["aten::_adaptive_avg_pool3d", "pooling"],
    ["aten::_to_copy", "moving data"],
    ["aten::_softmax_backward_data", "activation"],
    ["aten::sum", "reduction"],
    ["aten::add_", "element-wise and other"],
    ["tomo::dense_block", "dense block"],
  ])("of %s is %s", (name, kind) => {
    expect(kindOf(name)).toBe(kind);
  });
});
