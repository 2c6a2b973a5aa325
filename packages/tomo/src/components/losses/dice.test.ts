import { backward, liveTensors, ops, scope, type Tensor, tensor } from "@tomo/torch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeWithOracle, runOracle } from "../../testing/oracle.ts";
import { segmentationTask } from "../../testing/task.ts";
import { Dice } from "./dice.ts";

type Args = Parameters<typeof Dice.args.parse>[0];
const diceLoss = (args: Args) => {
  const loss = Dice.build(Dice.args.parse(args));
  return (predictions: Tensor, targets: Tensor) => loss(predictions, targets, segmentationTask);
};

/** [batch][class][voxel] in plain numbers. */
type Values = readonly (readonly (readonly number[])[])[];

interface Options {
  readonly skip_background: boolean;
  readonly squared_pred: boolean;
  readonly jaccard: boolean;
  readonly smooth: number;
  readonly top_smooth: number;
}

/** The formula of clara-reference section 3.2, in float64, without tensors. */
function reference(predictions: Values, targets: Values, options: Options): number {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const scores = predictions.flatMap((sample, b) =>
    sample.slice(options.skip_background ? 1 : 0).map((p, i) => {
      const t = targets[b]![i + (options.skip_background ? 1 : 0)]!;
      const overlap = sum(p.map((value, voxel) => value * t[voxel]!));
      const mass = (values: readonly number[]) =>
        sum(options.squared_pred ? values.map((value) => value * value) : values);
      const divisor = mass(t) + mass(p) - (options.jaccard ? overlap : 0);
      return (2 * overlap + options.top_smooth) / (divisor + options.smooth);
    }),
  );
  return 1 - sum(scores) / scores.length;
}

const spatial = [2, 3] as const;
const voxels = 6;
const toTensor = (values: Values, dtype: "float32" | "float64" = "float64"): Tensor => {
  const flat = values.flat(2);
  const array = dtype === "float64" ? Float64Array.from(flat) : Float32Array.from(flat);
  return tensor(array, [values.length, values[0]!.length, ...spatial]);
};
const oneHot = (labels: readonly (readonly number[])[], classes: number): Values =>
  labels.map((sample) =>
    Array.from({ length: classes }, (_, c) => sample.map((value) => (value === c ? 1 : 0))),
  );

const options = fc.record({
  squared_pred: fc.boolean(),
  jaccard: fc.boolean(),
  smooth: fc.constantFrom(1e-5, 0.1, 1),
  top_smooth: fc.constantFrom(0, 1e-5, 1),
});
const maps = (classes: number) =>
  fc.array(
    fc.array(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: voxels, maxLength: voxels }), {
      minLength: classes,
      maxLength: classes,
    }),
    { minLength: 2, maxLength: 2 },
  );
const problem = fc.integer({ min: 1, max: 4 }).chain((classes) =>
  fc.record({
    classes: fc.constant(classes),
    predictions: maps(classes),
    labels: fc.array(fc.array(fc.nat(Math.max(classes - 1, 1)), { minLength: voxels, maxLength: voxels }), {
      minLength: 2,
      maxLength: 2,
    }),
    skip_background: classes === 1 ? fc.constant(false) : fc.boolean(),
    options,
  }),
);

/** Equal to 1e-12 of the size: with a small `smooth` and a large `top_smooth` values reach 25,000. */
const expectRelative = (actual: number, expected: number): void =>
  expect(Math.abs(actual - expected)).toBeLessThan(1e-12 * (1 + Math.abs(expected)));

