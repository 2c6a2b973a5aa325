import type { MedicalImage } from "../../data/medical_image.ts";
import { batchAxis, channelAxis } from "../../data/shape_format.ts";
import { TomoError, type Where } from "../../errors/tomo_error.ts";

/** An image that a transform cannot work on: `message` says why, the details what would be right. */
export const unfit = (
  where: Where,
  image: MedicalImage,
  message: string,
  details: { expected?: string; hint?: string } = {},
): TomoError =>
  new TomoError("TOMO_IMAGE_UNFIT", message, {
    where,
    given: `${image.format} [${image.data.shape.join(", ")}]`,
    ...details,
  });

/** Length of the channel axis; 1 where there is none. */
export const channelsOf = (image: MedicalImage): number => image.data.shape[channelAxis(image.format)] ?? 1;

/** Index of the channel axis. @throws TomoError TOMO_IMAGE_UNFIT where there is none */
export function requireChannelAxis(image: MedicalImage, where: Where): number {
  const axis = channelAxis(image.format);
  if (axis >= 0) return axis;
  throw unfit(where, image, "the image has no channel axis", {
    hint: "put ConvertToChannelsFirst or ConvertToChannelsLast before this transform",
  });
}

/** @throws TomoError TOMO_IMAGE_UNFIT for an image that already is a batch of patches */
export function requireNoBatch(image: MedicalImage, where: Where): void {
  if (batchAxis(image.format) >= 0)
    throw unfit(where, image, "the image already is a batch of patches", {
      expected: "a single image",
      hint: "use one transform that makes batches, and put it after the loader",
    });
}

/** @throws TomoError TOMO_IMAGE_UNFIT where an argument has another number of entries than the image spatial axes */
export function requireRank(
  image: MedicalImage,
  rank: number,
  given: readonly number[],
  argument: string,
  where: Where,
): void {
  if (given.length !== rank)
    throw unfit(where, image, `${argument} has ${given.length} entries, the image ${rank} spatial axes`, {
      expected: `${argument} with ${rank} entries`,
    });
}
