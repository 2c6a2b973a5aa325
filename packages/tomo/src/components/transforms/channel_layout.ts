import { ops } from "@tomo/torch";
import { type MedicalImage, withData } from "../../data/medical_image.ts";
import { batchAxis, channelAxis, formatOf, spatialRank } from "../../data/shape_format.ts";

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
