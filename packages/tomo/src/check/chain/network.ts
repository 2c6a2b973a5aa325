import type { NetworkFacts } from "../../components/effects/effect.ts";
import type { FieldFacts, ImageFacts } from "../../components/effects/facts.ts";
import { effectOf, instantiate } from "../../components/registry.ts";
import type { ComponentSpec } from "../../config/component_spec.ts";
import type { ConfigPath } from "../../config/source/path.ts";
import { formatOf, spatialRank } from "../../data/shape_format.ts";
import { sizeText } from "./delivered.ts";
import { type Host, pathOf, reportError } from "./host.ts";

/** The window that validation moves over an image; null = the network sees whole images. Undefined = not known. */
export function windowOf(
  inferer: ComponentSpec<"inferers">,
  trainingSize: readonly number[] | null,
): readonly number[] | null | undefined {
  try {
    return instantiate(inferer)({ trainingSize }).roiSize;
  } catch {
    return undefined;
  }
}

export function networkOf(
  model: ComponentSpec<"models">,
  data: { readonly spatialDims: number; readonly labelFormat: readonly number[] | null },
): NetworkFacts | null {
  return effectOf(model)?.(data) ?? null;
}

/** A size that the network cannot take is an error at the argument that states it. */
export function checkNetworkSize(
  host: Host,
  network: NetworkFacts | null,
  question: {
    readonly model: string;
    readonly name: string;
    readonly size: readonly number[] | null | undefined;
    readonly mode: { readonly training: boolean; readonly batch: number };
    readonly path: ConfigPath;
  },
): void {
  const { model, name, size, mode, path } = question;
  if (network === null || size === null || size === undefined) return;
  if (network.axes !== null && network.axes !== size.length) return;
  const fault = network.checkSize(size, mode);
  if (fault === null) return;
  reportError(
    host,
    "TOMO_NETWORK_SIZE",
    `${model} cannot take ${name} ${sizeText(size)}: ${fault.reason}`,
    path,
    {
      given: size,
      expected: `for example ${JSON.stringify(fault.nearest)}`,
    },
  );
}

/** Where the size of the window stands. */
export const windowPath = (inferer: ComponentSpec<"inferers">): ConfigPath => [
  ...pathOf(inferer),
  "args",
  "roi_size",
];

/** The field `model` of a validation sample. */
export function outputFacts(
  image: ImageFacts | null,
  network: NetworkFacts | null,
  isClassifier: boolean | null,
): FieldFacts {
  const activation = network?.finalActivation;
  const values = activation === undefined ? "output" : activation === "linear" ? "logits" : "probability";
  const length = network?.outChannels ?? null;
  if (isClassifier === null) return { holds: "unknown" };
  if (isClassifier) return { holds: "numbers", values: activation === undefined ? "logits" : values, length };
  const ranks = image === null ? [2, 3] : image.formats.map(spatialRank);
  return {
    holds: "image",
    formats: [...new Set(ranks.map((rank) => formatOf({ rank, channel: "first" })))],
    channels: length,
    size: image?.size ?? null,
    values,
    integers: false,
    levels: null,
    affine: false,
    patches: null,
    grid: image?.grid ?? null,
    loadedGrid: image?.loadedGrid ?? null,
  };
}
