import { describe, expect, it } from "vitest";
import {
  autocast, backward, enableGrad, gradients, inferenceMode, manualSeed, noGrad, ops, rngState, scope, setRngState, tensor,
} from "./index.ts"; // biome-ignore format: one list

describe("autograd", () => {
  it("accumulates gradients into leaves", () =>
    scope(() => {
      const x = tensor([1, 2, 3]).requiresGrad_();
      const loss = ops.sum(ops.square(x));
      backward(loss);
      expect(x.grad!.toArray()).toEqual([2, 4, 6]);
      backward(ops.sum(x));
      expect(x.grad!.toArray()).toEqual([3, 5, 7]);
      x.grad = null;
      expect(x.grad).toBeNull();
    }));

  it("gives gradients without touching .grad, null where there is no path", () =>
    scope(() => {
      const x = tensor([2]).requiresGrad_();
      const y = tensor([5]).requiresGrad_();
      const [dx, dy] = gradients([ops.pow(x, 3)], [x, y]);
      expect([dx!.item(), dy, x.grad]).toEqual([12, null, null]);
    }));

  it("differentiates twice with createGraph", () =>
    scope(() => {
      const x = tensor([2]).requiresGrad_();
      const [first] = gradients([ops.pow(x, 3)], [x], { createGraph: true });
      const [second] = gradients([first!], [x]);
      expect(second!.item()).toBe(12);
    }));

  it("records nothing under noGrad and inferenceMode, and restores the mode after a throw", () =>
    scope(() => {
      const x = tensor([1]).requiresGrad_();
      expect(noGrad(() => ops.add(x, 1)).requiresGrad).toBe(false);
      expect(noGrad(() => enableGrad(() => ops.add(x, 1))).requiresGrad).toBe(true);
      expect(inferenceMode(() => ops.add(x, 1)).requiresGrad).toBe(false);
      expect(() =>
        noGrad(() => {
          throw new Error("stop");
        }),
      ).toThrow("stop");
      expect(() =>
        inferenceMode(() => {
          throw new Error("stop");
        }),
      ).toThrow("stop");
      expect(ops.add(x, 1).requiresGrad).toBe(true);
    }));

  it("refuses asynchronous bodies, which would leak the mode", () => {
    expect(() => noGrad(async () => 1)).toThrow(/promise/);
    scope(() => expect(ops.add(tensor([1]).requiresGrad_(), 1).requiresGrad).toBe(true));
  });

  it("computes in bfloat16 under autocast only", () =>
    scope(() => {
      const x = tensor(new Float32Array(4), [2, 2]);
      expect(autocast({ dtype: "bfloat16" }, () => ops.matmul(x, x)).dtype).toBe("bfloat16");
      expect(ops.matmul(x, x).dtype).toBe("float32");
    }));
});

describe("random state", () => {
  it("repeats after seeding and after restoring the state", () =>
    scope(() => {
      const draw = () => ops.randn([4], { dtype: "float32" }).toArray();
      manualSeed(7);
      const first = draw();
      const state = rngState();
      const second = draw();
      setRngState(state);
      expect(draw()).toEqual(second);
      manualSeed(7);
      expect(draw()).toEqual(first);
    }));
});
