import {
  liveTensors,
  noGrad,
  type Optimizer,
  ops,
  scope,
  setThreads,
  type Tensor,
  tensor,
} from "@tomo/torch";
import { describe, expect, it } from "vitest";
import type { Loss } from "../../components/contracts.ts";
import { segmentationTask } from "../../testing/task.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import type { Precision } from "../events.ts";
import { squaredLoss, tinyNetwork } from "../testing/train_parts.ts";
import { Stepper } from "./step.ts";

setThreads(1);

/** Steps along the gradient itself, however large; Adam's squares would overflow first. */
function descent(parameters: readonly Tensor[]): Optimizer {
  return {
    step: (rate) =>
      noGrad(() => {
        for (const parameter of parameters)
          scope(() => void ops.sub_(parameter, parameter.grad!, { alpha: rate }));
      }),
    zeroGrad: () => {
      for (const parameter of parameters) parameter.grad = null;
    },
    state: () => ({}),
    load: () => {},
    dispose: () => {},
  };
}

function setUp(precision: Precision, loss: Loss = squaredLoss) {
  const network = tinyNetwork();
  const optimizer = descent(network.module.parameters());
  const stepper = new Stepper({
    network,
    loss,
    optimizer,
    device: "cpu",
    precision,
    task: segmentationTask,
    auxOps: [],
  });
  const weights = () => network.module.parameters().map((parameter) => parameter.toArray());
  return { stepper, weights, network };
}
const batch = (value = 1) => ({
  fields: {
    image: tensor(
      Float32Array.from({ length: 16 }, (_, n) => value * Math.sin(n)),
      [1, 1, 4, 4],
    ),
    label: ops.ones([1, 1, 4, 4], { dtype: "float32" }),
  },
  cases: ["a"],
});

describe("Stepper", () => {
  it("frees batch and gradients, and moves the weights", () => {
    const { stepper, weights } = setUp("float32");
    stepper.step(batch(), 0.1);
    const before = weights();
    const live = liveTensors();
    const { loss, time } = stepper.step(batch(), 0.1);
    expect(liveTensors()).toBe(live);
    expect(weights()).not.toEqual(before);
    expect(loss).toBeGreaterThan(0);
    expect(Object.keys(time)).toEqual(["transfer", "forward", "backward", "optimizer"]);
  });

  it("with float16 scales the loss by a power of two, which changes nothing where nothing overflows", () => {
    const [plain, scaled] = [setUp("float32"), setUp("float16")];
    for (let n = 0; n < 5; n++)
      expect(scaled.stepper.step(batch(), 0.1).loss).toBe(plain.stepper.step(batch(), 0.1).loss);
    expect(scaled.weights()).toEqual(plain.weights());
  });

  it("with float16 leaves out a step whose gradients overflow, and goes on", () => {
    // gradients of about 1e36, times the scale of 65536
    const steep: Loss = (predictions, targets) => ops.mul(squaredLoss(predictions, targets), 1e36);
    const { stepper, weights } = setUp("float16", steep);
    const before = weights();
    expect(stepper.step(batch(), 1e-37).loss).toBeGreaterThan(1e35);
    expect(weights()).toEqual(before);
    for (let n = 0; n < 20; n++) stepper.step(batch(), 1e-37);
    expect(weights()).not.toEqual(before);
    expect(weights().flat().every(Number.isFinite)).toBe(true);
  });

  it("changes nothing when the loss is not finite", () => {
    const { stepper, weights } = setUp("float32");
    const before = weights();
    expect(stepper.step(batch(Number.NaN), 0.1).loss).toBeNaN();
    expect(weights()).toEqual(before);
  });

  it("names the field that is missing and those that are there", () => {
    const { stepper } = setUp("float32");
    const { image } = batch().fields;
    const error = tomoErrorOf(() => stepper.step({ fields: { image, mask: image }, cases: ["a"] }, 0.1));
    expect(error.message).toBe('the batch has no field "label"');
    expect(error.given).toBe("fields image, mask");
  });
});
