import { Conv, keep, ops, scope, type Tensor, tensor } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { fields, integer, number } from "../components/args.ts";
import {
  defineInferer,
  defineLoss,
  defineLrPolicy,
  defineMetric,
  defineModel,
  defineOptimizer,
} from "../components/define.ts";
import { TFSimpleInferer } from "../components/inferers/tf_simple_inferer.ts";
import { commonArgs, commonParts, meanOverCases } from "../components/metrics/common.ts";
import { networkOf } from "../components/models/network.ts";
import {
  defineImageTransform,
  defineRandomTransform,
  defineTransform,
} from "../components/transforms/define.ts";
import { withData } from "../data/medical_image.ts";
import { TomoError } from "../errors/tomo_error.ts";
import {
  checkDeclaration,
  checkInferer,
  checkLoss,
  checkLrPolicy,
  checkMetric,
  checkModel,
  checkOptimizer,
  checkTransform,
} from "./index.ts";

/** What a check throws, or "" for nothing. */
function wordsOf(check: () => void): string {
  try {
    check();
    return "";
  } catch (error) {
    expect(error).toBeInstanceOf(TomoError);
    expect((error as TomoError).code).toBe("TOMO_LAW_BROKEN");
    return (error as TomoError).message;
  }
}

const about = { name: "Mine", summary: "Does something.", args: { fields: fields() } };
const facts = { args: { fields: ["image", "label"] }, reads: ["image", "label"] };
let count = 0;

describe("a transform that", () => {
  const image = (map: Parameters<typeof defineImageTransform>[0]["image"], more: object = {}) =>
    defineImageTransform({ ...about, ...more, image: map as never });
  const twice = image((_, one) => withData(one, ops.mul(one.data, 2)));

  it("works has nothing against it", () => {
    expect(wordsOf(() => checkTransform(twice, { ...facts, keeps: ["shape", "affine"] }))).toBe("");
  });

  it.each<[string, ReturnType<typeof image> | ReturnType<typeof defineTransform>, string, object?]>([
    [
      "writes into its input",
      image((_, one) => withData(one, ops.mul_(one.data, 2))),
      "the sample that was given",
    ],
    ["keeps a tensor", image((_, one) => withData(one, keep(ops.mul(one.data, 2)))), "number of tensors"],
    ["makes NaN", image((_, one) => withData(one, ops.div(one.data, 0))), "of image is Infinity"],
    ["remembers", image((_, one) => withData(one, ops.mul(one.data, count++))), "the second result"],
    ["loses the affine", image((_, one) => ({ ...one, properties: {} })), "originalShape of image"],
    [
      "changes the shape",
      image((_, one) => ({ ...one, data: ops.flatten(one.data) })),
      "letters of the format",
    ],
    ["changes the type", twice, "the dtype of image is", { dtype: "int16" }],
    [
      "moves voxels",
      image((_, one) => withData(one, ops.flip(one.data, [-1]))),
      "place in mm of the voxel",
      { keeps: ["world"] },
    ],
    ["throws", image(() => ([] as never as { x: { y: never } }).x.y), "reading 'y'"],
    [
      "lies in its effect",
      image((_, one) => withData(one, ops.mul(one.data, 2)), {
        effect: () => (was: object) => ({ ...was, channels: 7 }),
      }),
      "channels of image, by its effect,",
    ],
    [
      "uses chance without saying so",
      defineRandomTransform({
        ...about,
        random: false,
        draw: (_, random) => random.uniform(0, 1),
        image: (_, draw, one) => withData(one, ops.add(one.data, draw)),
      }),
      "used random.uniform",
    ],
    [
      "loses fields",
      defineTransform({
        ...about,
        apply: (_, sample) => ({
          ...sample,
          fields: { image: sample.fields.image!, label: sample.fields.label! },
        }),
      }),
      "the field note is lost",
    ],
    [
      "changes other fields",
      defineTransform({
        ...about,
        apply: (_, sample) => ({ ...sample, fields: { ...sample.fields, note: 1 } }),
      }),
      "the field note is another one",
    ],
    [
      "takes paths for images",
      defineTransform({ ...about, apply: (_, sample) => sample }),
      "it took a path in image",
    ],
    ["takes every layout", twice, "it took HW, which is not among its formats", { formats: ["DHW"] }],
    [
      "has no words",
      defineImageTransform({ ...about, summary: "", image: (_, one) => one }),
      'the summary is ""',
    ],
    [
      "has an argument without words",
      defineImageTransform({
        ...about,
        args: { ...about.args, x: number("").default(1) },
        image: (_, one) => one,
      }),
      "the description of x",
    ],
    ["is given wrong arguments", twice, "the arguments of the test are refused", { args: { fields: 3 } }],
  ])("%s is caught", (_, component, words, more = {}) => {
    expect(wordsOf(() => checkTransform(component as never, { ...facts, ...more }))).toContain(words);
  });

  it("breaks several laws is told all of them, with what it threw as the cause", () => {
    const broken = image(() => {
      throw new Error("cosmic ray");
    });
    const words = wordsOf(() => checkTransform(broken, { ...facts, formats: ["DHW"], reads: ["image"] }));
    expect(words).toMatch(/^Mine breaks \d+ of \d+ laws\n- on DHW: keeps.*\n {2}cosmic ray$/);
  });
});

