import type { LabelFormat } from "../../components/contracts.ts";
import { loadedFields } from "../../components/registry.ts";
import { type Datalist, type DatalistOptions, readDatalist } from "../../config/datalist.ts";
import type { DatalistItem } from "../../config/datalist_item.ts";
import type { ValidationPlan } from "../../config/plans.ts";
import type { JobOptions } from "../train/job.ts";

/** A validation or inference run, ready to be handed to the thread that does it: plain data. */
export interface ValidationJob {
  readonly workflow: "validate" | "infer";
  readonly plan: ValidationPlan;
  readonly items: readonly DatalistItem[];
  /** Where the items came from, to read them again when the network turns out to be a classifier. */
  readonly list: DatalistOptions;
  /** The label_format that the datalist states; null where it states none. */
  readonly statedFormat: LabelFormat | null;
  /** Folder that image paths are shown relative to. */
  readonly dataRoot: string | null;
  /** "auto", "cpu", "cuda" or "cuda:1". */
  readonly device: string;
  /** Native threads of the run's thread; null = one a core. */
  readonly threads: number | null;
}

/**
 * Labels are needed only where metrics are asked for.
 * @param checked The datalist as the check of the config has read it; left out, it is read here
 * @throws TomoErrors for lists and files that are missing
 */
export function validationJob(
  workflow: ValidationJob["workflow"],
  plan: ValidationPlan,
  options: JobOptions = {},
  checked?: Datalist,
): ValidationJob {
  const { DATASET_JSON, DATA_LIST_KEY, DATA_ROOT, do_validation } = plan.globals;
  const labels = do_validation ? loadedFields(plan.label_transforms) : [];
  const list: DatalistOptions = {
    file: DATASET_JSON,
    key: DATA_LIST_KEY,
    baseDir: DATA_ROOT,
    pathFields: [...new Set([...loadedFields(plan.pre_transforms), ...labels])],
    where: { file: plan.configFile, configPath: "DATASET_JSON" },
  };
  const { items, labelFormat: statedFormat } = checked ?? readDatalist(list);
  return {
    workflow,
    plan,
    items,
    list,
    statedFormat,
    dataRoot: DATA_ROOT,
    device: options.device ?? "auto",
    threads: options.threads ?? null,
  };
}
