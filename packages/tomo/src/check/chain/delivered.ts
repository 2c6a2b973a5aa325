import type { NetworkFacts } from "../../components/effects/effect.ts";
import {
  channelPlace,
  formatsText,
  type ImageFacts,
  type Length,
  ranksOf,
} from "../../components/effects/facts.ts";
import { differentGrids } from "../../components/effects/image_effects.ts";
import type { PipelineSettings } from "../../components/image_pipelines/settings.ts";
import { valueAt } from "../../config/check/context.ts";
import type { ConfigPath } from "../../config/source/path.ts";
import { fieldsPath, type Host, partingHint, reportError, stepText } from "./host.ts";
import { firstParting, type Part, type Point, type Step, trailOf } from "./point.ts";

/** What the network is promised, against what the transforms of a training config deliver. */
export interface Delivery {
  readonly host: Host;
  readonly point: Point;
  /** Path of the list of transforms. */
  readonly section: ConfigPath;
  readonly pipeline: { readonly settings: PipelineSettings; readonly path: ConfigPath };
  readonly network: NetworkFacts | null;
  readonly model: string;
}

export const imageIn = ({ sample }: Point, field: string): ImageFacts | null => {
  const facts = sample.fields.get(field);
  return facts?.holds === "image" ? facts : null;
};

/** The fields that the step needs must have been loaded. */
export function checkLoaded({ host, point, section, pipeline }: Delivery): void {
  const images = pipeline.settings.task === "segmentation" ? ["image", "label"] : ["image"];
  for (const field of images) {
    const facts = point.sample.fields.get(field);
    if (facts === undefined ? point.sample.open : facts.holds !== "path" && facts.holds !== "numbers")
      continue;
    if (facts === undefined)
      reportError(
        host,
        "TOMO_UNKNOWN_FIELD",
        `nothing makes the field "${field}", which training needs`,
        section,
        {
          at: "key",
          expected: `one of ${[...point.sample.fields.keys()].join(", ")} would have to be named "${field}"`,
          hint: 'Clara trains on the fields "image" and "label" of the datalist',
        },
      );
    else if (facts.holds === "path")
      reportError(host, "TOMO_NOT_LOADED", `no transform loads the field "${field}"`, section, {
        at: "key",
        hint: `add "${field}" to the fields of a loader such as LoadNifti`,
      });
    else
      reportError(
        host,
        "TOMO_FIELD_KIND",
        `the field "${field}" holds numbers, segmentation needs an image`,
        section,
        {
          at: "key",
          hint: "for labels that are numbers use ClassificationImagePipeline, with a model and a loss of that task",
        },
      );
  }
  const label = point.sample.fields.get("label");
  if (pipeline.settings.task === "classification" && label?.holds === "image")
    reportError(
      host,
      "TOMO_FIELD_KIND",
      'the field "label" is loaded as an image, classification needs the numbers of the datalist',
      lastStep(point, "label", "loadedGrid")?.path ?? section,
      { hint: 'take "label" out of the fields of the loader' },
    );
}

const lastStep = (point: Point, field: string, part: Part): Step | undefined =>
  trailOf(point, field).last[part];

/** Every image of a batch has a channel axis. */
export function checkChannelAxes({
  host,
  point,
  section,
}: Omit<Delivery, "pipeline" | "network" | "model">): void {
  for (const [field, facts] of point.sample.fields) {
    if (facts.holds !== "image" || channelPlace(facts) !== "none") continue;
    const loader = lastStep(point, field, "loadedGrid");
    reportError(
      host,
      "TOMO_NO_CHANNELS",
      `the field "${field}" reaches the network without a channel axis (${formatsText(facts)})`,
      loader === undefined ? section : [...loader.path, "name"],
      {
        expected: "a channel axis, also of length 1",
        hint: `add ConvertToChannelsFirst with "${field}" among its fields after ${loader?.name ?? "the loader"}`,
      },
    );
  }
}

/** Channels before or after the spatial axes, as the network takes them. */
export function checkLayout({ host, point, pipeline, network, model }: Delivery): void {
  const image = imageIn(point, "image");
  const place = image && channelPlace(image);
  const wanted = network?.dataFormat.replace("channels_", "");
  if (host.model === null || wanted === undefined || place === null || place === "none" || place === wanted)
    return;
  const step = lastStep(point, "image", "place");
  // of three that should agree the odd one out is to blame
  const stated = valueAt(host.check, [...pipeline.path, "args", "output_data_format"]);
  const blameModel = stated === `channels_${place}` || step === undefined;
  reportError(
    host,
    "TOMO_LAYOUT",
    `the images are channels-${place}, ${model} takes ${network!.dataFormat}`,
    blameModel ? [...host.model, "args", "data_format"] : [...step!.path, "name"],
    {
      hint: blameModel
        ? `set "data_format": "channels_${place}" in the args of ${model}`
        : `use ConvertToChannels${wanted === "first" ? "First" : "Last"}, or set "data_format": "channels_${place}" in the args of ${model}`,
    },
  );
}

