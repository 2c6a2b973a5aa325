import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { borrow, ops, scope, Tensor, TorchError, tensor } from "./index.ts";

const code = (body: () => unknown): string | undefined => {
  try {
    body();
  } catch (error) {
    return error instanceof TorchError ? error.code : `not a TorchError: ${error}`;
  }
  return undefined;
};

describe("tensors and typed arrays", () => {
  it("round-trips every dtype that a typed array holds", () => {
    const arrays = [
      new Float32Array([1.5, -2, 3e38]),
      new Float64Array([Math.PI, -0, Number.MIN_VALUE]),
      new Int8Array([-128, 0, 127]),
      new Int16Array([-32768, 0, 32767]),
      new Int32Array([-(2 ** 31), 0, 2 ** 31 - 1]),
      new BigInt64Array([-(2n ** 63n), 0n, 2n ** 63n - 1n]),
      new Uint8Array([0, 1, 255]),
      new Uint16Array([0, 1, 65535]),
      new Uint32Array([0, 1, 2 ** 32 - 1]),
    ];
    for (const array of arrays)
      scope(() => expect(tensor(array).toTypedArray<NodeJS.TypedArray>()).toEqual(array));
  });

  it("keeps C order for any shape", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 5 }), (shape) =>
        scope(() => {
          const count = shape.reduce((product, size) => product * size, 1);
          const values = Float32Array.from({ length: count }, (_, i) => i);
          const made = tensor(values, shape);
          expect(made.shape).toEqual(shape);
          expect(made.toTypedArray()).toEqual(values);
        }),
      ),
    );
  });

  it("copies in, so that later writes into the array do not show", () =>
    scope(() => {
      const array = new Float32Array([1, 2]);
      const copy = tensor(array);
      array[0] = 9;
      expect(copy.toArray()).toEqual([1, 2]);
    }));

  it("borrows without a copy, also from shared memory, and keeps the array alive", () =>
    scope(() => {
      const shared = new Float32Array(new SharedArrayBuffer(8));
      const borrowed = borrow(shared, [2]);
      shared[1] = 7;
      expect(borrowed.toArray()).toEqual([0, 7]);
    }));

  it("shows its own memory as a view that outlives the tensor", () => {
    const made = tensor([1, 2, 3]);
    const view = made.view();
    ops.add_(made, 1);
    made.dispose();
    expect([...view]).toEqual([2, 3, 4]);
  });

  it("refuses a shape that does not fit, and a dtype that the array does not hold", () => {
    expect(code(() => tensor(new Float32Array(3), [2, 2]))).toBe("TORCH_BAD_SHAPE");
    expect(code(() => tensor(new Float32Array(1), [-1]))).toBe("TORCH_BAD_SHAPE");
    expect(code(() => tensor(new Float32Array(1), [2 ** 40, 2 ** 40]))).toBe("TORCH_BAD_SHAPE");
    expect(() => tensor(new Float32Array(1), [1], "int64")).toThrow(/does not hold int64/);
  });
});

describe("handles", () => {
  it("refuse use after free, whatever took the slot meanwhile", () => {
    const freed = tensor([1]);
    freed.dispose();
    const next = tensor([2]);
    expect(code(() => freed.item())).toBe("TORCH_FREED_TENSOR");
    expect(freed.toString()).toBe("Tensor(freed)");
    freed.dispose();
    expect(next.item()).toBe(2);
    next.dispose();
  });

  it("refuse numbers that are no tensors", () => {
    for (const stray of [0, 3, -1, 1.5, Number.NaN, 2 ** 53])
      expect(code(() => ops.relu(new Tensor(stray)))).toMatch(/TORCH_(NOT_A|FOREIGN)_TENSOR/);
  });
});