describe("Dice", () => {
  it("equals the formula for class indices, one-hot targets and channels last", () => {
    fc.assert(
      fc.property(problem, ({ classes, predictions, labels, skip_background, options }) =>
        scope(() => {
          const hot = classes === 1 ? labels.map((sample) => [sample]) : oneHot(labels, classes);
          const args = { ...options, skip_background };
          const expected = reference(predictions, hot, args);
          const p = toTensor(predictions);
          const indices = toTensor(labels.map((sample) => [sample]));
          const last = (value: Tensor) => ops.movedim(value, [1], [-1]);
          expectRelative(diceLoss(args)(p, indices).item(), expected);
          const onehot = { ...args, is_onehot_targets: true };
          expectRelative(diceLoss(onehot)(p, toTensor(hot)).item(), expected);
          const channelsLast = { ...args, data_format: "channels_last" };
          expectRelative(diceLoss(channelsLast)(last(p), last(indices)).item(), expected);
          const single = toTensor(predictions, "float32");
          const rounded = diceLoss(args)(single, ops.toDtype(indices, "uint8")).item();
          expect(Math.abs(rounded - expected)).toBeLessThan(1e-5 * (1 + Math.abs(expected)));
        }),
      ),
      { numRuns: 200 },
    );
  });

  it("does not change when samples, or voxels, change places", () => {
    fc.assert(
      fc.property(problem, ({ predictions, labels, skip_background, options }) =>
        scope(() => {
          const loss = diceLoss({ ...options, skip_background });
          const [p, t] = [toTensor(predictions), toTensor(labels.map((sample) => [sample]))];
          const value = loss(p, t).item();
          for (const axis of [0, 2, 3])
            expectRelative(loss(ops.flip(p, [axis]), ops.flip(t, [axis])).item(), value);
        }),
      ),
    );
  });

  it("counts a class that is nowhere as a miss by default, as a hit with top_smooth = smooth", () =>
    scope(() => {
      const p = tensor([1, 1, 0, 0], [1, 2, 2]);
      const t = tensor([0, 0], [1, 1, 2]);
      expect(diceLoss({})(p, t).item()).toBeCloseTo(0.5, 4);
      expect(diceLoss({ top_smooth: 1e-5 })(p, t).item()).toBeCloseTo(0, 5);
    }));

  it("keeps the factor 2 with jaccard", () =>
    scope(() => {
      const p = tensor([1, 1, 0, 0], [1, 1, 4]);
      const t = tensor([1, 0, 0, 0], [1, 1, 4]);
      // overlap 1, masses 1 and 2: 2 / (3 - 1) = 1, where the Jaccard index is 1 / 2.
      expect(diceLoss({ jaccard: true, smooth: 0 })(p, t).item()).toBeCloseTo(0, 6);
    }));

  it("accumulates bfloat16 predictions in float32", () =>
    scope(() => {
      const p = ops.toDtype(ops.ones([1, 1, 10_000], { dtype: "float32" }), "bfloat16");
      const loss = diceLoss({})(p, ops.ones([1, 1, 10_000], { dtype: "float32" }));
      expect(loss.dtype).toBe("float32");
      expect(loss.item()).toBeCloseTo(0, 6);
    }));

  it("has the gradient of its finite differences", () =>
    scope(() => {
      const values = [0.2, 0.7, 0.4, 0.8, 0.3, 0.6];
      const t = tensor([0, 1, 1], [1, 1, 3]);
      const loss = (changed: readonly number[]) =>
        scope(() => diceLoss({})(tensor(Float64Array.from(changed), [1, 2, 3]), t).item());
      const p = tensor(Float64Array.from(values), [1, 2, 3]).requiresGrad_();
      backward(diceLoss({})(p, t));
      const step = 1e-6;
      p.grad!.toArray().forEach((gradient, i) => {
        const at = (sign: number) => loss(values.map((value, k) => (k === i ? value + sign * step : value)));
        expect(gradient).toBeCloseTo((at(1) - at(-1)) / (2 * step), 7);
      });
    }));

  it("refuses labels that do not fit, and leaves no tensor behind", () => {
    const p = ops.rand([1, 2, 3], { dtype: "float32" });
    const before = liveTensors();
    const loss = (shape: readonly number[], values: readonly number[], args: Args = {}) =>
      scope(() => void diceLoss(args)(p, tensor(values, shape)));
    expect(() => loss([1, 1, 2], [0, 1])).toThrow(expect.objectContaining({ code: "TOMO_SHAPE_MISMATCH" }));
    expect(() => loss([1, 1, 3], [0, 1, 2])).toThrow(expect.objectContaining({ code: "TOMO_LABEL_RANGE" }));
    expect(() => loss([1, 1, 3], [0, 1, -1])).toThrow(expect.objectContaining({ code: "TOMO_LABEL_RANGE" }));
    expect(() => loss([1, 1, 3], [0, 1, 1], { is_onehot_targets: true })).toThrow(/does not fit/);
    const single = ops.rand([1, 1, 3], { dtype: "float32" });
    expect(() => diceLoss({ skip_background: true })(single, single)).toThrow(/skip_background/);
    single.dispose();
    expect(liveTensors()).toBe(before);
    p.dispose();
  });
});

describeWithOracle(["torch", "monai"], "Dice against MONAI's DiceLoss", () => {
  const shape = [2, 3, 4, 5, 2] as const;
  const script = `
import json, sys, torch
from monai.losses import DiceLoss
p, t, cases = [torch.tensor(v, dtype=torch.float64) if i < 2 else v for i, v in enumerate(json.load(sys.stdin))]
p = p.reshape(2, 3, 4, 5, 2); t = t.reshape(2, 1, 4, 5, 2)
print(json.dumps([float(DiceLoss(include_background=not c[0], to_onehot_y=True, squared_pred=c[1], smooth_nr=c[2], smooth_dr=c[3])(p, t)) for c in cases]))
`.replace("json.load(sys.stdin)", "json.loads(sys.argv[1])");

  it("agrees where the formulas do: without jaccard", () =>
    scope(() => {
      const p = ops.softmax(ops.randn(shape, { dtype: "float64" }), 1);
      const t = ops.randint(0, 3, [2, 1, 4, 5, 2], { dtype: "float64" });
      const cases = [
        [false, false, 0, 1e-5],
        [true, false, 1e-5, 1e-5],
        [false, true, 0.5, 1],
        [true, true, 0, 1e-3],
      ] as const;
      const theirs = runOracle<number[]>(script, [JSON.stringify([p.toArray(), t.toArray(), cases])]);
      const ours = cases.map(([skip_background, squared_pred, top_smooth, smooth]) =>
        diceLoss({ skip_background, squared_pred, top_smooth, smooth })(p, t).item(),
      );
      // MONAI makes the one-hot target in float32.
      ours.forEach((value, i) => {
        expect(value).toBeCloseTo(theirs[i]!, 7);
      });
    }));
});
