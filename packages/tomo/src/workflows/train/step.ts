import {
  backward,
  cudaSynchronize,
  dispose,
  initialLossScale,
  type LossScale,
  nextLossScale,
  type Optimizer,
  ops,
  scope,
  type Tensor,
  unscaleGradients,
} from "@tomo/torch";
import type { AuxOp, Loss, Network, TaskContext } from "../../components/contracts.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import type { Batch } from "../../pipeline/loader.ts";
import { batchValues } from "../aux_values.ts";
import type { AuxiliaryValue, Precision, StepTime } from "../events.ts";
import type { OperatorMeter } from "../profile/operator_meter.ts";
import { stopwatch } from "../stopwatch.ts";

/** What a training step works with. */
export interface StepParts {
  readonly network: Network;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly device: string;
  readonly precision: Precision;
  readonly task: TaskContext;
  /** Computed on each batch beside the loss. */
  readonly auxOps: readonly AuxOp[];
  /** Times operators; only with `profile`. */
  readonly meter?: OperatorMeter | null;
}

export interface StepResult {
  /** NaN or infinite when the step failed; nothing was changed then. */
  readonly loss: number;
  readonly auxiliary: readonly AuxiliaryValue[];
  readonly time: Omit<StepTime, "wait">;
}

/** Training steps, one after another; holds the loss scale that float16 needs. */
export class Stepper {
  readonly #parts: StepParts;
  readonly #parameters: readonly Tensor[];
  #scale: LossScale | null;

  constructor(parts: StepParts) {
    this.#parts = parts;
    this.#parameters = parts.network.module.parameters();
    this.#scale = parts.precision === "float16" ? initialLossScale : null;
  }

  /** One step on a batch, which is freed. */
  step(batch: Batch, learningRate: number): StepResult {
    this.#parts.meter?.begin();
    try {
      return scope(() => this.#run(batch, learningRate));
    } finally {
      this.#parts.meter?.end();
      dispose(batch.fields);
      // gradients live outside of scopes, and a failed step leaves some
      this.#parts.optimizer.zeroGrad();
    }
  }

  #run(batch: Batch, learningRate: number): StepResult {
    const { device, optimizer, meter } = this.#parts;
    const lap = stopwatch();
    const image = ops.to(fieldOf(batch, "image"), { dtype: "float32", device });
    const label = ops.to(fieldOf(batch, "label"), { device });
    meter?.settle("transfer");
    const transfer = lap();
    const { loss, auxiliary } = this.#loss(image, label);
    const value = loss.item();
    meter?.settle("forward");
    const forward = lap();
    if (!Number.isFinite(value))
      return { loss: value, auxiliary, time: { transfer, forward, backward: 0, optimizer: 0 } };
    backward(this.#scale === null ? loss : ops.mul(loss, this.#scale.scale));
    meter?.settle("backward");
    const backwardTime = lap();
    if (this.#gradientsFit()) optimizer.step(learningRate);
    if (device.startsWith("cuda")) cudaSynchronize();
    meter?.settle("optimizer");
    const time = { transfer, forward, backward: backwardTime, optimizer: lap() };
    return { loss: value, auxiliary, time };
  }

  /** In a scope of its own: only the loss leaves, so that activations live no longer than backward needs them. */
  #loss(image: Tensor, label: Tensor): { loss: Tensor; auxiliary: AuxiliaryValue[] } {
    const { network, loss, task, auxOps } = this.#parts;
    return scope(() => {
      const predictions = network.predict(image);
      const value = loss(predictions, label, task);
      const auxiliary = batchValues(auxOps, predictions, label, task);
      const extra = network.extraLoss();
      return { loss: extra === null ? value : ops.add(value, extra), auxiliary };
    });
  }

  /** With float16: undoes the scale. False when gradients overflowed; the step is left out then, as PyTorch does. */
  #gradientsFit(): boolean {
    if (this.#scale === null) return true;
    const finite = unscaleGradients(this.#parameters, this.#scale.scale);
    this.#scale = nextLossScale(this.#scale, finite);
    return finite;
  }
}

function fieldOf(batch: Batch, name: string): Tensor {
  const found = batch.fields[name];
  if (found !== undefined) return found;
  throw new TomoError("TOMO_FIELD_NOT_IMAGE", `the batch has no field "${name}"`, {
    where: { case: batch.cases[0], field: name },
    given: `fields ${Object.keys(batch.fields).join(", ")}`,
    expected: 'images in the fields "image" and "label"',
    hint: "the items of the datalist need both, and pre_transforms must load both",
  });
}
