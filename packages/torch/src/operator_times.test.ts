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

describe("operator times with inputs", () => {
  it("tell calls apart by what they were given", () => {
    scope(() => {
      const layer = new Conv(2, 3, 4, 3, { padding: 1, bias: false });
      const small = ops.rand([1, 3, 5, 5], { dtype: "float32" });
      const large = ops.rand([2, 3, 5, 7], { dtype: "float32" });
      const inner = ops.contiguous(large, { memoryFormat: "channels_last" });
      recordOperators(true, { inputs: true });
      for (const input of [small, inner, inner]) scope(() => void layer.forward(input));
      recordOperators(false);
      const found = takeOperatorTimes().filter(({ name }) => name === "aten::convolution");
      const tensor = (shape: number[], strides: number[]) => ({ dtype: "Float", width: 4, shape, strides });
      const weight = tensor([4, 3, 3, 3], [27, 9, 3, 1]);
      const rest = [null, [1, 1], [1, 1], [1, 1], false, [0, 0], 1];
      expect(found.map(({ calls, inputs }) => ({ calls, inputs })).sort((a, b) => a.calls - b.calls)).toEqual(
        [
          { calls: 1, inputs: [tensor([1, 3, 5, 5], [75, 25, 5, 1]), weight, ...rest] },
          { calls: 2, inputs: [tensor([2, 3, 5, 7], [105, 1, 21, 3]), weight, ...rest] },
        ],
      );
      layer.dispose();
    });
  });

  it("describe lists of tensors, and what has no description as null", () => {
    scope(() => {
      const one = ops.ones([2], { dtype: "float32" });
      recordOperators(true, { inputs: true });
      scope(() => void ops.cat([one, one]));
      scope(() => void ops.full([1], Number.POSITIVE_INFINITY, { dtype: "float32" }));
      recordOperators(false);
      const times = takeOperatorTimes();
      const facts = { dtype: "Float", width: 4, shape: [2], strides: [1] };
      expect(times.find(({ name }) => name === "aten::cat")?.inputs).toEqual([[facts, facts], 0]);
      expect(times.find(({ name }) => name === "aten::full")?.inputs?.slice(0, 2)).toEqual([[1], null]);
    });
  });

  it("have the whole time of an operator, and none of its inputs unless asked", () => {
    recordOperators(true);
    scope(() => void ops.ones([2 ** 20], { dtype: "float32" }));
    recordOperators(false);
    const ones = takeOperatorTimes().find(({ name }) => name === "aten::ones")!;
    expect(ones.wholeSeconds).toBeGreaterThan(ones.seconds);
    expect(ones.inputs).toBeNull();
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
    ["aten::mkldnn_linear", "matrix product"],
    ["aten::upsample_trilinear3d_backward", "resampling"],
    ["aten::_adaptive_avg_pool3d", "pooling"],
    ["aten::_to_copy", "moving data"],
    ["aten::_softmax_backward_data", "activation"],
    ["aten::clamp_min_", "activation"],
    ["aten::sum", "reduction"],
    ["aten::add_", "element-wise and other"],
    ["tomo::dense_block", "dense block"],
  ])("of %s is %s", (name, kind) => {
    expect(kindOf(name)).toBe(kind);
  });
});
