import { describe, expect, it } from "vitest";
import { dispose, keep, liveTensors, memoryUse, ops, scope, TorchError, tensor, tensorsIn } from "./index.ts";

describe("scope", () => {
  it("frees all that was made inside but what is returned, in any container", () => {
    const before = liveTensors();
    const result = scope(() => {
      const a = tensor([1]);
      const b = ops.add(a, 1);
      ops.add(b, 1);
      return { deep: [new Map([["b", b]])], a };
    });
    expect(liveTensors() - before).toBe(2);
    expect(
      tensorsIn(result)
        .map((found) => found.item())
        .sort(),
    ).toEqual([1, 2]);
    for (const found of tensorsIn(result)) found.dispose();
    expect(liveTensors()).toBe(before);
  });

  it("hands the results of an inner scope to the outer one", () => {
    const before = liveTensors();
    scope(() => {
      const inner = scope(() => ops.add(tensor([1]), 1));
      expect(inner.item()).toBe(2);
    });
    expect(liveTensors()).toBe(before);
  });

  it("frees when the body throws", () => {
    const before = liveTensors();
    expect(() =>
      scope(() => {
        tensor([1]);
        throw new Error("stop");
      }),
    ).toThrow("stop");
    expect(liveTensors()).toBe(before);
  });

  it("leaves a tensor of an outer scope alone when it passes through inner results", () => {
    scope(() => {
      const outer = tensor([3]);
      scope(() => {
        scope(() => outer);
      });
      expect(outer.item()).toBe(3);
    });
  });

  it("leaves kept tensors alone, also when an inner scope returns them", () => {
    const parameter = scope(() => keep(tensor([5])));
    scope(() => scope(() => parameter));
    expect(parameter.item()).toBe(5);
    parameter.dispose();
  });

  it("disposes of any number of tensors", () => {
    const before = liveTensors();
    dispose(Array.from({ length: 100 }, () => tensor([1])));
    expect(liveTensors()).toBe(before);
  });

  it("refuses promises", () => {
    expect(() => scope(async () => 1)).toThrow(TorchError);
  });

  it("stays flat over 2,000 steps of training-like work", () => {
    const weight = keep(tensor(new Float32Array(64 * 64), [64, 64]).requiresGrad_());
    const step = () =>
      scope(() => {
        const x = ops.ones([8, 64], { dtype: "float32" });
        return ops.sum(ops.relu(ops.matmul(x, weight))).item();
      });
    step();
    const [tensors, bytes] = [liveTensors(), memoryUse().live];
    for (let i = 0; i < 2000; i++) step();
    expect(liveTensors()).toBe(tensors);
    expect(memoryUse().live).toBe(bytes);
    weight.dispose();
  });

  it("sees a leak: a tensor made outside any scope stays counted", () => {
    const before = liveTensors();
    const leaked = tensor([1]);
    expect(liveTensors()).toBe(before + 1);
    leaked.dispose();
  });
});