describe("a loss that", () => {
  const loss = (of: (predictions: Tensor, targets: Tensor) => Tensor) =>
    defineLoss({ name: "Mine", summary: "Measures.", args: {}, build: () => of });
  const square = (p: Tensor, t: Tensor) => ops.mean(ops.square(ops.sub(p, t)));

  it("works has nothing against it", () => {
    expect(wordsOf(() => checkLoss(loss(square)))).toBe("");
  });

  it.each<[string, (p: Tensor, t: Tensor) => Tensor, string]>([
    ["is NaN", (p, t) => ops.log(ops.neg(square(p, t))), "the loss is NaN"],
    ["gives a map", (p, t) => ops.sub(p, t), "the number of elements is 128"],
    [
      "writes into the predictions",
      (p, t) => square(p.requiresGrad ? p : ops.add_(p, 1), t),
      "what it was given",
    ],
    ["has no gradient", (p, t) => square(ops.detach(p), t), "does not depend on the predictions"],
    [
      "has half a gradient",
      (p, t) => ops.mean(ops.mul(ops.sub(ops.detach(p), t), ops.sub(p, t))),
      "the gradient says",
    ],
    [
      "has a gradient that is NaN",
      (p, t) => ops.mean(ops.sqrt(ops.square(ops.sub(ops.mul(p, t), ops.mul(p, t))))),
      "the gradient is NaN",
    ],
    ["changes", (p, t) => ops.mul(square(p, t), ++count), "the second result"],
  ])("%s is caught", (_, of, words) => {
    expect(wordsOf(() => checkLoss(loss(of)))).toContain(words);
  });

  it("stops a part of its gradient on purpose says so", () => {
    const half = loss((p, t) => ops.mean(ops.mul(ops.sub(ops.detach(p), t), ops.sub(p, t))));
    expect(wordsOf(() => checkLoss(half, { stopsGradient: true }))).toBe("");
  });
});

describe("a model that", () => {
  const network = { outChannels: 2, finalActivation: "softmax", dataFormat: "channels_first" } as const;
  class Net extends Conv {
    idle?: Tensor;
  }
  const model = (change: (net: Net) => object = () => ({})) =>
    defineModel({
      name: "Mine",
      summary: "A convolution.",
      args: { width: integer("Kernel.").default(1) },
      build: () => (context) => {
        const module = new Net(3, context.inChannels, 2, 1);
        return networkOf({ ...network, checkSize: () => null, module, ...change(module) }, context);
      },
    });

  it("works has nothing against it", () => {
    expect(wordsOf(() => checkModel(model(), { size: [4, 4, 4] }))).toBe("");
  });

  it.each<[string, (net: Net) => object, string]>([
    ["has other channels than it says", () => ({ outChannels: 3 }), "the shape of its logits"],
    [
      "cannot take the size",
      () => ({ checkSize: () => ({ reason: "no", nearest: [8] }) }),
      "against the size",
    ],
    [
      "leaves a parameter out",
      (net) => {
        (net as unknown as { parameter: (name: string, one: Tensor) => Tensor }).parameter(
          "idle",
          ops.zeros([2]),
        );
        return {};
      },
      '"idle"',
    ],
    [
      "has weights that are not registered",
      (net) => {
        const hidden = keep(tensor([1 + (count++ % 2)]));
        const forward = net.forward.bind(net);
        net.forward = (x) => scope(() => ops.mul(forward(x), ops.toDtype(hidden, "float32")));
        return {};
      },
      "differ by",
    ],
  ])("%s is caught", (_, change, words) => {
    expect(wordsOf(() => checkModel(model(change), { size: [4, 4, 4] }))).toContain(words);
  });
});

