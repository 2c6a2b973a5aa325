import { ops } from "@tomo/torch";
import { type MedicalImage, withData } from "../../data/medical_image.ts";
import { batchAxis, channelAxis, formatOf, spatialRank } from "../../data/shape_format.ts";
import type { ImageEffect } from "../effects/effect.ts";

/** What `withChannels` does to what is known of an image. */
export const channelsPlaced =
  (place: "first" | "last"): ImageEffect =>
  (image) => {
    const placed = image.formats.map((format) =>
      formatOf({ rank: spatialRank(format), channel: place, batch: batchAxis(format) >= 0 }),
    );
    const none = image.formats.every((format) => channelAxis(format) < 0);
    return { ...image, formats: [...new Set(placed)], channels: none ? 1 : image.channels };
  };

/** The image with its channel axis before or after the spatial axes; one of length 1 is added where there is none. */
export function withChannels(image: MedicalImage, place: "first" | "last"): MedicalImage {
  const { data, format } = image;
  const batch = batchAxis(format) >= 0;
  const target = formatOf({ rank: spatialRank(format), channel: place, batch });
  if (target === format) return image;
  const [from, to] = [channelAxis(format), channelAxis(target)];
  const moved = from < 0 ? ops.unsqueeze(data, to) : ops.contiguous(ops.movedim(data, [from], [to]));
  return withData(image, moved, target);
}
