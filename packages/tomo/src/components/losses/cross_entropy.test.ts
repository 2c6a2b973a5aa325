import { backward, ops, scope, type Tensor, tensor } from "@tomo/torch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeWithOracle, runOracle } from "../../testing/oracle.ts";
import { segmentationTask } from "../../testing/task.ts";
import { CrossEntropy } from "./cross_entropy.ts";
import { CrossEntropyDice } from "./cross_entropy_dice.ts";
import { Dice } from "./dice.ts";

type Component = typeof CrossEntropy | typeof CrossEntropyDice | typeof Dice;
const lossOf = (component: Component, args: object) => {
  const loss = (component.build as (args: unknown) => ReturnType<typeof CrossEntropy.build>)(
    component.args.parse(args),
  );
  return (predictions: Tensor, targets: Tensor): number =>
    loss(predictions, targets, segmentationTask).item();
};

const voxels = 6;
const spatial = [2, 3] as const;
const sampleOf = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: voxels, maxLength: voxels });
const problem = fc.integer({ min: 1, max: 4 }).chain((classes) =>
  fc.record({
    classes: fc.constant(classes),
    /** [sample][class][voxel] */
    predictions: fc.array(
      fc.array(sampleOf(fc.double({ min: 0, max: 1, noNaN: true })), {
        minLength: classes,
        maxLength: classes,
      }),
      { minLength: 2, maxLength: 2 },
    ),
    /** [sample][voxel] */
    labels: fc.array(sampleOf(fc.nat(Math.max(classes - 1, 1))), { minLength: 2, maxLength: 2 }),
    skip_background: classes === 1 ? fc.constant(false) : fc.boolean(),
    smooth: fc.constantFrom(1e-8, 0.01),
  }),
);
type Problem = typeof problem extends fc.Arbitrary<infer T> ? T : never;

/** The formula, in float64, without tensors. */
function reference({ classes, predictions, labels, skip_background, smooth }: Problem): number {
  const log = (p: number) => Math.log(p + smooth);
  const terms = labels.flatMap((sample, b) =>
    sample.map((label, v) => {
      const p = predictions[b]!.map((channel) => channel[v]!);
      if (classes === 1) return label * log(p[0]!) + (1 - label) * log(1 - p[0]!);
      return skip_background && label === 0 ? 0 : log(p[label]!);
    }),
  );
  return -terms.reduce((sum, term) => sum + term, 0) / terms.length;
}

const mapsOf = (predictions: Problem["predictions"]): Tensor =>
  tensor(Float64Array.from(predictions.flat(2)), [2, predictions[0]!.length, ...spatial]);
const labelsOf = (labels: Problem["labels"]): Tensor =>
  tensor(Float64Array.from(labels.flat()), [2, 1, ...spatial]);
const channelsLast = (value: Tensor): Tensor => ops.movedim(value, [1], [-1]);

describe("CrossEntropy", () => {
  it("equals the formula, for class indices, one-hot targets and channels last", () => {
    fc.assert(
      fc.property(problem, (given) =>
        scope(() => {
          const { classes, skip_background, smooth } = given;
          const args = { skip_background, smooth };
          const [p, t] = [mapsOf(given.predictions), labelsOf(given.labels)];
          const expected = reference(given);
          expect(lossOf(CrossEntropy, args)(p, t)).toBeCloseTo(expected, 10);
          const last = { ...args, data_format: "channels_last" };
          expect(lossOf(CrossEntropy, last)(channelsLast(p), channelsLast(t))).toBeCloseTo(expected, 10);
          if (classes === 1) return;
          const indices = ops.view(ops.arange(classes, { dtype: "float64" }), [1, classes, 1, 1]);
          const hot = ops.toDtype(ops.eq(t, indices), "float64");
          expect(lossOf(CrossEntropy, { ...args, is_onehot_targets: true })(p, hot)).toBeCloseTo(
            expected,
            10,
          );
        }),
      ),
    );
  });

  it("stays finite, with its gradient, where a class has no probability at all", () =>
    scope(() => {
      const p = ops.softmax(tensor([0, 200], [1, 2, 1]), 1).requiresGrad_();
      const value = CrossEntropy.build(CrossEntropy.args.parse({}))(
        p,
        tensor([0], [1, 1, 1]),
        segmentationTask,
      );
      backward(value);
      expect(value.item()).toBeCloseTo(-Math.log(1e-8), 4);
      expect(p.grad!.toArray().every((gradient) => Number.isFinite(gradient))).toBe(true);
    }));
});

describe("CrossEntropyDice", () => {
  it("is the sum of both, the background left out of Dice alone", () => {
    fc.assert(
      fc.property(problem, fc.boolean(), ({ predictions, labels, skip_background }, squared_pred) =>
        scope(() => {
          const [p, t] = [mapsOf(predictions), labelsOf(labels)];
          const dice = lossOf(Dice, { skip_background, squared_pred })(p, t);
          const entropy = lossOf(CrossEntropy, {})(p, t);
          const sum = lossOf(CrossEntropyDice, { skip_background, squared_pred })(p, t);
          expect(sum).toBeCloseTo(dice + entropy, 10);
        }),
      ),
    );
  });
});

describeWithOracle(["torch", "monai"], "CrossEntropyDice against MONAI's DiceCELoss", () => {
  const script = `
import json, sys, torch
from monai.losses import DiceCELoss
x, t = (torch.tensor(v, dtype=torch.float64) for v in json.loads(sys.argv[1]))
loss = DiceCELoss(include_background=False, to_onehot_y=True, softmax=True, squared_pred=True, smooth_nr=0, smooth_dr=1e-5)
print(json.dumps(float(loss(x.reshape(2, 3, 4, 5, 2), t.reshape(2, 1, 4, 5, 2)))))
`;

  it("agrees on the softmax of its logits", () =>
    scope(() => {
      const logits = ops.randn([2, 3, 4, 5, 2], { dtype: "float64" });
      const t = ops.randint(0, 3, [2, 1, 4, 5, 2], { dtype: "float64" });
      const theirs = runOracle<number>(script, [JSON.stringify([logits.toArray(), t.toArray()])]);
      const args = { skip_background: true, squared_pred: true };
      expect(lossOf(CrossEntropyDice, args)(ops.softmax(logits, 1), t)).toBeCloseTo(theirs, 6);
    }));
});
