import { ops, type Tensor } from "@tomo/torch";
import { type MedicalImage, medicalImage } from "../data/medical_image.ts";
import { isImage, type Sample } from "../data/sample.ts";
import { batchAxis, channelAxis, type ShapeFormat } from "../data/shape_format.ts";
import { TomoError } from "../errors/tomo_error.ts";

export interface BatchRule {
  /** One sample is one batch: a crop has made its batch axis. */
  readonly batchedByTransforms: boolean;
  /**
   * Fields of MergeBatchDims in train.batch_transforms: patches of several cases may form one batch. They are joined
   * here already; what MergeBatchDims then finds is one batch axis, which it leaves alone.
   */
  readonly mergedFields: readonly string[];
}

/** Number of entries that a sample gives to the batch axis. */
export function patchesOf(sample: Sample): number {
  const [, image] = imagesOf(sample)[0] ?? [];
  return image !== undefined && batchAxis(image.format) === 0 ? image.data.shape[0]! : 1;
}

/**
 * Puts samples together: each image field becomes one new image with a batch axis in front, in the order of the
 * samples. Fields without an image are left out. The tensors are copies, so a batch never shares memory with a cache.
 */
export function collate(samples: readonly Sample[], rule: BatchRule): Sample {
  const [first] = samples;
  const fields = imagesOf(first!).map(([field]) => field);
  if (fields.length === 0)
    throw new TomoError("TOMO_BATCH_SHAPE", "no field holds an image", {
      where: { case: first!.caseId },
      hint: "the first transform must load the files, for example LoadNifti",
    });
  const patches = samples.map(patchesOf);
  return {
    caseId: samples.map(({ caseId }) => caseId).join(", "),
    index: first!.index,
    fields: Object.fromEntries(
      fields.map((field) => {
        const images = samples.map((sample, n) => imageIn(sample, field, patches[n]!, rule));
        for (const [n, image] of images.entries()) checkAlike(samples, images[0]!, n, image, field);
        return [field, stacked(images)];
      }),
    ),
  };
}

function stacked(images: readonly MedicalImage[]): MedicalImage {
  const { format } = images[0]!;
  const tensors: Tensor[] = images.map(({ data }) => data);
  if (batchAxis(format) === 0) return medicalImage(ops.cat(tensors, { dim: 0 }), format);
  return medicalImage(ops.stack(tensors, { dim: 0 }), `N${format}` as ShapeFormat);
}

function imageIn(sample: Sample, field: string, patches: number, rule: BatchRule): MedicalImage {
  const image = sample.fields[field];
  const where = { case: sample.caseId, field };
  if (!isImage(image))
    throw new TomoError("TOMO_BATCH_SHAPE", `field "${field}" holds no image, in other cases it does`, {
      where,
    });
  const shape = image.data.shape;
  if (channelAxis(image.format) < 0)
    throw new TomoError("TOMO_BATCH_SHAPE", `${field} has no channel axis`, {
      where,
      given: `${image.format} ${shape.join("x")}`,
      hint: "add ConvertToChannelsFirst after the loader",
    });
  const own = batchAxis(image.format) === 0 ? shape[0]! : 1;
  if (own !== patches)
    throw new TomoError("TOMO_BATCH_SHAPE", `${field} has ${own} patches, another field has ${patches}`, {
      where,
      hint: "name all image fields in the transform that makes the batch",
    });
  if (own > 1 && !rule.batchedByTransforms && !rule.mergedFields.includes(field))
    throw new TomoError("TOMO_BATCHING", `a transform made a batch of ${own} patches in field "${field}"`, {
      where,
      expected: "one patch a case, since batched_by_transforms is false",
      hint: `set batched_by_transforms to true, or add {"name": "MergeBatchDims", "args": {"fields": ["${field}"]}} to train.batch_transforms`,
    });
  return image;
}

function checkAlike(
  samples: readonly Sample[],
  first: MedicalImage,
  n: number,
  image: MedicalImage,
  field: string,
): void {
  const shape = (of: MedicalImage) => of.data.shape.slice(batchAxis(of.format) + 1).join("x");
  if (first.format === image.format && shape(first) === shape(image)) return;
  const [one, other] = [samples[0]!.caseId, samples[n]!.caseId];
  throw new TomoError(
    "TOMO_BATCH_SHAPE",
    `${field} of case ${other} is ${shape(image)} (${image.format}), of case ${one} ${shape(first)} (${first.format})`,
    {
      where: { case: other, field },
      expected: "one shape for all images of a batch",
      hint: "bring all to one size (ScaleToShape, or a crop of fixed size), or set output_batch_size to 1",
    },
  );
}

/** Image fields of a sample in their order. */
export const imagesOf = (sample: Sample): [string, MedicalImage][] =>
  Object.entries(sample.fields).flatMap(([field, value]) =>
    isImage(value) ? [[field, value] as [string, MedicalImage]] : [],
  );
