import { backward, liveTensors, memoryUse, noGrad, ops, scope, setThreads, type Tensor } from "@tomo/torch";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import type { NetworkContext } from "../contracts.ts";
import { DenseNet121 } from "./dense_net_121.ts";
import { densenetSizeFault } from "./densenet/sizes.ts";

type Args = Record<string, unknown>;
const films: NetworkContext = { inChannels: 3, spatialDims: 2, labelFormat: [1, 1, 3] };
const make = (args: Args = {}, context: Partial<NetworkContext> = {}) =>
  DenseNet121.build(DenseNet121.args.parse(args))({ ...films, ...context });
const random = (...shape: number[]): Tensor => ops.randn(shape, { dtype: "float32" });
const largest = (tensor: Tensor): number => scope(() => ops.max(ops.abs(tensor)).item());

describe("DenseNet121", () => {
  beforeAll(() => setThreads(1));

  // models-reference section 2.1: trained parameters, and those under L2
  it("has Keras' number of parameters, an output a binary label and k a label of k classes", () => {
    for (const [labelFormat, outputs] of [
      [new Array<number>(15).fill(1), 15],
      [[1, 1, 3], 5],
      [[1], 1],
    ] as const) {
      const { module, outChannels } = make({}, { labelFormat });
      expect(outChannels).toBe(outputs);
      const parameters = module.parameters();
      const count = (tensors: readonly Tensor[]) => tensors.reduce((sum, tensor) => sum + tensor.numel, 0);
      expect(count(parameters)).toBe(6953856 + 1025 * outputs);
      const kernels = parameters.filter((parameter) => parameter.rank > 1);
      expect(kernels).toHaveLength(121);
      expect(count(kernels)).toBe(6870208 + 1024 * outputs);
      module.dispose();
    }
  });

  it("asks for label_format when there is none", () => {
    for (const labelFormat of [null, undefined]) {
      const error = tomoErrorOf(() => make({}, { labelFormat }));
      expect(error.code).toBe("TOMO_LABEL_FORMAT");
      expect(error.hint).toBe("add label_format to the datalist, beside its lists of cases");
    }
  });

  it("starts as MONAI's: He's normal kernels, norms of 1 and 0, no classifier bias", () => {
    const { module } = make();
    const spread = (tensor: Tensor) => scope(() => ops.std(tensor, { correction: 0 }).item());
    for (const [name, parameter] of module.namedParameters()) {
      const fan = parameter.numel / parameter.shape[0]!;
      if (name.endsWith("out.weight")) expect(largest(parameter)).toBeLessThanOrEqual(1 / Math.sqrt(1024));
      else if (parameter.rank > 1) expect(spread(parameter) / Math.sqrt(2 / fan), name).toBeCloseTo(1, 1);
      else expect(largest(ops.sub(ops.detach(parameter), name.endsWith("weight") ? 1 : 0)), name).toBe(0);
    }
    module.dispose();
  });

  it("takes films of either layout, those with channels last without a copy", () => {
    const [first, last] = [make(), make({ data_format: "channels_last" })];
    last.module.loadStateDict(first.module.stateDict());
    scope(() => {
      const film = random(2, 64, 96, 3);
      const inner = ops.movedim(film, [-1], [1]);
      expect(inner.strides).toEqual([64 * 96 * 3, 1, 96 * 3, 3]);
      const before = memoryUse().live;
      scope(() => {
        ops.contiguous(inner, { memoryFormat: "channels_last" }); // what the network does with its input
        expect(memoryUse().live).toBe(before);
      });
      for (const network of [first, last]) network.module.eval();
      noGrad(() => {
        const logits = last.predict(film);
        expect(logits.shape).toEqual([2, 5]);
        expect(largest(ops.sub(first.predict(ops.contiguous(inner)), logits))).toBeLessThan(1e-5);
      });
    });
    for (const network of [first, last]) network.module.dispose();
  });

  it.each([
    ["float32", films, [2, 3, 64, 33]],
    ["bfloat16", films, [2, 3, 64, 33]],
    ["bfloat16", { inChannels: 1, spatialDims: 3, labelFormat: [2] }, [2, 1, 32, 32, 29]],
  ] as const)(
    "trains in %s with %o, gives float32 logits and leaves no tensor behind",
    (precision, context, shape) => {
      const network = make({ weight_decay: 1e-4 }, { ...context, precision });
      const before = liveTensors();
      scope(() => {
        const loss = scope(() => {
          const logits = network.predict(random(...shape));
          expect(logits.dtype).toBe("float32");
          return ops.add(ops.mean(ops.square(logits)), network.extraLoss()!);
        });
        backward(loss);
      });
      expect(liveTensors()).toBe(before);
      scope(() => {
        for (const [name, parameter] of network.module.namedParameters()) {
          expect(parameter.grad!.dtype, name).toBe("float32");
          expect(ops.all(ops.isfinite(parameter.grad!)).item(), name).toBe(1);
        }
      });
      network.module.dispose();
    },
  );

  it("gives nearly the same logits in bfloat16", () => {
    const [exact, mixed] = [make(), make({}, { precision: "bfloat16" })];
    mixed.module.loadStateDict(exact.module.stateDict());
    for (const network of [exact, mixed]) network.module.eval();
    scope(() =>
      noGrad(() => {
        const film = random(2, 3, 64, 64);
        const difference = ops.sub(mixed.predict(film), exact.predict(film));
        expect(largest(difference) / largest(exact.predict(film))).toBeLessThan(0.05);
      }),
    );
    for (const network of [exact, mixed]) network.module.dispose();
  });

  it("gives the same bits again", () => {
    const network = make({}, { precision: "bfloat16" });
    setThreads(2);
    scope(() => {
      const film = random(2, 3, 64, 64);
      const gradients = (): Tensor[] => {
        network.module.zeroGrad();
        backward(scope(() => ops.mean(ops.square(network.predict(film)))));
        return network.module.parameters().map((parameter) => ops.clone(parameter.grad!));
      };
      const first = gradients();
      expect(gradients().every((gradient, i) => ops.equal(gradient, first[i]!))).toBe(true);
    });
    setThreads(1);
    network.module.dispose();
  });

  it("adds half the squared kernels, times weight_decay, to the loss", () => {
    const network = make({ weight_decay: 0.01 });
    scope(() => {
      const penalty = network.extraLoss()!;
      const kernels = network.module.parameters().filter((parameter) => parameter.rank > 1);
      const expected = kernels.reduce((sum, kernel) => sum + 0.005 * ops.sum(ops.square(kernel)).item(), 0);
      expect(penalty.item() / expected).toBeCloseTo(1, 5);
      backward(penalty);
      for (const [name, parameter] of network.module.namedParameters())
        if (parameter.rank > 1)
          expect(largest(ops.sub(parameter.grad!, ops.mul(ops.detach(parameter), 0.01))), name).toBeLessThan(
            1e-7,
          );
        else expect(parameter.grad, name).toBeNull();
    });
    network.module.dispose();
    const plain = make();
    expect(plain.extraLoss()).toBeNull();
    plain.module.dispose();
  });

  it("refuses a negative weight_decay", () => {
    expect(DenseNet121.args.safeParse({ weight_decay: -1 }).success).toBe(false);
  });
});

