import { dirname } from "node:path";
import { instantiate, loadedFields } from "../components/registry.ts";
import type { CheckContext } from "../config/check/context.ts";
import { Findings } from "../config/check/findings.ts";
import type { ComponentLookup, ComponentSpec } from "../config/component_spec.ts";
import type { ResolvedConfig } from "../config/resolve.ts";
import { draftValidation, type ValidationDraft } from "../config/validation_config.ts";
import type { TomoError } from "../errors/tomo_error.ts";
import { sizeText } from "./chain/delivered.ts";
import { followEvaluation, type ModelFacts } from "./chain/evaluation.ts";
import { type Host, pathOf } from "./chain/host.ts";
import { type CheckedList, datalistFaults, noList, type ReadSource } from "./checked_list.ts";
import { type ListFacts, readDataFacts, readOnce } from "./data_facts.ts";
import { compareWithTraining } from "./differences.ts";
import { checkRepeatedFiles } from "./repeated_files.ts";
import type { Summary } from "./report.ts";
import { outputBytes, type TrainingCheck } from "./training_file.ts";

export interface ValidationCheck {
  readonly context: CheckContext;
  readonly draft: ValidationDraft;
  readonly list: CheckedList;
  readonly dataErrors: readonly TomoError[];
  readonly summary: Summary;
}

/** A validation config with what its checks need. */
export interface PreparedEvaluation {
  readonly context: CheckContext;
  readonly host: Host;
  readonly draft: ValidationDraft;
  readonly list: ListFacts | null;
  readonly model: ModelFacts | null;
  /** Whether metrics are computed. */
  readonly labelled: boolean;
  readonly read: ReadSource;
}

/** @param most How many cases are looked at */
export function prepareEvaluation(
  resolved: ResolvedConfig,
  training: TrainingCheck | null,
  lookup: ComponentLookup,
  most?: number,
): PreparedEvaluation {
  const context: CheckContext = { resolved, lookup, findings: new Findings(resolved) };
  const draft = draftValidation(context);
  const { globals } = draft;
  const read = readOnce();
  const list =
    globals === undefined
      ? null
      : readDataFacts(globals.DATASET_JSON, globals.DATA_LIST_KEY, globals.DATA_ROOT, most, read).list;
  const model = training !== null && loadsFrom(draft, training) ? modelOf(training) : null;
  const labelFormat = model?.task === "classification" ? (list?.labelFormat ?? null) : null;
  const host: Host = { check: context, labels: labelNames(draft), labelFormat, unreadable: [], model: null };
  return { context, host, draft, list, model, labelled: hasLabels(resolved, draft, list), read };
}

/**
 * Everything that can be known of a validation config without loading a voxel.
 * @param training The training config of the same MMAR, if there is one: what it says of the model is believed where the
 * model is loaded from its folder
 */
export function checkValidation(
  resolved: ResolvedConfig,
  training: TrainingCheck | null,
  lookup: ComponentLookup,
): ValidationCheck {
  const { context, host, draft, list, model, labelled, read } = prepareEvaluation(resolved, training, lookup);
  const { window } = followEvaluation(host, draft, { list, model, labelled });
  if (training?.draft.train != null)
    compareWithTraining(
      context,
      {
        resolved: training.context.resolved,
        path: ["train", "pre_transforms"],
        specs: training.draft.train.pre_transforms,
      },
      { resolved, path: ["pre_transforms"], specs: draft.pre_transforms },
    );
  const classes = model?.network?.outChannels ?? null;
  const checked = listFaults(context, draft, list, read);
  checkRepeatedFiles(context, checked.list, read);
  warnOfLoader(context, draft);
  return {
    context,
    draft,
    list: checked,
    dataErrors: [...checked.errors, ...host.unreadable],
    summary: {
      model: model?.name ?? null,
      cases: { training: null, validation: list?.cases ?? null },
      step: stepText(draft.inferer, window),
      memory: {
        cache: null,
        cacheLimit: null,
        output: outputBytes(host, ["pre_transforms"], draft.pre_transforms, { list, classes }),
      },
    },
  };
}

/** A list without any labels is for inference, unless measuring is asked for in so many words. */
function hasLabels(
  { variables }: ResolvedConfig,
  { globals, label_transforms }: ValidationDraft,
  list: ListFacts | null,
): boolean {
  if (globals?.do_validation === false) return false;
  const asked = variables.get("do_validation")?.layers[0].layer !== "default";
  const wanted = [...loadedFields(label_transforms), "label"];
  return asked || list === null || wanted.some((field) => list.fields.includes(field));
}

function listFaults(
  context: CheckContext,
  { globals, pre_transforms, label_transforms }: ValidationDraft,
  list: ListFacts | null,
  read: ReadSource,
): CheckedList {
  if (globals === undefined) return noList;
  const { DATASET_JSON: file, DATA_LIST_KEY: key, DATA_ROOT: baseDir } = globals;
  const where = { file: context.resolved.source.file, configPath: "DATASET_JSON" };
  const labels = globals.do_validation ? loadedFields(label_transforms) : [];
  const fields = [...new Set([...loadedFields(pre_transforms), ...labels])];
  return datalistFaults(
    context,
    { file, key, baseDir, where },
    {
      fields,
      folders: [...pre_transforms, ...label_transforms].some(({ module }) => module !== undefined),
      list,
      path: ["DATASET_JSON"],
      key: ["DATA_LIST_KEY"],
      folder: baseDir === null ? null : ["DATA_ROOT"],
    },
    read,
  );
}

/** A loader that cannot run yet; its config is checked all the same. */
function warnOfLoader({ findings, lookup }: CheckContext, { model_loader: loader }: ValidationDraft): void {
  const reason = loader && lookup.find("model_loaders", loader.name)?.notYet;
  if (loader === null || reason == null) return;
  findings.warn("TOMO_NOT_RUNNABLE", `${loader.name} ${reason.what}`, [...pathOf(loader), "name"], {
    hint: reason.instead,
  });
}

/** Whether the model comes from the folder that the training config writes to. */
function loadsFrom({ model_loader }: ValidationDraft, { draft }: TrainingCheck): boolean {
  const { checkpoint_dir, model_file_path } = model_loader?.args ?? {};
  const folder = draft.globals?.MMAR_CKPT_DIR;
  return (
    folder !== undefined &&
    (checkpoint_dir === folder ||
      (typeof model_file_path === "string" && dirname(model_file_path) === folder))
  );
}

function modelOf({ draft: { train }, network }: TrainingCheck): ModelFacts | null {
  if (train?.model == null || train.image_pipeline === null) return null;
  const { task, imageChannels, cropSize } = instantiate(train.image_pipeline);
  return { name: train.model.name, network, task, inChannels: imageChannels, trainingSize: cropSize };
}

function labelNames(draft: ValidationDraft): ReadonlySet<string> {
  const specs: readonly ComponentSpec[] = [
    ...draft.pre_transforms,
    ...draft.label_transforms,
    ...draft.val_metrics,
  ];
  return new Set(
    specs.flatMap(({ args }) => (typeof args.label_field === "string" ? [args.label_field] : [])),
  );
}

/** `windows of 160×160×160, 3 a call`. */
function stepText(
  inferer: ComponentSpec<"inferers"> | null,
  window: readonly number[] | null | undefined,
): string | null {
  if (inferer === null || window === undefined) return null;
  if (window === null) return "whole images";
  const { batch_size: batch } = inferer.args;
  return `windows of ${sizeText(window).replaceAll("x", "×")}${typeof batch === "number" ? `, ${batch} a call` : ""}`;
}
