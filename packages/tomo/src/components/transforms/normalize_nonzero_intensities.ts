import { ops, type Tensor, tensor } from "@tomo/torch";
import { type MedicalImage, withData } from "../../data/medical_image.ts";
import { spatialAxes } from "../../data/shape_format.ts";
import { fields } from "../args.ts";
import { disturbed, valueByValue } from "../effects/image_effects.ts";
import { defineImageTransform } from "./define.ts";
import { floating } from "./floating.ts";

export const NormalizeNonzeroIntensities = defineImageTransform({
  name: "NormalizeNonzeroIntensities",
  summary: "Gives the nonzero voxels of each channel zero mean and unit standard deviation; zeros stay zero.",
  notes: [
    "Population standard deviation; one of zero divides by 1; a channel of zeros stays as it is (clara-reference 8 #10).",
    "Each channel of each patch of a batch is normalised by itself.",
  ],
  args: { fields: fields() },
  prepares: () => "statistics",
  effect: () => valueByValue(disturbed),
  image: (_, image) => {
    const x = floating(image.data);
    const nonzero = ops.ne(x, 0);
    const { means, deviations } = nonzeroStatistics(image, x, nonzero);
    const normalised = ops.div_(ops.sub(x, means), deviations);
    return withData(image, ops.where(nonzero, normalised, x));
  },
});

/** Mean and standard deviation of the nonzero voxels, one a channel (and patch), shaped to broadcast. */
function nonzeroStatistics(image: MedicalImage, x: Tensor, nonzero: Tensor) {
  const spatial = spatialAxes(image.format);
  const shape = x.shape.map((length, axis) => (spatial.includes(axis) ? 1 : length));
  const count = shape.reduce((product, length) => product * length, 1);
  const means = new Array<number>(count).fill(0);
  const deviations = new Array<number>(count).fill(1);
  const others = x.shape.map((_, axis) => axis).filter((axis) => !spatial.includes(axis));
  const rows = (t: Tensor) => ops.reshape(ops.permute(t, [...others, ...spatial]), [count, -1]);
  const [values, mask] = [rows(x), rows(nonzero)];
  for (let n = 0; n < count; n++) {
    const chosen = ops.maskedSelect(ops.select(values, 0, n), ops.select(mask, 0, n));
    if (chosen.numel === 0) continue;
    const [variance, mean] = ops.varMean(chosen, { correction: 0 });
    means[n] = mean.item();
    deviations[n] = Math.sqrt(variance.item()) || 1;
  }
  const shaped = (numbers: number[]) => ops.toDtype(tensor(numbers, shape), x.dtype);
  return { means: shaped(means), deviations: shaped(deviations) };
}
