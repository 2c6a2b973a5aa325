import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { FieldValue } from "../data/sample.ts";
import { didYouMean } from "../errors/nearest.ts";
import { TomoError, TomoErrors, type Where } from "../errors/tomo_error.ts";
import { caseIds } from "./case_id.ts";
import type { DatalistItem } from "./datalist_item.ts";
import { asVector, type LabelRule, labelFaults, labelFormatFor, statedLabelFormat } from "./label_vectors.ts";
import { type ItemPath, missingFiles } from "./missing_files.ts";
import { pathTrouble } from "./path_trouble.ts";
import { isList, isObject, type Json, type JsonObject, kindOf, show } from "./source/json.ts";
import { readLargeSource, type Source } from "./source/read.ts";

export interface DatalistOptions {
  /** Absolute. */
  readonly file: string;
  /** Which list: `training`, `validation` or any other key. */
  readonly key: string;
  /** Absolute folder that item paths are relative to; null = the folder of the datalist. */
  readonly baseDir: string | null;
  /**
   * Fields that loaders read: every item must have them, and their text is a path. Left out: `image` and, where
   * present, `label`.
   */
  readonly pathFields?: readonly string[];
  /** A path may name a folder, as loaders of the user's own may read them. */
  readonly folders?: boolean;
  /** Classification: the field `label` holds numbers that must fit the label format. Left out in segmentation. */
  readonly labels?: LabelRule;
  /** Place in the config that names the datalist, for messages. */
  readonly where?: Where;
}

export interface Datalist {
  readonly file: string;
  readonly key: string;
  /**
   * One integer a label entry (1 = binary, k > 1 = k classes). Without `labels` as the file states it, null when absent
   * or no such list.
   */
  readonly labelFormat: readonly number[] | null;
  /** What the file's `classes` calls the columns of a classification; null where it does not. */
  readonly classNames: readonly string[] | null;
  readonly items: readonly DatalistItem[];
}

/**
 * Reads one list of a dataset JSON and checks that its files exist.
 * @throws TomoErrors TOMO_DATALIST_FORMAT, TOMO_LABEL_… and TOMO_FILE_MISSING, all at once; TomoError TOMO_DATALIST_KEY.
 */
export function readDatalist(
  options: DatalistOptions,
  read: (file: string) => Source = readLargeSource,
): Datalist {
  const { file, key, where } = options;
  if (!existsSync(file))
    throw new TomoError("TOMO_FILE_MISSING", "the datalist does not exist", {
      where: where ?? { file },
      given: file,
      hint:
        pathTrouble(file) ?? "set DATASET_JSON in config/environment.json or with --set DATASET_JSON=FILE",
    });
  const source = read(file);
  const list = findList(source, key);
  const reader = new ItemReader(source, options);
  const fields = list.map((item, index) => reader.item(item, index));
  const labels = options.labels === undefined ? [] : checkedLabels(source, key, list, options.labels);
  const missing = missingFiles(source, reader.paths, {
    baseDir: reader.baseDir,
    key,
    folders: options.folders ?? options.pathFields === undefined,
  });
  const errors = [...reader.errors, ...labels, ...missing];
  if (errors.length > 0) throw new TomoErrors(errors);
  const ids = caseIds(fields.map(firstFile), reader.baseDir);
  const items = fields.map((values, index) => ({ caseId: ids[index]!, index, fields: values }));
  const labelFormat = options.labels?.format ?? statedLabelFormat(source);
  return { file, key, labelFormat, classNames: classNamesOf(source), items };
}

function classNamesOf({ value: { classes } }: Source): readonly string[] | null {
  const named = isList(classes) && classes.length > 0 && classes.every((name) => typeof name === "string");
  return named ? (classes as readonly string[]) : null;
}

function checkedLabels(
  source: Source,
  key: string,
  list: readonly Json[],
  rule: LabelRule,
): readonly TomoError[] {
  try {
    return labelFaults(source, key, list, labelFormatFor(source, list, rule), rule.required);
  } catch (error) {
    if (error instanceof TomoError) return [error];
    throw error;
  }
}

function findList(source: Source, key: string): readonly Json[] {
  const found = Object.hasOwn(source.value, key) ? source.value[key] : undefined;
  if (isList(found) && found.length > 0) return found;
  const lists = Object.entries(source.value).flatMap(([name, value]) => (isCaseList(value) ? [name] : []));
  if (isList(found))
    throw new TomoError("TOMO_DATALIST_FORMAT", `the list "${key}" is empty`, { where: source.where([key]) });
  throw new TomoError(
    "TOMO_DATALIST_KEY",
    found === undefined
      ? `the datalist has no list "${key}"`
      : `"${key}" of the datalist is ${kindOf(found)}`,
    {
      where: found === undefined ? { file: source.file } : source.where([key]),
      given: key,
      expected: lists.length === 0 ? "a list of cases" : `one of ${lists.join(", ")}`,
      hint: didYouMean(key, lists),
    },
  );
}

