import { join } from "node:path";
import { ops, scope } from "@tomo/torch";
import { channelsFirst } from "../../data/channels_first.ts";
import type { MedicalImage } from "../../data/medical_image.ts";
import { isImage, type Sample } from "../../data/sample.ts";
import { drawMontage, type MontageInput } from "../../report/montage/montage.ts";
import { writePng } from "../../report/picture/png.ts";
import { shortName } from "./case_folders.ts";

/**
 * Draws a case (image, label, prediction) as <folder>/<case>_montage.png.
 * @param model the network's output or what post_transforms made of it
 * @returns the file, or null when image and prediction have different sizes, as after RestoreOriginalShape
 */
export async function writeMontage(
  sample: Sample,
  model: MedicalImage,
  folder: string,
): Promise<string | null> {
  const input = montageInput(sample, model);
  if (input === null) return null;
  const path = join(folder, `${shortName(sample.caseId)}_montage.png`);
  await writePng(path, drawMontage(input));
  return path;
}

export function montageInput(sample: Sample, model: MedicalImage): MontageInput | null {
  const { image, label } = sample.fields;
  if (!isImage(image)) return null;
  return scope(() => {
    const pictured = ops.select(channelsFirst(image), 0, 0);
    const size = pictured.shape;
    const classes = (field: MedicalImage): Uint8Array | null => {
      const data = channelsFirst(field);
      if (String(data.shape.slice(1)) !== String(size)) return null;
      return ops.toDtype(classNumbers(field), "uint8").toTypedArray<Uint8Array>();
    };
    const prediction = classes(model);
    if (prediction === null) return null;
    const truth = isImage(label) ? classes(label) : null;
    return {
      title: sample.caseId,
      image: ops.toDtype(pictured, "float32").toTypedArray<Float32Array>(),
      prediction,
      ...(truth === null ? {} : { label: truth, dice: diceByClass(truth, prediction) }),
      shape: size,
      fastest: "last",
      affine: image.properties.affine,
    } as const;
  });
}

/** Class of each voxel: of several channels the largest; one channel as it is, a probability at one half. */
function classNumbers(field: MedicalImage) {
  const data = channelsFirst(field);
  return data.shape[0] === 1
    ? ops.round(ops.toDtype(ops.select(data, 0, 0), "float32"))
    : ops.argmax(data, { dim: 0 });
}

/** Dice of class 1, 2, … at place 0, 1, …; NaN where the label lacks the class. */
function diceByClass(label: Uint8Array, prediction: Uint8Array): number[] {
  const [actual, predicted, both] = [new Float64Array(256), new Float64Array(256), new Float64Array(256)];
  for (let at = 0; at < label.length; at++) {
    actual[label[at]!]!++;
    predicted[prediction[at]!]!++;
    if (label[at] === prediction[at]) both[label[at]!]!++;
  }
  const last = Math.max(
    actual.findLastIndex((n) => n > 0),
    predicted.findLastIndex((n) => n > 0),
  );
  return Array.from({ length: Math.max(0, last) }, (_, n) =>
    actual[n + 1] === 0 ? Number.NaN : (2 * both[n + 1]!) / (actual[n + 1]! + predicted[n + 1]!),
  );
}
