import { backward, liveTensors, noGrad, ops, scope, setThreads } from "@tomo/torch";
import { beforeAll, describe, expect, it } from "vitest";
import type { NetworkContext } from "../contracts.ts";
import { SegResnet } from "./seg_resnet.ts";

type Args = Record<string, unknown>;
const parsed = (args: Args) => SegResnet.args.parse({ num_classes: 2, ...args });
const make = (args: Args = {}, context: Partial<NetworkContext> = {}) =>
  SegResnet.build(parsed(args))({ inChannels: 1, spatialDims: 3, ...context });

describe("SegResnet", () => {
  beforeAll(() => setThreads(1));

  // Counts of MONAI's SegResNet, models-reference section 3.2.
  it.each([
    [{}, {}, 1176186, 83],
    [{ init_filters: 16, num_classes: 3 }, { inChannels: 4 }, 4702227, 83],
    [{ init_filters: 32, num_classes: 3, blocks_up: "2,2,2" }, {}, 19958147, 101],
    [{ init_filters: 16 }, { inChannels: 3, spatialDims: 2 }, 1576690, 83],
  ])("has MONAI's tensors with %o %o", (args, context, count, entries) => {
    const { module } = make(args, context);
    expect(module.parameters().reduce((sum, parameter) => sum + parameter.numel, 0)).toBe(count);
    expect(Object.keys(module.stateDict())).toHaveLength(entries);
    module.dispose();
  });

  it("has MONAI's names", () => {
    const { module } = make({ blocks_down: [1, 1], blocks_up: "1" });
    expect(Object.keys(module.stateDict())).toEqual([
      "convInit.conv.weight",
      ...[
        "norm1.weight",
        "norm1.bias",
        "norm2.weight",
        "norm2.bias",
        "conv1.conv.weight",
        "conv2.conv.weight",
      ].map((name) => `down_layers.0.1.${name}`),
      "down_layers.1.0.conv.weight",
      ...[
        "norm1.weight",
        "norm1.bias",
        "norm2.weight",
        "norm2.bias",
        "conv1.conv.weight",
        "conv2.conv.weight",
      ].map((name) => `down_layers.1.1.${name}`),
      ...[
        "norm1.weight",
        "norm1.bias",
        "norm2.weight",
        "norm2.bias",
        "conv1.conv.weight",
        "conv2.conv.weight",
      ].map((name) => `up_layers.0.0.${name}`),
      "up_samples.0.0.conv.weight",
      "conv_final.0.weight",
      "conv_final.0.bias",
      "conv_final.2.conv.weight",
      "conv_final.2.conv.bias",
    ]);
    module.dispose();
  });

  it.each([
    ["group norm", {}, "float32"],
    ["batch norm", { use_batch_norm: true }, "float32"],
    ["no norm", { use_group_norm: false }, "float32"],
    ["bfloat16", {}, "bfloat16"],
  ] as const)("trains with %s and leaves no tensor behind", (_, args, precision) => {
    const network = make(args, { precision });
    const before = liveTensors();
    scope(() => {
      const loss = scope(() =>
        ops.mean(ops.square(network.predict(ops.randn([2, 1, 16, 8, 8], { dtype: "float32" })))),
      );
      backward(loss);
      for (const [, parameter] of network.module.namedParameters())
        expect(ops.all(ops.isfinite(parameter.grad!)).item()).toBe(1);
    });
    expect(liveTensors()).toBe(before);
    network.module.dispose();
  });

  it("takes and gives channels last, with sigmoid", () => {
    const args = { final_activation: "sigmoid", num_classes: 3 };
    const [first, last] = [make(args), make({ ...args, data_format: "channels_last" })];
    last.module.loadStateDict(first.module.stateDict());
    scope(() =>
      noGrad(() => {
        const volume = ops.randn([1, 1, 8, 16, 8], { dtype: "float32" });
        const expected = first.predict(volume);
        const turned = last.predict(ops.movedim(volume, [1], [-1]));
        expect(turned.shape).toEqual([1, 8, 16, 8, 3]);
        expect(ops.max(ops.abs(ops.sub(ops.movedim(turned, [-1], [1]), expected))).item()).toBeLessThan(1e-6);
      }),
    );
    first.module.dispose();
    last.module.dispose();
  });

  it("adds half the squared kernels, times reg_weight, to the loss", () => {
    expect(make().extraLoss()).toBeNull();
    const network = make({ reg_weight: 0.1 });
    scope(() => {
      const penalty = network.extraLoss()!;
      const kernels = network.module.parameters().filter((parameter) => parameter.rank === 5);
      const expected = kernels.reduce((sum, kernel) => sum + 0.05 * ops.sum(ops.square(kernel)).item(), 0);
      expect(penalty.item() / expected).toBeCloseTo(1, 5);
      backward(penalty);
      const [name, kernel] = [...network.module.namedParameters()][0]!;
      expect(name).toBe("convInit.conv.weight");
      const difference = ops.sub(kernel.grad!, ops.mul(ops.detach(kernel), 0.1));
      expect(ops.max(ops.abs(difference)).item()).toBeLessThan(1e-7);
    });
    network.module.dispose();
  });

  it("drops channels in training only", () => {
    const network = make({ dropout_prob: 0.5 });
    scope(() =>
      noGrad(() => {
        const volume = ops.randn([1, 1, 8, 8, 8], { dtype: "float32" });
        const same = () => ops.equal(network.predict(volume), network.predict(volume));
        expect(same()).toBe(false);
        network.module.eval();
        expect(same()).toBe(true);
      }),
    );
    network.module.dispose();
  });

  it("knows which sizes it can take", () => {
    const { checkSize } = make();
    const mode = { training: true, batch: 1 };
    expect(checkSize([48, 64, 48], mode)).toBeNull();
    expect(checkSize([8, 8, 8], mode)).toBeNull();
    expect(checkSize([48, 61, 3], mode)).toEqual({
      reason: "axis 1 is 61, SegResnet needs a multiple of 8",
      nearest: [48, 64, 8],
    });
    const batchNorm = make({ use_batch_norm: true });
    expect(batchNorm.checkSize([8, 8, 8], mode)?.nearest).toEqual([16, 8, 8]);
    expect(
      make({ blocks_down: "1,1,1,1,1", blocks_up: "1,1,1,1" }).checkSize([24, 16, 16], mode)?.nearest,
    ).toEqual([32, 16, 16]);
  });

  it.each([
    [{ use_vae: true }, "use_vae"],
    [{ blocks_up: "1,1" }, "blocks_up"],
    [{ init_filters: 12 }, "init_filters"],
    [{ num_classes: 1 }, "final_activation"],
  ])("refuses %o by its argument", (args, argument) => {
    expect(SegResnet.check!(parsed(args)).map((fault) => fault.argument)).toEqual([argument]);
  });

  it("does not ask groups to divide the filters when batch norm is used", () => {
    expect(SegResnet.check!(parsed({ init_filters: 12, use_batch_norm: true }))).toEqual([]);
    expect(SegResnet.args.safeParse({ num_classes: 2, blocks_down: "1,x" }).success).toBe(false);
  });
});
