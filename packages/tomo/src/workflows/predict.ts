import { noGrad, ops, scope, type Tensor } from "@tomo/torch";
import type { Inferer, Network } from "../components/contracts.ts";
import { imageOf } from "../components/transforms/image_of.ts";
import { channelsFirst } from "../data/channels_first.ts";
import { medicalImage } from "../data/medical_image.ts";
import type { FieldValue, Sample } from "../data/sample.ts";
import { formatOf, spatialRank } from "../data/shape_format.ts";
import { TomoError } from "../errors/tomo_error.ts";
import { collate } from "../pipeline/collate.ts";

export interface Predictor {
  readonly network: Network;
  readonly inferer: Inferer;
  readonly inChannels: number;
  readonly device: string;
}

/**
 * The network's activated outputs for the field `image` of some cases, in float32 on the CPU: [N, K, spatial], or logits
 * [N, K] of a classification. Only a classification takes several cases at once. The caller disposes them.
 * @throws TomoError TOMO_SHAPE_MISMATCH for another number of channels, TOMO_NETWORK_SIZE for a whole image that does not
 * fit, TOMO_BATCH_SHAPE for images of different sizes, TOMO_NOT_FINITE for NaN in the output
 */
export function outputsOf(
  group: readonly Sample[],
  { network, inferer, inChannels, device }: Predictor,
): Tensor {
  return scope(() =>
    noGrad(() => {
      const input = inputOf(group);
      checkChannels(group[0]!, input.shape[1]!, inChannels);
      if (inferer.roiSize === null) checkSize(group[0]!, network, input.shape.slice(2));
      const moved = ops.to(input, { dtype: "float32", device });
      const output = inferer.infer(moved, (windows) => forward(network, windows));
      const found = ops.to(output, { dtype: "float32", device: "cpu" });
      checkFinite(group, found);
      return found;
    }),
  );
}

/** [N, C, spatial]; a view where possible, so that channels-last images stay so in memory. */
function inputOf(group: readonly Sample[]): Tensor {
  if (group.length === 1) return ops.unsqueeze(channelsFirst(imageOf(group[0]!, "image")), 0);
  const images = group.map(({ caseId, index, fields }) => ({
    caseId,
    index,
    fields: { image: fields.image! },
  }));
  const { data, format } = imageOf(collate(images, singlePatches), "image");
  return format.endsWith("C") ? ops.movedim(data, [-1], [1]) : data;
}

const singlePatches = { batchedByTransforms: false, mergedFields: [] };

/**
 * What the field `model` of case n holds: [K, spatial] without properties (CopyProperties gives it the affine), or in a
 * classification the K logits as numbers.
 */
export function modelField(group: readonly Sample[], outputs: Tensor, n: number): FieldValue {
  if (outputs.rank === 2) return scope(() => ops.select(outputs, 0, n).toArray());
  const { format } = imageOf(group[n]!, "image");
  return medicalImage(ops.select(outputs, 0, n), formatOf({ rank: spatialRank(format), channel: "first" }));
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

/** NaN anywhere makes both extremes NaN. */
function checkFinite(group: readonly Sample[], outputs: Tensor): void {
  const finite = (tensor: Tensor) =>
    scope(() => ops.aminmax(tensor).every((extreme) => Number.isFinite(extreme.item())));
  if (finite(outputs)) return;
  const bad = group.find((_, n) => scope(() => !finite(ops.select(outputs, 0, n))));
  throw new TomoError("TOMO_NOT_FINITE", "the network's output holds NaN or infinity", {
    where: { case: (bad ?? group[0]!).caseId, field: "model" },
    hint: "the image may hold NaN, or training diverged; try without use_amp, or an earlier checkpoint",
  });
}
