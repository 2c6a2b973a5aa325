import { existsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { isList, isObject, type Json, type JsonObject } from "../config/source/json.ts";
import { readLargeSource } from "../config/source/read.ts";
import { TomoError } from "../errors/tomo_error.ts";
import { type FoundCase, type FoundData, firstPath, type ImagePath, type InitTask, some } from "./found.ts";
import { patientOf } from "./split.ts";

/**
 * A datalist that is there already: its lists, names of classes and label format are taken over.
 * @returns null where the file has no list of cases for this task
 * @throws TomoErrors TOMO_JSON_SYNTAX; TomoError TOMO_LABEL_FORMAT
 */
export function existingList(file: string, task: InitTask): FoundData | null {
  const { value } = readLargeSource(file);
  const root = dirname(file);
  const warnings: string[] = [];
  const lists = ["training", "validation"].map((key) => {
    const items = value[key];
    return isList(items) ? casesOf(items, key, { root, task, warnings }) : [];
  });
  const [training = [], validation = []] = lists;
  if (training.length === 0) return null;
  const named = statedNames(value);
  return {
    root,
    layout: `the datalist ${basename(file)}`,
    training,
    validation: validation.length === 0 ? null : validation,
    test: isList(value.test) ? value.test.flatMap(testPath) : [],
    labelFormat: task === "classification" ? formatOf(value, [...training, ...validation], file) : null,
    classNames: task === "classification" ? textsOf(value.classes) : named.classNames,
    modality: named.modality,
    warnings,
  };
}

/** What the metadata of a Decathlon or nnU-Net file says of labels and modality. */
export function statedNames(value: JsonObject): Pick<FoundData, "classNames" | "modality"> {
  const channels = value.modality ?? value.channel_names;
  const modality = isObject(channels) ? Object.values(channels)[0] : channels;
  return {
    classNames: isObject(value.labels) ? valueNames(value.labels) : null,
    modality: typeof modality === "string" ? modality : null,
  };
}

/** {"0": "background", "1": "liver"}, or the other way round as nnU-Net writes it. */
function valueNames(labels: JsonObject): string[] | null {
  const pairs = Object.entries(labels).map(([key, value]) =>
    typeof value === "number" ? ([value, key] as const) : ([Number(key), String(value)] as const),
  );
  const most = Math.max(-1, ...pairs.map(([at]) => at));
  if (pairs.length < 2 || most > 255 || pairs.some(([at]) => !Number.isInteger(at) || at < 0)) return null;
  return Array.from({ length: most + 1 }, (_, at) => pairs.find(([n]) => n === at)?.[1] ?? `class ${at}`);
}

const textsOf = (value: Json | undefined): string[] | null =>
  isList(value) && value.every((one) => typeof one === "string") ? [...value] : null;

interface Reading {
  readonly root: string;
  readonly task: InitTask;
  readonly warnings: string[];
}

function casesOf(items: readonly Json[], key: string, { root, task, warnings }: Reading): FoundCase[] {
  const unlabelled: string[] = [];
  const missing: string[] = [];
  const found = items.flatMap((item): FoundCase[] => {
    const image = isObject(item) ? imageOf(item.image) : null;
    if (image === null || !isObject(item)) return [];
    const label = labelOf(item.label, task);
    if (label === null) unlabelled.push(firstPath(image));
    if (label === null) return [];
    const files = [image, typeof label === "string" ? label : []].flat();
    const absent = files.filter((file) => !existsSync(resolve(root, file)));
    missing.push(...absent);
    return absent.length > 0 ? [] : [{ image, label, group: patientOf(firstPath(image)) }];
  });
  if (unlabelled.length > 0 && found.length > 0)
    warnings.push(`left out of ${key}, without a label for ${task}: ${some(unlabelled)}`);
  if (missing.length > 0) warnings.push(`left out of ${key}, no such file: ${some(missing)}`);
  return found;
}

const clean = (path: string): string => path.replace(/^(\.\/)+/, "");

function imageOf(value: Json | undefined): ImagePath | null {
  if (typeof value === "string" && value !== "") return clean(value);
  const texts = textsOf(value);
  return texts === null || texts.length === 0 ? null : texts.map(clean);
}

function labelOf(value: Json | undefined, task: InitTask): string | number[] | null {
  if (task === "segmentation") return typeof value === "string" && value !== "" ? clean(value) : null;
  const vector = isList(value) ? value : [value];
  return vector.every((one) => typeof one === "number") && vector.length > 0 ? [...vector] : null;
}

function testPath(item: Json): ImagePath[] {
  const image = imageOf(isObject(item) ? item.image : item);
  return image === null ? [] : [image];
}

function formatOf(
  { label_format }: JsonObject,
  cases: readonly FoundCase[],
  file: string,
): readonly number[] {
  if (isList(label_format) && label_format.every((one) => typeof one === "number")) return label_format;
  const vectors = cases.map(({ label }) => label as readonly number[]);
  const widths = new Set(vectors.map((vector) => vector.length));
  if (widths.size === 1)
    return vectors[0]!.map((_, at) => {
      const most = vectors.reduce((largest, vector) => Math.max(largest, vector[at]!), 0);
      return most <= 1 ? 1 : most + 1;
    });
  throw new TomoError("TOMO_LABEL_FORMAT", "the labels have different lengths, and label_format is missing", {
    where: { file },
    given: `labels of ${[...widths].join(", ")} entries`,
    expected: '"label_format": one integer a label entry',
  });
}