describe("a metric that", () => {
  const metric = (more: object) =>
    defineMetric({
      name: "Mine",
      summary: "Measures.",
      args: commonArgs,
      build: (args) => ({
        ...commonParts(args),
        fields: [args.field],
        policy: "None.",
        score: ({ caseId, fields }) => ({
          caseId,
          value: Object.keys(fields).includes("label") ? 1 : 1,
          parts: {},
        }),
        summarise: meanOverCases,
        ...more,
      }),
    });

  it("works has nothing against it", () => {
    expect(wordsOf(() => checkMetric(metric({})))).toBe("");
  });

  it.each<[string, object, string]>([
    ["names another case", { score: () => ({ caseId: "x", value: 1, parts: {} }) }, "the case of a score"],
    [
      "reads what it does not name",
      {
        score: (s: { caseId: string; fields: object }) => ({
          caseId: s.caseId,
          value: "label" in s.fields ? 1 : 0,
          parts: {},
        }),
      },
      "fields that it does not name",
    ],
    [
      "looks at the order",
      {
        score: ({ caseId }: { caseId: string }) => ({ caseId, value: Number(caseId.at(-1)), parts: {} }),
        summarise: (all: readonly { value: number }[]) => ({
          value: all[0]?.value ?? 0,
          count: all.length,
          parts: {},
          warnings: [],
        }),
      },
      "backwards",
    ],
    [
      "fails without cases",
      {
        summarise: (all: readonly { value: number }[]) => ({
          value: all[0]!.value,
          count: all.length,
          parts: {},
          warnings: [],
        }),
      },
      "reading 'value'",
    ],
  ])("%s is caught", (_, more, words) => {
    expect(wordsOf(() => checkMetric(metric(more)))).toContain(words);
  });
});

describe("an optimizer that", () => {
  const optimizer = (update: (w: Tensor, g: Tensor, rate: number) => void, more: object = {}) =>
    defineOptimizer({
      name: "Mine",
      summary: "Goes down.",
      args: {},
      build: () => (parameters) => ({
        step: (rate) =>
          scope(() => {
            for (const w of Object.values(parameters))
              if (w.grad !== null) update(ops.detach(w), w.grad, rate);
          }),
        zeroGrad: () => {
          for (const w of Object.values(parameters)) w.grad = null;
        },
        state: () => ({}),
        load: () => {},
        dispose: () => {},
        ...more,
      }),
    });
  const down = (w: Tensor, g: Tensor, rate: number) => void ops.add_(w, g, { alpha: -rate });

  it("works has nothing against it", () => {
    expect(wordsOf(() => checkOptimizer(optimizer(down)))).toBe("");
  });

  it.each<[string, ReturnType<typeof optimizer>, string]>([
    ["goes up", optimizer((w, g, rate) => void ops.add_(w, g, { alpha: rate })), "it goes from"],
    [
      "remembers without a state",
      optimizer((w, g, rate) => down(w, g, rate / (1 + (count++ % 5)))),
      "a resumed run",
    ],
    ["keeps the gradients", optimizer(down, { zeroGrad: () => {} }), "that still have one"],
    ["keeps tensors", optimizer((w, g, rate) => down(w, keep(ops.mul(g, 1)), rate)), "after dispose()"],
  ])("%s is caught", (_, component, words) => {
    expect(wordsOf(() => checkOptimizer(component))).toContain(words);
  });
});

describe("other kinds", () => {
  const policy = (build: () => (context: { step: number }) => number) =>
    defineLrPolicy({ name: "Mine", summary: "Falls.", args: {}, build });
  const inferer = (infer: (input: Tensor, forward: (windows: Tensor) => Tensor) => Tensor) =>
    defineInferer({
      name: "Mine",
      summary: "Infers.",
      args: {},
      build: () => () => ({ roiSize: null, infer }),
    });

  it("a policy that is negative, or remembers, is caught", () => {
    expect(
      wordsOf(() =>
        checkLrPolicy(
          policy(
            () =>
              ({ step }) =>
                1 - step / 10,
          ),
        ),
      ),
    ).toContain("at step 11");
    const remembering = policy(() => {
      let rate = 1;
      return () => (rate *= 0.9);
    });
    expect(wordsOf(() => checkLrPolicy(remembering))).toContain("the list of rates");
  });

  it("an inferer that forgets to turn back, or to average, is caught", () => {
    expect(wordsOf(() => checkInferer(TFSimpleInferer))).toBe("");
    const turned = inferer((x, forward) => scope(() => forward(ops.flip(x, [2]))));
    expect(wordsOf(() => checkInferer(turned))).toContain("the result differs from it by");
    const twice = inferer((x, forward) => scope(() => ops.add(forward(x), forward(x))));
    expect(wordsOf(() => checkInferer(twice))).toContain("divided by their number");
  });

  it("a declaration alone can be checked", () => {
    expect(wordsOf(() => checkDeclaration(TFSimpleInferer))).toBe("");
    const silent = { ...TFSimpleInferer, notes: ["no stop"] };
    expect(wordsOf(() => checkDeclaration(silent))).toContain('a note is "no stop"');
  });
});