describe("densenetSizeFault", () => {
  const mode = { training: true, batch: 1 };

  it.each([
    [[256, 256], mode, null],
    [[61, 29], mode, null],
    [[28, 256], mode, "axis 0 is 28, DenseNet121 needs at least 29"],
    [[29, 60], mode, "[29, 60] in a batch of one leaves one value"],
    [[29, 60], { training: true, batch: 2 }, null],
    [[29, 60], { training: false, batch: 1 }, null],
    [[64, 64, 64], mode, "the size has 3 axes, DenseNet121 has 2"],
  ] as const)("of %o with %o is %s", (spatial, own, reason) => {
    const fault = densenetSizeFault(2, spatial, own);
    if (reason === null) expect(fault).toBeNull();
    else expect(fault?.reason).toContain(reason);
  });

  it("names a size that fits, and lets through what the network can take", () => {
    const network = make({}, { labelFormat: [1] });
    fc.assert(
      fc.property(
        fc.tuple(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 70 })),
        fc.boolean(),
        (size, training) => {
          const own = { training, batch: 1 };
          const fault = network.checkSize(size, own);
          const taken = fault?.nearest ?? size;
          expect(network.checkSize(taken, own)).toBeNull();
          network.module.train(training);
          scope(() => noGrad(() => expect(network.predict(random(1, 3, ...taken)).shape).toEqual([1, 1])));
          if (fault !== null) scope(() => expect(() => network.predict(random(1, 3, ...size))).toThrow());
        },
      ),
      { numRuns: 12 },
    );
    network.module.dispose();
  });
});
