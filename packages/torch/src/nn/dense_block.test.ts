import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { backward, noGrad } from "../autograd.ts";
import type { DType } from "../dtype.ts";
import * as ops from "../ops.generated.ts";
import { manualSeed, setThreads } from "../runtime.ts";
import { liveTensors, scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import {
  composedDenseBlock,
  type DenseLayer,
  denseBlock,
  fusedDenseBlock,
  hasFusedDenseBlock,
} from "./dense_block.ts";
import { BatchNorm, Conv, Module } from "./index.ts";

const growth = 32;

class Block extends Module {
  readonly layers: readonly DenseLayer[];

  constructor(channels: number, narrow: number, count: number) {
    super();
    this.layers = Array.from({ length: count }, (_, i) => {
      const from = channels + i * growth;
      const bias = false;
      return {
        norm1: this.child(`${i}.norm1`, new BatchNorm(from)),
        conv1: this.child(`${i}.conv1`, new Conv(2, from, narrow, 1, { bias })),
        norm2: this.child(`${i}.norm2`, new BatchNorm(narrow)),
        conv2: this.child(`${i}.conv2`, new Conv(2, narrow, growth, 3, { padding: 1, bias })),
      };
    });
    noGrad(() => {
      for (const [name, parameter] of this.namedParameters())
        if (name.includes("norm"))
          scope(() => ops.add_(parameter, ops.mul(ops.randn(parameter.shape, { dtype: "float32" }), 0.3)));
    });
  }
}

interface Case {
  readonly batch: number;
  readonly channels: number;
  readonly narrow: number;
  readonly size: readonly [number, number];
  readonly layers: number;
  readonly training: boolean;
}
const anyCase: fc.Arbitrary<Case> = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    channels: fc.constantFrom(32, 64, 96),
    narrow: fc.constantFrom(32, 128),
    size: fc.tuple(fc.integer({ min: 1, max: 21 }), fc.integer({ min: 1, max: 21 })),
    layers: fc.integer({ min: 1, max: 6 }),
    training: fc.boolean(),
  })
  .filter(({ batch, size: [height, width] }) => batch * height * width > 3);

type Form = typeof denseBlock;
const fused: Form = (input, layers) => [fusedDenseBlock(input, layers)];

/** Features, gradients of the input and of all weights, and running statistics, as float32. */
function run(
  form: Form,
  block: Block,
  input: Tensor,
  gradient: Tensor,
  dtype: DType,
): Record<string, Tensor> {
  return scope(() => {
    for (const [name, buffer] of block.namedBuffers()) ops.fill_(buffer, name.endsWith("var") ? 1 : 0);
    block.zeroGrad();
    const x = ops.toDtype(input, dtype, { copy: true }).requiresGrad_();
    const features = ops.cat(form(x, block.layers), { dim: 1 });
    backward(features, ops.toDtype(gradient, dtype));
    const single = (tensor: Tensor): Tensor => ops.toDtype(tensor, "float32", { copy: true });
    const weights = Array.from(block.namedParameters(), ([name, p]) => [name, single(p.grad!)] as const);
    const running = Array.from(block.namedBuffers(), ([name, buffer]) => [name, single(buffer)] as const);
    return {
      features: single(features),
      input: single(x.grad!),
      ...Object.fromEntries([...weights, ...running]),
    };
  });
}

const prepared = ({ batch, channels, size, layers }: Case): [Tensor, Tensor] => [
  ops.toDtype(ops.add(ops.randn([batch, channels, ...size], { dtype: "float32" }), 0.5), "bfloat16"),
  ops.randn([batch, channels + layers * growth, ...size], { dtype: "float32" }),
];
const distance = (a: Tensor, b: Tensor): number =>
  scope(() => ops.linalgVectorNorm(ops.sub(a, b)).item() / (ops.linalgVectorNorm(b).item() + 1e-3));

const present = hasFusedDenseBlock();
if (!present) console.warn('SKIPPED "fusedDenseBlock": this CPU has no AVX-512 BF16, or has AMX');

describe.skipIf(!present)("fusedDenseBlock", () => {
  beforeAll(() => setThreads(2));
  afterAll(() => setThreads(1));

  it("is as close to the exact values as the block composed of operators", () => {
    fc.assert(
      fc.property(anyCase, fc.nat(), (c, seed) =>
        scope(() => {
          manualSeed(seed);
          const block = new Block(c.channels, c.narrow, c.layers).train(c.training);
          const [input, gradient] = prepared(c);
          const exact = run(composedDenseBlock, block, input, gradient, "float32");
          const composed = run(composedDenseBlock, block, input, gradient, "bfloat16");
          const actual = run(fused, block, input, gradient, "bfloat16");
          // a ReLU that rounding turns on or off moves a sum over few positions by much
          const slack = 0.01 + 2 / (c.batch * c.size.reduce((product, length) => product * length));
          for (const [name, value] of Object.entries(exact)) {
            expect(actual[name]!.shape).toEqual(value.shape);
            const error = distance(composed[name]!, value);
            expect(distance(actual[name]!, value), name).toBeLessThan(1.5 * error + slack);
          }
          block.dispose();
        }),
      ),
      { numRuns: 40 },
    );
  });

  it("gives the same bits again, takes any layout, and frees what it needs", () => {
    const c: Case = { batch: 2, channels: 64, narrow: 128, size: [19, 33], layers: 5, training: true };
    const block = new Block(c.channels, c.narrow, c.layers);
    scope(() => {
      const [input, gradient] = prepared(c);
      const before = liveTensors();
      scope(() => {
        const first = run(fused, block, input, gradient, "bfloat16");
        const inner = ops.contiguous(input, { memoryFormat: "channels_last" });
        const again = run(fused, block, inner, gradient, "bfloat16");
        for (const [name, value] of Object.entries(first))
          expect(ops.equal(again[name]!, value), name).toBe(true);
      });
      block.zeroGrad();
      expect(liveTensors()).toBe(before);
    });
    block.dispose();
  });

  it("gives the same features without gradients", () => {
    const c: Case = { batch: 1, channels: 32, narrow: 64, size: [8, 9], layers: 3, training: false };
    const block = new Block(c.channels, c.narrow, c.layers).eval();
    scope(() => {
      const [input] = prepared(c);
      const features = noGrad(() => fusedDenseBlock(input, block.layers));
      expect(features.requiresGrad).toBe(false);
      expect(ops.equal(features, fusedDenseBlock(input, block.layers))).toBe(true);
    });
    block.dispose();
  });

  it("is what denseBlock uses in bfloat16, and only there", () => {
    const block = new Block(32, 32, 2).eval();
    scope(() => {
      const input = ops.randn([1, 32, 4, 4], { dtype: "float32" });
      expect(denseBlock(ops.toDtype(input, "bfloat16"), block.layers)).toHaveLength(1);
      expect(denseBlock(input, block.layers)).toHaveLength(3);
    });
    block.dispose();
  });

  it("refuses what does not fit", () => {
    const block = new Block(32, 32, 2);
    scope(() => {
      const map = (channels: number, dtype: DType) =>
        ops.toDtype(ops.ones([1, channels, 4, 4], { dtype: "float32" }), dtype);
      expect(() => fusedDenseBlock(map(32, "float32"), block.layers)).toThrow(/takes bfloat16/);
      expect(() => fusedDenseBlock(map(64, "bfloat16"), block.layers)).toThrow(
        /must be float32 \[n, c, 1, 1\]/,
      );
    });
    block.dispose();
  });
});