const isCaseList = (value: Json): boolean =>
  isList(value) && value.length > 0 && typeof value[0] !== "number";

type Fields = Readonly<Record<string, FieldValue>>;

/** The first path of an item that is a path: of `image`, if there is one. */
function firstFile(fields: Fields): string {
  const values = [fields.image, ...Object.values(fields)].flat();
  return values.find((value) => typeof value === "string") ?? "case";
}

/** Reads items one by one, gathering their paths and what is wrong with them. */
class ItemReader {
  readonly errors: TomoError[] = [];
  readonly paths: ItemPath[] = [];
  readonly baseDir: string;
  readonly #source: Source;
  readonly #key: string;
  readonly #pathFields: readonly string[];
  readonly #required: readonly string[];
  readonly #vectorLabels: boolean;
  /** Whether it is known which fields loaders read. */
  readonly #isExact: boolean;

  constructor(source: Source, { file, key, baseDir, pathFields, labels }: DatalistOptions) {
    this.baseDir = baseDir ?? dirname(file);
    this.#source = source;
    this.#key = key;
    this.#pathFields = pathFields ?? ["image", "label"];
    this.#required = pathFields ?? ["image"];
    this.#vectorLabels = labels !== undefined;
    this.#isExact = pathFields !== undefined;
  }

  item(item: Json, index: number): Fields {
    // lists of the Medical Segmentation Decathlon name the images of `test` as bare strings
    const object = typeof item === "string" ? { image: item } : item;
    if (!isObject(object)) {
      this.#fault(index, [], `a case must not be ${kindOf(item)}`, { given: item, expected: '{"image": …}' });
      return {};
    }
    for (const field of this.#required)
      if (object[field] === undefined)
        this.#fault(index, [], `the case has no "${field}"`, { given: object, hint: hintFor(field, object) });
    return Object.fromEntries(
      Object.entries(object).map(([field, value]) => [
        field,
        this.#field(index, field, value, item !== object),
      ]),
    );
  }

  #field(index: number, field: string, value: Json, isBare: boolean): FieldValue {
    const path = [this.#key, index, ...(isBare ? [] : [field])];
    if (!isFieldValue(value)) {
      this.#fault(index, [field], `"${field}" must not be ${kindOf(value)}`, {
        given: value,
        expected: "a path, a list of paths, or a list of numbers",
      });
      return null;
    }
    const isRequired = this.#isExact && this.#required.includes(field);
    if (isRequired && (value === null || typeof value === "number" || typeof value === "boolean"))
      this.#fault(index, [field], `"${field}" must not be ${kindOf(value)}`, {
        given: value,
        expected: "the path of a file, or a list of paths",
      });
    if (isRequired && value === "")
      this.#fault(index, [field], `the path of "${field}" is empty`, { expected: "the path of a file" });
    if (value === "") return value;
    if (!this.#pathFields.includes(field))
      return field === "label" && this.#vectorLabels ? (asVector(value) as FieldValue) : value;
    if (typeof value === "string") return this.#path(value, path);
    if (!isPlainList(value)) return value;
    const texts = value.filter((entry) => typeof entry === "string");
    if (texts.length > 0 && texts.length < value.length)
      this.#fault(index, [field], `"${field}" mixes paths and numbers`, { given: value });
    return value.map((entry, at) => (typeof entry === "string" ? this.#path(entry, [...path, at]) : entry));
  }

  #path(given: string, path: readonly (string | number)[]): string {
    const file = resolve(this.baseDir, given);
    this.paths.push({ file, given, path });
    return file;
  }

  #fault(
    index: number,
    below: readonly string[],
    message: string,
    details: { given?: Json; expected?: string; hint?: string },
  ): void {
    const where = this.#source.where([this.#key, index, ...below]);
    const given = details.given === undefined ? undefined : show(details.given);
    this.errors.push(new TomoError("TOMO_DATALIST_FORMAT", message, { ...details, where, given }));
  }
}

const isPlainList = (value: FieldValue): value is readonly FieldValue[] => Array.isArray(value);

const hintFor = (field: string, item: JsonObject): string =>
  didYouMean(field, Object.keys(item)) ?? `it has ${Object.keys(item).join(", ") || "nothing"}`;

const isFieldValue = (value: Json): value is Json & FieldValue =>
  isList(value) ? value.every(isFieldValue) : !isObject(value);
