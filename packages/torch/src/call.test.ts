import { describe, expect, it } from "vitest";
import { call, ops, scope, type Tensor, TorchError, tensor } from "./index.ts";

const failure = (body: () => unknown): TorchError => {
  try {
    body();
  } catch (error) {
    if (error instanceof TorchError) return error;
    throw error;
  }
  throw new Error("did not fail");
};

describe("the door", () => {
  it("converts every kind of argument", () =>
    scope(() => {
      const x = tensor([3, 1, 2, 6, 5, 4], [2, 3]);
      expect(ops.sumDim(x, [1]).toArray()).toEqual([6, 15]);
      expect(ops.add(x, 0.5).toArray()[0]).toBe(3.5);
      expect(ops.cat([x, x], { dim: 1 }).shape).toEqual([2, 6]);
      expect(ops.index(x, [null, tensor([0n, 2n].map(Number), [2], "int64")]).toArray()).toEqual([
        3, 2, 6, 4,
      ]);
      expect(ops.to(x, { dtype: "int16" }).dtype).toBe("int16");
      expect(ops.clamp(x, { max: 2 }).toArray()).toEqual([2, 1, 2, 2, 2, 2]);
      expect(ops.full([2], 1, { dtype: "float32" }).dtype).toBe("float32");
      const [values, indices] = ops.topk(x, 1);
      expect([values.toArray(), indices.toArray()]).toEqual([
        [3, 6],
        [0, 0],
      ]);
      expect(ops.split(x, 2, { dim: 1 }).map((part) => part.shape)).toEqual([
        [2, 2],
        [2, 1],
      ]);
      expect(ops.einsum("ij->j", [x]).toArray()).toEqual([9, 6, 6]);
    }));

  it("takes a bare number for int[3]", () =>
    scope(() => {
      const x = ops.ones([1, 1, 4, 4, 4], { dtype: "float32" });
      const w = ops.ones([1, 1, 3, 3, 3], { dtype: "float32" });
      expect(ops.conv3d(x, w, { padding: 1, stride: 2 }).shape).toEqual([1, 1, 2, 2, 2]);
    }));

  it("returns the same tensor from in-place operators", () =>
    scope(() => {
      const x = tensor([1, 2]);
      expect(ops.add_(x, 1)).toBe(x);
      expect(x.toArray()).toEqual([2, 3]);
    }));

  it("reaches operators without a wrapper", () =>
    scope(() => {
      const result = call("trace", "", tensor([1, 2, 3, 4], [2, 2])) as Tensor;
      expect(result.item()).toBe(5);
      const [sign, logdet] = call("linalg_slogdet", "", tensor([2, 0, 0, 3], [2, 2])) as Tensor[];
      expect(sign!.item()).toBe(1);
      expect(logdet!.item()).toBeCloseTo(Math.log(6), 6);
    }));

  it("names the operator and the argument in errors, without a C++ stack", () =>
    scope(() => {
      const x = tensor([1, 2], [1, 2]);
      const shape = failure(() => ops.matmul(x, x));
      expect([shape.code, shape.op]).toEqual(["TORCH_OP_FAILED", "aten::matmul"]);
      expect(shape.message).not.toMatch(/\n|frame #/);
      const wrongType = failure(() => ops.sumDim(x, ["a"] as unknown as number[]));
      expect(wrongType.message).toMatch(/argument 'dim': expected an integer/);
      expect(failure(() => ops.reshape(x, [7])).code).toBe("TORCH_OP_FAILED");
      expect(failure(() => call("no_such_op")).code).toBe("TORCH_UNKNOWN_OP");
      expect(failure(() => ops.transpose(x, 0.5, 1)).message).toMatch(/expected an integer, not 0.5/);
    }));

  it("turns an allocation that cannot be served into an error", () => {
    expect(failure(() => ops.zeros([2 ** 46], { dtype: "float32" })).code).toBe("TORCH_OUT_OF_MEMORY");
  });
});
