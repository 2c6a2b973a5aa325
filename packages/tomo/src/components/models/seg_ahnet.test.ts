import { backward, liveTensors, noGrad, ops, scope, setThreads, type Tensor } from "@tomo/torch";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { NetworkContext } from "../contracts.ts";
import { SegAhnet } from "./seg_ahnet.ts";

type Args = Partial<Parameters<typeof SegAhnet.args.parse>[0] & Record<string, unknown>>;
const make = (args: Args, context: Partial<NetworkContext> = {}) =>
  SegAhnet.build(SegAhnet.args.parse({ num_classes: 2, n_spatial_dim: 3, ...args }))({
    inChannels: 1,
    spatialDims: (args.n_spatial_dim as number) ?? 3,
    ...context,
  });
const parameterCount = (args: Args, context?: Partial<NetworkContext>): number => {
  const { module } = make(args, context);
  const count = module.parameters().reduce((sum, parameter) => sum + parameter.numel, 0);
  module.dispose();
  return count;
};
const evaluated = (network: ReturnType<typeof make>, input: Tensor): Tensor => {
  network.module.eval();
  return noGrad(() => network.predict(input));
};
const largestDifference = (a: Tensor, b: Tensor): number =>
  scope(() => ops.max(ops.abs(ops.sub(a, b))).item());

