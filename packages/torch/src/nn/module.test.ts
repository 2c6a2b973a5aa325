import { describe, expect, it } from "vitest";
import { backward } from "../autograd.ts";
import * as ops from "../ops.generated.ts";
import { liveTensors, scope } from "../scope.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { BatchNorm, Conv, Dropout, Layer, Linear, Sequential } from "./index.ts";

class Block extends Layer {
  readonly scale: Tensor;
  readonly #conv: Conv;
  readonly #norm: BatchNorm;

  constructor() {
    super();
    this.#conv = this.child("conv", new Conv(2, 1, 2, 1, { bias: false }));
    this.#norm = this.child("inner.norm", new BatchNorm(2));
    this.buffer("mask", tensor([1, 0]));
    this.scale = this.parameter("scale", tensor([2]));
  }
  override forward(input: Tensor): Tensor {
    return scope(() => ops.mul(this.#norm.forward(this.#conv.forward(input)), this.scale));
  }
}

describe("Module", () => {
  it("lists own parameters, own buffers, then parts, as PyTorch does", () => {
    const net = new Sequential({ first: new Block(), last: new Linear(2, 1) });
    expect(Object.keys(net.stateDict())).toEqual([
      "first.scale",
      "first.mask",
      "first.conv.weight",
      "first.inner.norm.weight",
      "first.inner.norm.bias",
      "first.inner.norm.running_mean",
      "first.inner.norm.running_var",
      "first.inner.norm.num_batches_tracked",
      "last.weight",
      "last.bias",
    ]);
    expect(Array.from(net.namedParameters(), ([name]) => name)).not.toContain("first.mask");
    expect(Array.from(net.namedBuffers(), ([name]) => name)).toHaveLength(4);
    net.dispose();
  });

  it("keeps its tensors through scopes and frees them on dispose", () => {
    const before = liveTensors();
    const net = scope(() => new Block());
    scope(() =>
      expect(net.forward(ops.ones([1, 1, 2, 2], { dtype: "float32" })).shape).toEqual([1, 2, 2, 2]),
    );
    expect(liveTensors()).toBe(before + 8);
    net.dispose();
    expect(liveTensors()).toBe(before);
  });

  it("loads a state of another dtype into the same tensors", () => {
    const [from, into] = [new Block(), new Block()];
    scope(() => ops.fill_(ops.detach(from.scale), 5));
    from.to({ dtype: "float64" });
    into.loadStateDict(from.stateDict());
    expect(into.scale.dtype).toBe("float32");
    expect(into.scale.item()).toBe(5);
    scope(() => ops.fill_(ops.detach(from.scale), 6));
    expect(into.scale.item()).toBe(5);
    expect(into.scale.requiresGrad).toBe(true);
    from.dispose();
    into.dispose();
  });

  it("names all that does not fit, and changes nothing", () => {
    const net = new Linear(2, 2);
    const before = net.weight.toArray();
    scope(() => {
      const state = { weight: tensor([1, 2]), extra: tensor([1]) };
      expect(() => net.loadStateDict(state)).toThrow(
        "1 missing: bias; 1 unexpected: extra; 1 of another shape: weight (given [2], expected [2, 2])",
      );
      expect(() => net.loadStateDict(state, { strict: false })).toThrow("1 of another shape");
      net.loadStateDict({ bias: tensor([3, 4]) }, { strict: false });
    });
    expect(net.weight.toArray()).toEqual(before);
    expect(net.bias!.toArray()).toEqual([3, 4]);
    net.dispose();
  });

  it("converts floating tensors in place and leaves counters as they are", () => {
    const norm = new BatchNorm(2);
    const { weight } = norm;
    norm.to({ dtype: "float64" });
    expect(weight.dtype).toBe("float64");
    expect(norm.stateDict().num_batches_tracked!.dtype).toBe("int64");
    scope(() => norm.forward(ops.rand([4, 2], { dtype: "float64" })));
    expect(norm.stateDict().num_batches_tracked!.item()).toBe(1);
    norm.dispose();
  });

  it("switches training for all parts", () => {
    const net = new Sequential([new Dropout(0.5), new Dropout(0.9, { channels: true })]);
    scope(() => {
      const ones = ops.ones([8, 16, 4], { dtype: "float32" });
      const zeros = (output: Tensor) => ops.sum(ops.eq(output, 0)).item();
      expect(zeros(net.forward(ones))).toBeGreaterThan(300);
      expect(zeros(net.eval().forward(ones))).toBe(0);
      expect(net.train().training).toBe(true);
    });
  });

  it("drops gradients", () => {
    const net = new Linear(2, 1);
    scope(() => backward(ops.sum(net.forward(ops.ones([1, 2], { dtype: "float32" })))));
    scope(() => expect(net.weight.grad!.toArray()).toEqual([1, 1]));
    net.zeroGrad();
    expect(net.weight.grad).toBeNull();
    net.dispose();
  });

  it("refuses the same name twice", () => {
    class Twice extends Linear {
      constructor() {
        super(1, 1);
        this.buffer("weight", this.weight);
      }
    }
    expect(() => new Twice()).toThrow('already has "weight"');
  });

  it("does not hold activations after a step", () => {
    const net = new Sequential([new Conv(2, 1, 4, 3), new BatchNorm(4), new Conv(2, 4, 1, 3)]);
    const step = () =>
      scope(() => {
        const loss = scope(() => ops.mean(net.forward(ops.rand([2, 1, 16, 16], { dtype: "float32" }))));
        backward(loss);
        net.zeroGrad();
      });
    step();
    const before = liveTensors();
    for (let i = 0; i < 20; i++) step();
    expect(liveTensors()).toBe(before);
    net.dispose();
  });
});
