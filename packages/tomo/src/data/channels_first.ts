import { ops, type Tensor } from "@tomo/torch";
import type { MedicalImage } from "./medical_image.ts";
import { batchAxis, channelAxis } from "./shape_format.ts";

/**
 * The array as [C, spatial], a view where possible: an image without a channel axis gets one of size 1, a batch
 * axis of size 1 is dropped.
 * @throws RangeError for a batch of several images
 */
export function channelsFirst({ data, format }: MedicalImage): Tensor {
  const batched = batchAxis(format) === 0;
  if (batched && data.shape[0] !== 1) throw new RangeError(`a batch of ${data.shape[0]} is not one image`);
  const single = batched ? ops.select(data, 0, 0) : data;
  if (channelAxis(format) < 0) return ops.unsqueeze(single, 0);
  const axis = channelAxis(format) - (batched ? 1 : 0);
  return axis === 0 ? single : ops.movedim(single, [axis], [0]);
}
