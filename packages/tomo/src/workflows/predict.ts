import { noGrad, ops, scope, type Tensor } from "@tomo/torch";
import type { Inferer, Network } from "../components/contracts.ts";
import { imageOf } from "../components/transforms/image_of.ts";
import { channelsFirst } from "../data/channels_first.ts";
import { type MedicalImage, medicalImage } from "../data/medical_image.ts";
import type { Sample } from "../data/sample.ts";
import { formatOf, spatialRank } from "../data/shape_format.ts";
import { TomoError } from "../errors/tomo_error.ts";

export interface Predictor {
  readonly network: Network;
  readonly inferer: Inferer;
  readonly inChannels: number;
  readonly device: string;
}

/**
 * The network's activated output for the field `image` of a case: [K, spatial] in float32 on the CPU, without
 * properties (CopyProperties gives it the affine). The caller disposes it.
 * @throws TomoError TOMO_SHAPE_MISMATCH for another number of channels, TOMO_NETWORK_SIZE for a whole image that does not
 * fit, TOMO_NOT_FINITE for NaN in the output
 */
export function predict(sample: Sample, { network, inferer, inChannels, device }: Predictor): MedicalImage {
  const image = imageOf(sample, "image");
  const data = scope(() =>
    noGrad(() => {
      const input = ops.unsqueeze(channelsFirst(image), 0);
      checkChannels(sample, input.shape[1]!, inChannels);
      if (inferer.roiSize === null) checkSize(sample, network, input.shape.slice(2));
      const moved = ops.to(input, { dtype: "float32", device });
      const output = inferer.infer(moved, (windows) => forward(network, windows));
      const found = ops.to(ops.select(output, 0, 0), { dtype: "float32", device: "cpu" });
      checkFinite(sample, found);
      return found;
    }),
  );
  return medicalImage(data, formatOf({ rank: spatialRank(image.format), channel: "first" }));
}

/** Channels first on both sides, whatever the network's own layout. */
function forward(network: Network, windows: Tensor): Tensor {
  if (network.dataFormat === "channels_first") return network.predict(windows);
  return ops.movedim(network.predict(ops.contiguous(ops.movedim(windows, [1], [-1]))), [-1], [1]);
}

function checkChannels(sample: Sample, given: number, expected: number): void {
  if (given === expected) return;
  throw new TomoError(
    "TOMO_SHAPE_MISMATCH",
    `the image has ${given} channels, the network takes ${expected}`,
    {
      where: { case: sample.caseId, field: "image" },
      hint: "output_image_channels of the training pipeline says how many channels the network takes",
    },
  );
}

/** A window was checked before the run; whole images differ from case to case. */
function checkSize(sample: Sample, network: Network, size: readonly number[]): void {
  const fault = network.checkSize(size, { training: false, batch: 1 });
  if (fault === null) return;
  throw new TomoError("TOMO_NETWORK_SIZE", `the network cannot take the image: ${fault.reason}`, {
    where: { case: sample.caseId, field: "image" },
    given: `[${size.join(", ")}]`,
    expected: `for example [${fault.nearest.join(", ")}]`,
    hint: "TFScanWindowInferer takes images of any size",
  });
}

/** NaN or infinity anywhere makes the sum non-finite; so does an overflow, which activated outputs cannot reach. */
function checkFinite(sample: Sample, output: Tensor): void {
  if (Number.isFinite(scope(() => ops.sum(output, { dtype: "float64" }).item()))) return;
  throw new TomoError("TOMO_NOT_FINITE", "the network's output holds NaN or infinity", {
    where: { case: sample.caseId, field: "model" },
    hint: "the image may hold NaN, or training diverged; try without use_amp, or an earlier checkpoint",
  });
}