describe("SegAhnet", () => {
  beforeAll(() => setThreads(1));

  // Counts of MONAI's AHNet, models-reference section 1.4.
  it.each([
    [{}, {}, 38128920],
    [{ if_use_psp: true }, {}, 38134944],
    [{ upsample_mode: "linear" }, {}, 27086072],
    [{ upsample_mode: "nearest", if_use_psp: true }, {}, 27086652],
    [{ num_classes: 1, final_activation: "sigmoid" }, {}, 38127780],
    [{ num_classes: 14 }, {}, 38143848],
    [{ num_classes: 3 }, { inChannels: 4 }, 38158300],
  ])("has MONAI's number of parameters with %o %o", (args, context, count) => {
    expect(parameterCount(args, context)).toBe(count);
  });

  it("sees the axis of plane as the one across the slices", () => {
    const network = make({ plane: "z" });
    scope(() => {
      const volume = ops.randn([1, 1, 64, 32, 32], { dtype: "float32" });
      const z = evaluated(network, volume);
      for (const [plane, axis] of [
        ["x", 2],
        ["y", 3],
      ] as const) {
        const other = make({ plane });
        other.module.loadStateDict(network.module.stateDict());
        const turned = evaluated(other, ops.movedim(volume, [4], [axis]));
        expect(largestDifference(ops.movedim(turned, [axis], [4]), z)).toBeLessThan(1e-4);
        other.module.dispose();
      }
    });
    network.module.dispose();
  });

  it.each(["transpose", "linear", "nearest"])(
    "works in 2-D, channels last, with sigmoid and %s",
    (upsample_mode) => {
      const before = liveTensors();
      const args = { n_spatial_dim: 2, num_classes: 1, final_activation: "sigmoid", upsample_mode };
      const [first, last] = [
        make(args, { inChannels: 3 }),
        make({ ...args, data_format: "channels_last" }, { inChannels: 3 }),
      ];
      last.module.loadStateDict(first.module.stateDict());
      scope(() => {
        const image = ops.randn([2, 3, 64, 32], { dtype: "float32" });
        const expected = evaluated(first, image);
        expect(expected.shape).toEqual([2, 1, 64, 32]);
        const [low, high] = ops.aminmax(expected);
        expect(low.item()).toBeGreaterThanOrEqual(0);
        expect(high.item()).toBeLessThanOrEqual(1);
        const turned = evaluated(last, ops.movedim(image, [1], [-1]));
        expect(turned.shape).toEqual([2, 64, 32, 1]);
        expect(largestDifference(ops.movedim(turned, [-1], [1]), expected)).toBeLessThan(1e-5);
      });
      first.module.dispose();
      last.module.dispose();
      expect(liveTensors()).toBe(before);
    },
  );

  it("has the natural 2-D kernels", () => {
    const { module } = make({ n_spatial_dim: 2 });
    const shapes = Object.fromEntries(Object.entries(module.stateDict()).map(([name, t]) => [name, t.shape]));
    expect(shapes["conv1.weight"]).toEqual([64, 1, 7, 7]);
    expect(shapes["layer1.0.conv2.weight"]).toEqual([64, 64, 3, 3]);
    expect(shapes["dense0.denselayer1.conv3.weight"]).toEqual([20, 20, 1, 1]);
    expect(shapes["up0.up.weight"]).toEqual([1024, 1024, 2, 2]);
    module.dispose();
  });

  it("applies its activation in float32 and keeps logits as they are with linear", () => {
    const network = make({ n_spatial_dim: 2 }, { precision: "bfloat16" });
    const linear = make({ n_spatial_dim: 2, final_activation: "linear" }, { precision: "bfloat16" });
    linear.module.loadStateDict(network.module.stateDict());
    scope(() => {
      const image = ops.randn([1, 1, 64, 64], { dtype: "float32" });
      const probabilities = evaluated(network, image);
      expect(probabilities.dtype).toBe("float32");
      const sums = ops.sumDim(probabilities, [1]);
      expect(largestDifference(sums, ops.onesLike(sums))).toBeLessThan(1e-6);
      const logits = evaluated(linear, image);
      expect(largestDifference(ops.softmax(logits, 1), probabilities)).toBeLessThan(1e-6);
    });
    network.module.dispose();
    linear.module.dispose();
  });

  it("trains in bfloat16 with float32 weights and frees all but them", () => {
    const network = make({ n_spatial_dim: 2 }, { precision: "bfloat16" });
    const before = liveTensors();
    scope(() => {
      const loss = scope(() => ops.mean(network.predict(ops.randn([2, 1, 64, 64], { dtype: "float32" }))));
      backward(loss);
    });
    expect(liveTensors()).toBe(before);
    scope(() => {
      for (const [name, parameter] of network.module.namedParameters())
        expect([name, parameter.dtype, parameter.grad?.dtype]).toEqual([name, "float32", "float32"]);
    });
    network.module.dispose();
  });

  it("knows which sizes it can take", () => {
    const { checkSize, module } = make({});
    const training = { training: true, batch: 1 };
    expect(checkSize([96, 96, 96], training)).toBeNull();
    expect(checkSize([64, 32, 32], training)).toBeNull();
    expect(checkSize([96, 100, 90], training)).toEqual({
      reason: "axis 1 is 100, SegAhnet needs a multiple of 32",
      nearest: [96, 96, 96],
    });
    expect(checkSize([32, 32, 32], training)?.nearest).toEqual([64, 32, 32]);
    expect(checkSize([32, 32, 32], { training: true, batch: 2 })).toBeNull();
    expect(checkSize([32, 32, 32], { training: false, batch: 1 })).toBeNull();
    expect(checkSize([96, 96], training)?.reason).toBe("the size has 2 axes, SegAhnet has 3");
    module.dispose();
  });

  it("knows that pyramid pooling needs larger sizes, but not across the slices", () => {
    const mode = { training: false, batch: 1 };
    const pooled = make({ if_use_psp: true });
    expect(pooled.checkSize([96, 128, 32], mode)?.reason).toMatch(
      /axis 0 is 96.*multiple of 128.*pool is 64/,
    );
    expect(pooled.checkSize([128, 256, 32], mode)).toBeNull();
    const linear = make({ if_use_psp: true, upsample_mode: "linear", plane: "x" });
    expect(linear.checkSize([32, 160, 128], mode)).toBeNull();
    expect(linear.checkSize([32, 96, 128], mode)?.nearest).toEqual([32, 128, 128]);
    pooled.module.dispose();
    linear.module.dispose();
  });

  it("names a nearest size that it can take itself", () => {
    const networks = [
      make({}),
      make({ if_use_psp: true }),
      make({ if_use_psp: true, upsample_mode: "nearest" }),
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...networks),
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 3, maxLength: 3 }),
        fc.record({ training: fc.boolean(), batch: fc.integer({ min: 1, max: 3 }) }),
        ({ checkSize }, size, mode) => {
          const fault = checkSize(size, mode);
          const second = fault && checkSize(fault.nearest, mode);
          expect(second && checkSize(second.nearest, mode)).toBeNull();
        },
      ),
    );
    for (const { module } of networks) module.dispose();
  });

  it("goes without pretrained weights that are not there, and says so", () => {
    const notes: string[] = [];
    const context = { note: (message: string) => void notes.push(message) };
    for (const pretrain_weight_name of [null, "", "/nowhere/resnet50.h5"]) {
      const network = make({ n_spatial_dim: 2, pretrain_weight_name }, context);
      expect(network.loadPretrained).toBeNull();
      network.module.dispose();
    }
    expect(notes).toEqual([expect.stringContaining("/nowhere/resnet50.h5 does not exist")]);
  });

  it("refuses data of another dimension, and softmax over one channel", () => {
    expect(() => make({ n_spatial_dim: 2 }, { spatialDims: 3 })).toThrow(/2-D, but the data is 3-D/);
    const faults = SegAhnet.check!(SegAhnet.args.parse({ num_classes: 1 }));
    expect(faults.map(({ argument }) => argument)).toEqual(["final_activation"]);
    expect(SegAhnet.args.safeParse({ num_classes: 2, plane: "w" }).success).toBe(false);
    expect(SegAhnet.args.safeParse({}).success).toBe(false);
  });
});