/** Channels of the images that the chain delivers, against what the pipeline says and the network is built for. */
export function checkChannels({ host, point, pipeline }: Delivery, elsewhere: number | null): void {
  const delivered = imageIn(point, "image")?.channels ?? null;
  const stated = pipeline.settings.imageChannels;
  if (delivered === null || delivered === stated) return;
  const step = channelStep(point);
  const blameChain = elsewhere === stated && step !== undefined;
  const missing = delivered < stated && stated % delivered === 0 ? stated / delivered : null;
  const repeat = `RepeatChannel with repeat_times ${missing}${step === undefined ? "" : ` after ${stepText(host, step)}`}`;
  const set = `set "output_image_channels": ${delivered}`;
  reportError(
    host,
    "TOMO_CHANNELS",
    `the transforms deliver ${channelsText(delivered)}, output_image_channels is ${stated}`,
    blameChain ? [...step.path, "name"] : [...pipeline.path, "args", "output_image_channels"],
    {
      expected: String(blameChain ? stated : delivered),
      hint:
        missing !== null
          ? `${set}, or add ${repeat}`
          : `${set}${step === undefined ? "" : `; ${stepText(host, step)} made it ${delivered}`}`,
    },
  );
}

/** The step that made the channels as many as they are; of a loader alone, the step that gave them their axis. */
export function channelStep(point: Point): Step | undefined {
  const step = lastStep(point, "image", "channels");
  const loader = lastStep(point, "image", "loadedGrid");
  return step === undefined || step === loader ? (lastStep(point, "image", "place") ?? step) : step;
}

export const channelsText = (count: number): string => `${count} ${count === 1 ? "channel" : "channels"}`;

/** Spatial axes of data, pipeline and network. */
export function checkAxes({ host, point, pipeline, network, model }: Delivery): void {
  const { spatialDims } = pipeline.settings;
  const path = [...pipeline.path, "args", "output_crop_size"];
  const axes = network?.axes ?? null;
  const ranks = [imageIn(point, "image")].flatMap((image) => (image === null ? [] : ranksOf(image)));
  const agree = ranks.length !== 1 || ranks[0] === spatialDims;
  if (!agree)
    reportError(
      host,
      "TOMO_AXES",
      `output_crop_size has ${spatialDims} entries, the images ${ranks[0]} spatial axes`,
      path,
      {
        expected: `${ranks[0]} entries`,
      },
    );
  if (axes === null || host.model === null || axes === (agree ? spatialDims : ranks[0])) return;
  reportError(
    host,
    "TOMO_AXES",
    `${model} is ${axes}-D, the data is ${agree ? spatialDims : ranks[0]}-D`,
    [...host.model, "args", "n_spatial_dim"],
    { hint: `set "n_spatial_dim": ${agree ? spatialDims : ranks[0]} in the args of ${model}` },
  );
}

/** Size of what the chain delivers, against output_crop_size. */
export function checkCropSize({ host, point, pipeline, network, model }: Delivery): void {
  const { cropSize, batchSize, batchedByTransforms } = pipeline.settings;
  const size = imageIn(point, "image")?.size ?? null;
  if (cropSize === null || size === null || size.length !== cropSize.length) return;
  const path = [...pipeline.path, "args", "output_crop_size"];
  const step = lastStep(point, "image", "size");
  const by = step === undefined ? "" : ` (${stepText(host, step)})`;
  if (size.includes("varies")) {
    if (batchSize > 1 && !batchedByTransforms)
      reportError(
        host,
        "TOMO_PATCH_SIZE",
        `the transforms deliver images of different sizes${by}, which form no batch`,
        path,
        {
          expected: `${sizeText(cropSize)} voxels, as output_crop_size says`,
          hint: "add ScaleToShape or a crop of fixed size behind it",
        },
      );
    return;
  }
  if (size.every((length, axis) => length === null || length === cropSize[axis])) return;
  const fixed = size.every((length) => typeof length === "number") ? size : null;
  const fault = fixed && network?.checkSize(fixed, { training: true, batch: batchSize });
  const place = step && sizeArgument(host, step);
  if (
    fault != null &&
    place !== undefined &&
    network?.checkSize(cropSize, { training: true, batch: batchSize }) === null
  ) {
    reportError(
      host,
      "TOMO_PATCH_SIZE",
      `${step!.name} delivers ${sizeText(size)} voxels, output_crop_size says ${sizeText(cropSize)}`,
      place,
      {
        expected: JSON.stringify(cropSize),
        hint: `${model} cannot take ${sizeText(size)}: ${fault.reason}`,
      },
    );
    return;
  }
  reportError(host, "TOMO_PATCH_SIZE", `the transforms deliver ${sizeText(size)} voxels${by}`, path, {
    expected: JSON.stringify(size),
    hint: "output_crop_size does not crop; it must say what the transforms deliver",
  });
}

/** Where a transform states the size that it makes; undefined for one that does not. */
function sizeArgument({ check }: Host, { path }: Step): ConfigPath | undefined {
  const name = ["size", "target_shape"].find((one) => valueAt(check, [...path, "args", one]) !== undefined);
  return name === undefined ? undefined : [...path, "args", name];
}

export const sizeText = (size: readonly Length[]): string => size.map((length) => length ?? "?").join("x");

/** Image and label passed through the same crops, flips and resampling. */
export function checkGrids({ host, point, section }: Omit<Delivery, "pipeline" | "network" | "model">): void {
  const [image, label] = [imageIn(point, "image"), imageIn(point, "label")];
  if (image === null || label === null || !differentGrids(image, label)) return;
  const step = firstParting(point, "image", "label");
  reportError(
    host,
    "TOMO_DIFFERENT_GRIDS",
    'the fields "image" and "label" do not belong together any more',
    step === undefined ? section : fieldsPath(host, step),
    {
      expected: "both fields in every spatial transform",
      hint: partingHint(point, "image", "label"),
    },
  );
}
