import { existsSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { counted } from "../check/counts.ts";
import { registry } from "../components/registry.ts";
import { editorSettings, schemaFileName, schemaKinds, schemaOf } from "../config/schema/index.ts";
import { TomoError } from "../errors/tomo_error.ts";
import { classificationTraining, classificationValidation } from "./classification_configs.ts";
import { planClassification } from "./classification_plan.ts";
import type { Decision, MachineFacts } from "./decision.ts";
import { findData } from "./find_data.ts";
import { type FoundCase, type FoundData, type InitTask, some } from "./found.ts";
import { jsonText } from "./json_text.ts";
import { lookAtPictures } from "./look_pictures.ts";
import { lookAtVolumes } from "./look_volumes.ts";
import { readmeText } from "./readme.ts";
import { segmentationTraining, segmentationValidation } from "./segmentation_configs.ts";
import { planSegmentation, type SegmentationModel } from "./segmentation_plan.ts";
import { labelStrata, type Split, splitCases } from "./split.ts";
import { requireTarget, type Written, writeMmar } from "./target.ts";

export interface InitOptions {
  /** Absolute folder of the new MMAR. */
  readonly folder: string;
  /** Absolute path of a folder, a datalist or a table. */
  readonly data: string;
  readonly task: InitTask;
  /** Of segmentation; SegResnet when left out. */
  readonly model?: SegmentationModel;
  readonly force: boolean;
  /** Absolute; where runs will be started, as far as anybody knows. */
  readonly cwd: string;
  readonly machine: MachineFacts;
}

export interface InitResult {
  /** What the data was recognised as, and how many cases it has. */
  readonly found: { readonly layout: string; readonly root: string; readonly counts: string };
  readonly decisions: readonly Decision[];
  readonly warnings: readonly string[];
  readonly files: Written;
}

/** The configs of a task, and why they are so. */
interface Configs {
  readonly train: object;
  readonly validation: object;
  readonly decisions: readonly Decision[];
  readonly warnings: readonly string[];
}

/**
 * Makes an MMAR for the data of a folder: finds images and labels, splits them, looks at some, and writes datalist,
 * configs, variables, README and settings for VS Code.
 * @throws TomoError TOMO_INIT_FOLDER, TOMO_DATA_LAYOUT, TOMO_LABEL_RANGE, TOMO_LABEL_FORMAT, and as the readers of files
 */
export function initMmar(options: InitOptions): InitResult {
  const { folder, data, task, force } = options;
  requireTarget(folder, force);
  const found = findData(data, task, folder);
  const { split, decision } = splitOf(found, task);
  const configs =
    task === "segmentation" ? segmentation(found, split, options) : classification(found, split, options);
  const place = dataPlace(found.root, options);
  const counts = [
    `${counted(split.training.length, "training case")}, ${split.validation.length} for validation`,
    ...(found.test.length === 0 ? [] : [`${found.test.length} for test`]),
  ].join(", ");
  const decisions = [decision, ...configs.decisions, place];
  const warnings = [...found.warnings, ...configs.warnings, ...leaks(split), ...oneSided(found, split)];
  const hasTest = found.test.length > 0;
  const readme = readmeText({
    task,
    layout: found.layout,
    root: found.root,
    counts,
    decisions,
    warnings,
    hasTest,
  });
  const files = new Map<string, string>([
    ["config/config_train.json", withSchema("train", configs.train)],
    ["config/config_validation.json", withSchema("validation", configs.validation)],
    ["config/environment.json", withSchema("environment", environment(task, place.root, options))],
    ["config/dataset_0.json", withSchema("datalist", datalist(found, split))],
    ["README.md", readme],
    [".vscode/settings.json", jsonText(editorSettings((kind) => `./.vscode/tomo/${schemaFileName(kind)}`))],
    ...schemaKinds.map(
      (kind) =>
        [
          `.vscode/tomo/${schemaFileName(kind)}`,
          `${JSON.stringify(schemaOf(kind, registry), null, 1)}\n`,
        ] as const,
    ),
  ]);
  return {
    found: { layout: found.layout, root: found.root, counts },
    decisions: decisions.map(({ what, why }) => ({ what, why })),
    warnings,
    files: writeMmar(folder, files),
  };
}

function splitOf(found: FoundData, task: InitTask): { readonly split: Split; readonly decision: Decision } {
  const { training, validation } = found;
  if (validation !== null)
    return {
      split: { training, validation },
      decision: { what: "split: as the data has it", why: "it names its validation cases" },
    };
  const groups = new Set(training.map(({ group }) => group));
  if (groups.size < 2)
    throw new TomoError("TOMO_DATA_LAYOUT", "there is only one case (or patient) with a label", {
      where: { file: found.root },
      expected: "at least two, one to train on and one to validate on",
    });
  const known = groups.size < training.length;
  const stratified = task === "classification";
  return {
    split: splitCases(training, stratified ? labelStrata(training) : () => ""),
    decision: {
      what: `split: a fifth of the ${known ? "patients" : "cases"}${stratified ? " of each class" : ""} validates`,
      why: `the data names no validation cases; drawn by a hash of the ${known ? "patient" : "name"}, so always the same`,
    },
  };
}

function segmentation(found: FoundData, { training, validation }: Split, options: InitOptions): Configs {
  const facts = lookAtVolumes(found.root, [...training, ...validation]);
  const { model = "SegResnet", machine } = options;
  const { plan, decisions, warnings } = planSegmentation(found, facts, training.length, model, machine);
  return {
    train: segmentationTraining(plan),
    validation: segmentationValidation(plan),
    decisions,
    warnings: [...facts.warnings, ...warnings],
  };
}

function classification(found: FoundData, { training }: Split, { machine }: InitOptions): Configs {
  const facts = lookAtPictures(found.root, training);
  const { plan, decisions } = planClassification(found, facts, training.length, machine);
  return {
    train: classificationTraining(plan),
    validation: classificationValidation(plan),
    decisions,
    warnings: [],
  };
}

/** Patients on both sides, which flatters the validation; a split that the data has is followed all the same. */
function leaks({ training, validation }: Split): string[] {
  const trained = new Set(training.map(({ group }) => group));
  const both = [...new Set(validation.map(({ group }) => group))].filter((group) => trained.has(group));
  return both.length === 0
    ? []
    : [`train and validate, which makes the validation look better than it is: ${some(both)}`];
}

/** Labels of which a side has no case, or none without it: they cannot be learned, or not measured. */
function oneSided({ labelFormat, classNames }: FoundData, split: Split): string[] {
  if (labelFormat === null) return [];
  return (["training", "validation"] as const).flatMap((side) => {
    const cases: readonly FoundCase[] = split[side];
    const odd = labelFormat.flatMap((classes, at) => {
      const there = new Set(cases.map(({ label }) => Number(label[at])));
      const wanted = Array.from({ length: Math.max(2, classes) }, (_, value) => value);
      const absent = wanted.filter((value) => !there.has(value));
      if (classes > 1) return absent.map((value) => classNames?.[value] ?? `class ${value}`);
      return absent.length > 0 ? [classNames?.[at] ?? `label ${at}`] : [];
    });
    const what = side === "training" ? "cannot be learned" : "cannot be measured";
    return odd.length === 0 ? [] : [`${what}, since all cases of ${side} are alike in it: ${odd.join(", ")}`];
  });
}

/**
 * Where DATA_ROOT points: below the MMAR relative, so that the folder can be moved, else absolute. Runs look up a
 * relative path in the working directory first, so one that would be found there too is made absolute.
 */
function dataPlace(root: string, { folder, cwd }: InitOptions): Decision & { readonly root: string } {
  const below = relative(folder, root).split(sep).join("/");
  const isBelow = below !== "" && !below.startsWith("..") && !isAbsolute(below);
  if (isBelow && !hides(below, folder, cwd))
    return { root: below, what: `DATA_ROOT: ${below}`, why: "the data lies in the MMAR, which can be moved" };
  return {
    root,
    what: `DATA_ROOT: ${root}`,
    why: isBelow ? `the working directory has a ${below} too` : "the data lies outside the MMAR",
  };
}

/** Whether the working directory has something else under a relative path of the MMAR. */
const hides = (path: string, folder: string, cwd: string): boolean =>
  resolve(cwd) !== resolve(folder) && existsSync(join(cwd, path));

function environment(task: InitTask, root: string, { folder, cwd }: InitOptions): object {
  const list = "config/dataset_0.json";
  return {
    DATA_ROOT: root,
    DATASET_JSON: hides(list, folder, cwd) ? join(folder, list) : list,
    PROCESSING_TASK: task,
    MMAR_CKPT_DIR: "models",
    MMAR_EVAL_OUTPUT_PATH: "eval",
    ...(task === "classification" ? { PRETRAIN_WEIGHTS_FILE: "" } : {}),
    DATA_LIST_KEY: "validation",
  };
}

function datalist({ labelFormat, classNames, modality, layout, test }: FoundData, split: Split): object {
  const plain = ({ image, label }: FoundCase) => ({ image, label });
  const names =
    classNames === null ? {} : labelFormat === null ? { labels: { ...classNames } } : { classes: classNames };
  return {
    description: `By tomo init from ${layout}`,
    ...(modality === null ? {} : { modality: { 0: modality } }),
    ...names,
    ...(labelFormat === null ? {} : { label_format: labelFormat }),
    training: split.training.map(plain),
    validation: split.validation.map(plain),
    ...(test.length === 0 ? {} : { test: test.map((image) => ({ image })) }),
  };
}

const withSchema = (kind: (typeof schemaKinds)[number], content: object): string =>
  jsonText({ $schema: `../.vscode/tomo/${schemaFileName(kind)}`, ...content });
