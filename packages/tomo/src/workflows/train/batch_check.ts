import type { Network } from "../../components/contracts.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import type { Batch } from "../../pipeline/loader.ts";
import { sizeFault } from "./sizes.ts";

/**
 * Checks that the network can take a batch: number of channels, and sizes that it has not seen before.
 * @returns a function that throws TOMO_SHAPE_MISMATCH or TOMO_NETWORK_SIZE with the cases
 */
export function batchCheck(network: Network, model: string, inChannels: number): (batch: Batch) => void {
  const seen = new Set<string>();
  return ({ fields, cases }) => {
    const shape = fields.image?.shape;
    if (shape === undefined || seen.has(String(shape))) return;
    const where = { case: [...new Set(cases)].join(", "), field: "image" };
    const last = network.dataFormat === "channels_last";
    const channels = last ? shape.at(-1)! : shape[1]!;
    const size = last ? shape.slice(1, -1) : shape.slice(2);
    if (channels !== inChannels)
      throw new TomoError(
        "TOMO_SHAPE_MISMATCH",
        `the images have ${channels} channels, the network takes ${inChannels}`,
        {
          where,
          given: `an image of shape [${shape.join(", ")}]`,
          hint: "output_image_channels of the image pipeline says how many channels the network takes",
        },
      );
    const fault = sizeFault(network, model, {
      name: "the patch size",
      size,
      training: true,
      batch: shape[0]!,
      where,
    });
    if (fault !== null) throw fault;
    seen.add(String(shape));
  };
}
