import { ops, scope, type Tensor } from "@tomo/torch";

/** Voxel counts of one class in one case. */
export interface Overlap {
  readonly predicted: number;
  readonly actual: number;
  readonly both: number;
}

/** 2·|P ∩ L| / (|P| + |L|); NaN when the label is empty, whatever was predicted. */
export const diceOf = ({ predicted, actual, both }: Overlap): number =>
  actual === 0 ? Number.NaN : (2 * both) / (predicted + actual);

export type Binarise = "argmax" | "threshold";

export interface OverlapOptions {
  /** argmax: one class a voxel, label of class indices. threshold: channels by themselves, label with as many channels. */
  readonly binarise: Binarise;
  /** A voxel belongs to the class when its value is greater. */
  readonly threshold: number;
}

/** Voxels handled at once: bounds the int64 indices of argmax, whatever the size of the volume. */
const slabVoxels = 2 ** 22;

/**
 * Overlap of each channel of a prediction with the label, slab by slab along the first spatial axis.
 * @param prediction [C, spatial]
 * @param label [1, spatial] of class indices (argmax) or [C, spatial] of masks (threshold)
 */
export function overlaps(prediction: Tensor, label: Tensor, options: OverlapOptions): Overlap[] {
  const [channels, length, ...rest] = prediction.shape as [number, number, ...number[]];
  const plane = rest.reduce((product, size) => product * size, 1);
  const thickness = Math.max(1, Math.floor(slabVoxels / plane));
  const totals = Array.from({ length: channels }, () => ({ predicted: 0, actual: 0, both: 0 }));
  for (let start = 0; start < length; start += thickness) {
    const size = Math.min(thickness, length - start);
    scope(() => {
      const masks = masksOf(
        ops.narrow(prediction, 1, start, size),
        ops.narrow(label, 1, start, size),
        options,
      );
      totals.forEach((total, channel) => {
        const [predicted, actual] = masks(channel);
        total.predicted += count(predicted);
        total.actual += count(actual);
        total.both += count(ops.logicalAnd(predicted, actual));
      });
    });
  }
  return totals;
}

const count = (mask: Tensor): number => ops.countNonzero(mask).item();

function masksOf(prediction: Tensor, label: Tensor, { binarise, threshold }: OverlapOptions) {
  const winners = binarise === "argmax" ? ops.argmax(prediction, { dim: 0 }) : null;
  return (channel: number): [Tensor, Tensor] =>
    winners === null
      ? [ops.gt(ops.select(prediction, 0, channel), threshold), ops.gt(ops.select(label, 0, channel), 0.5)]
      : [ops.eq(winners, channel), ops.eq(ops.select(label, 0, 0), channel)];
}
