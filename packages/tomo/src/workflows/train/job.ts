import type { LabelFormat } from "../../components/contracts.ts";
import type { PipelineSettings } from "../../components/image_pipelines/settings.ts";
import { instantiate, loadedFields } from "../../components/registry.ts";
import type { ComponentSpec } from "../../config/component_spec.ts";
import { type Datalist, readDatalist } from "../../config/datalist.ts";
import type { DatalistItem } from "../../config/datalist_item.ts";
import type { TrainPlan } from "../../config/plans.ts";
import { type RunSeeds, seedsOf } from "../seeds.ts";

/** A training run, ready to be handed to the thread that does it: plain data. */
export interface TrainJob {
  readonly workflow: "train";
  readonly plan: TrainPlan;
  readonly seeds: RunSeeds;
  readonly training: DataSource;
  readonly validation: DataSource | null;
  /** "auto", "cpu", "cuda" or "cuda:1". */
  readonly device: string;
  /** Native threads of the training thread; null = one a core. */
  readonly threads: number | null;
  /** Whether operators, loader tasks and memory are recorded. */
  readonly profile: boolean;
}

export interface DataSource {
  readonly settings: PipelineSettings;
  readonly items: readonly DatalistItem[];
  /** Null in segmentation. */
  readonly labelFormat: LabelFormat | null;
}

export interface JobOptions {
  readonly device?: string;
  readonly threads?: number;
  readonly profile?: boolean;
}

/** The datalists of a plan; validation is null where the plan has none. */
export interface TrainLists {
  readonly training: Datalist;
  readonly validation: Datalist | null;
}

/**
 * @param lists As the check of the config has read them; left out, they are read here
 * @throws TomoErrors for lists and files that are missing, and labels that do not fit
 */
export function trainJob(
  plan: TrainPlan,
  options: JobOptions = {},
  lists: TrainLists = readLists(plan),
): TrainJob {
  const { train, validate, globals } = plan;
  const training = dataSource(train.image_pipeline, lists.training);
  const validation = validate && lists.validation && dataSource(validate.image_pipeline, lists.validation);
  return {
    workflow: "train",
    plan,
    seeds: seedsOf(globals.determinism),
    training,
    validation,
    device: options.device ?? "auto",
    threads: options.threads ?? null,
    profile: options.profile ?? false,
  };
}

const readLists = ({ train, validate }: TrainPlan): TrainLists => ({
  training: readList(train.image_pipeline, train.pre_transforms),
  validation: validate && readList(validate.image_pipeline, validate.pre_transforms),
});

function readList(
  pipeline: ComponentSpec<"image_pipelines">,
  transforms: readonly ComponentSpec<"transforms">[],
): Datalist {
  const settings = instantiate(pipeline);
  return readDatalist({
    file: settings.dataListFilePath,
    key: settings.dataListKey,
    baseDir: settings.dataFileBaseDir,
    pathFields: loadedFields(transforms),
    ...(settings.task === "classification"
      ? { labels: { format: settings.labelFormat, required: true } }
      : {}),
    where: pipeline.where,
  });
}

function dataSource(
  pipeline: ComponentSpec<"image_pipelines">,
  { items, labelFormat }: Datalist,
): DataSource {
  const settings = instantiate(pipeline);
  return { settings, items, labelFormat: settings.task === "classification" ? labelFormat : null };
}
