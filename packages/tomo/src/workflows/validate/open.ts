import { manualSeed } from "@tomo/torch";
import type { LoadedModel } from "../../components/contracts.ts";
import { loadModules } from "../../components/own/load.ts";
import { instantiate } from "../../components/registry.ts";
import type { ModuleRef } from "../../config/component_spec.ts";
import type { DatalistItem } from "../../config/datalist_item.ts";
import { modulesIn } from "../../config/modules_in.ts";
import { buildTransforms } from "../../pipeline/transform_list.ts";
import { type Machine, precisionOf, prepareMachine } from "../device.ts";
import type { Precision } from "../events.ts";
import { sizeFault } from "../train/sizes.ts";
import type { CaseParts } from "./case.ts";
import { casesFor } from "./class_cases.ts";
import { imagePaths } from "./image_paths.ts";
import type { ValidationJob } from "./job.ts";
import { networkBuilder } from "./network_builder.ts";

/** Everything that a validation run holds while it lives, but the loader. */
export interface OpenValidation {
  readonly machine: Machine;
  readonly precision: Precision;
  readonly loaded: LoadedModel;
  readonly parts: CaseParts;
  /** Cases; their labels are checked against the label format of a classifier. */
  readonly items: readonly DatalistItem[];
  /** Names of the classes of a classifier, one a column; empty in segmentation. */
  readonly classNames: readonly string[];
  /** Files of the user's own components, that of the checkpoint's model among them. */
  readonly modules: readonly ModuleRef[];
}

/**
 * Loads the model and builds what is done with each case, in this thread.
 * @throws TomoError TOMO_CHECKPOINT_…, TOMO_NETWORK_SIZE
 */
export async function openValidation(
  job: ValidationJob,
  warn: (message: string) => void,
): Promise<OpenValidation> {
  const { globals, ...plan } = job.plan;
  await loadModules(modulesIn(job.plan));
  const machine = prepareMachine(job.device, job.threads);
  const precision = precisionOf(globals.use_amp);
  const modules = [...modulesIn(job.plan)];
  const loaded = await loadModel(job, machine, precision, { warn, loaded: (module) => modules.push(module) });
  const { network, inChannels, labelFormat } = loaded;
  const { items, classNames } = casesFor(job, loaded);
  const inferer = instantiate(plan.inferer)({ trainingSize: loaded.trainingSize });
  const question = {
    name: "roi_size",
    size: inferer.roiSize,
    training: false,
    batch: 1,
    where: plan.inferer.where,
  };
  const fault = sizeFault(network, "the network", question);
  if (fault !== null) throw fault;
  return {
    machine,
    precision,
    loaded,
    items,
    classNames,
    modules,
    parts: {
      batchSize: labelFormat === null ? 1 : globals.batch_size,
      labelFormat,
      datalistPath: imagePaths(items, job.dataRoot),
      predictor: { network, inferer, inChannels, device: machine.device },
      post: await buildTransforms(plan.post_transforms),
      label: globals.do_validation ? await buildTransforms(plan.label_transforms) : [],
      metrics: globals.do_validation ? plan.val_metrics.map((spec) => instantiate(spec)) : [],
      writers: globals.output_infer_result ? plan.writers.map((spec) => instantiate(spec)) : [],
      folder: globals.MMAR_EVAL_OUTPUT_PATH,
      warn,
    },
  };
}

async function loadModel(
  { plan }: ValidationJob,
  { device }: Machine,
  precision: Precision,
  { warn, loaded: tell }: { warn: (message: string) => void; loaded: (module: ModuleRef) => void },
): Promise<LoadedModel> {
  // dropout with infer_in_training_mode repeats from run to run
  manualSeed(0);
  const buildNetwork = networkBuilder(plan, warn, tell);
  const loaded = await instantiate(plan.model_loader)({ buildNetwork, precision, warn });
  loaded.network.module.to({ device }).train(loaded.trainingMode);
  return loaded;
}
