import type { Inferer, Network } from "../../components/contracts.ts";
import type { PipelineSettings } from "../../components/image_pipelines/settings.ts";
import type { ComponentSpec } from "../../config/component_spec.ts";
import { TomoError, TomoErrors, type Where } from "../../errors/tomo_error.ts";

export interface SizeQuestion {
  /** For example "output_crop_size". */
  readonly name: string;
  /** Voxels in file order; null = whole images, which can only be checked one by one. */
  readonly size: readonly number[] | null;
  readonly training: boolean;
  readonly batch: number;
  readonly where: Where;
}

/** @throws TomoErrors TOMO_NETWORK_SIZE, one a size that the network cannot take */
export function checkSizes(network: Network, model: string, questions: readonly SizeQuestion[]): void {
  const errors = questions.flatMap((question) => sizeFault(network, model, question) ?? []);
  if (errors.length > 0) throw new TomoErrors(errors);
}

export function sizeFault(
  network: Network,
  model: string,
  { name, size, training, batch, where }: SizeQuestion,
): TomoError | null {
  const fault = size === null ? null : network.checkSize(size, { training, batch });
  if (fault === null) return null;
  return new TomoError(
    "TOMO_NETWORK_SIZE",
    `${model} cannot take ${name} [${size!.join(", ")}]: ${fault.reason}`,
    {
      where,
      given: `[${size!.join(", ")}]`,
      expected: `for example [${fault.nearest.join(", ")}]`,
    },
  );
}

/** Images a training batch: what a batching crop makes of a case, times the cases that the pipeline joins. */
export function batchOf(
  { batchedByTransforms, batchSize }: PipelineSettings,
  transforms: readonly ComponentSpec<"transforms">[],
): number {
  const patches = transforms.map(({ args }) => args.batch_size).find((size) => typeof size === "number") ?? 1;
  return batchedByTransforms ? patches : patches * batchSize;
}

/** The sizes that a config promises: of the training patches and of the windows of validation. */
export const promisedSizes = (
  pipeline: ComponentSpec<"image_pipelines">,
  cropSize: readonly number[] | null,
  batch: number,
  validation: { readonly inferer: Inferer; readonly spec: ComponentSpec<"inferers"> } | null,
): SizeQuestion[] => [
  { name: "output_crop_size", size: cropSize, training: true, batch, where: pipeline.where },
  ...(validation === null
    ? []
    : [
        {
          name: "roi_size",
          size: validation.inferer.roiSize,
          training: false,
          batch: 1,
          where: validation.spec.where,
        },
      ]),
];
