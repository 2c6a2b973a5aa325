import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { FieldFacts } from "../components/effects/facts.ts";
import { caseIds } from "../config/case_id.ts";
import { isList, isObject, type Json, type JsonObject } from "../config/source/json.ts";
import { readLargeSource, type Source } from "../config/source/read.ts";

/** What a datalist says of the cases of one list, before any file is opened. */
export interface DataFacts {
  readonly file: string;
  readonly key: string;
  /** Null where the datalist is not there, or cannot be used: its faults are reported elsewhere. */
  readonly list: ListFacts | null;
}

export interface ListFacts {
  readonly cases: number;
  /** Fields that some case has. */
  readonly fields: readonly string[];
  readonly labelFormat: readonly number[] | null;
  /** Cases to look at closely: the first, and some more spread over the list. */
  readonly samples: readonly CaseFacts[];
}

export interface CaseFacts {
  readonly caseId: string;
  readonly fields: ReadonlyMap<string, FieldFacts>;
}

/** As many cases are looked at for an estimate of sizes. */
const looked = 8;

/**
 * @param baseDir Absolute; null = the folder of the datalist
 * @param most How many cases to look at closely
 */
export function readDataFacts(
  file: string,
  key: string,
  baseDir: string | null,
  most: number = looked,
  read: (file: string) => Source = readLargeSource,
): DataFacts {
  const items = existsSync(file) ? listIn(read, file, key) : null;
  if (items === null) return { file, key, list: null };
  const folder = baseDir ?? dirname(file);
  const fields = [...new Set(items.items.flatMap((item) => Object.keys(item)))];
  const chosen = spread(items.items, most);
  const ids = caseIds(chosen.map(firstPath), folder);
  return {
    file,
    key,
    list: {
      cases: items.items.length,
      fields,
      labelFormat: items.labelFormat,
      samples: chosen.map((item, n) => ({
        caseId: ids[n]!,
        fields: new Map(Object.entries(item).map(([name, value]) => [name, factsOf(value, folder)])),
      })),
    },
  };
}

/** The objects of a list; null where reading the datalist is going to report a fault. */
function listIn(
  read: (file: string) => Source,
  file: string,
  key: string,
): { readonly items: readonly JsonObject[]; readonly labelFormat: readonly number[] | null } | null {
  try {
    const { value } = read(file);
    const list = Object.hasOwn(value, key) ? value[key] : undefined;
    if (!isList(list) || list.length === 0) return null;
    const items = list.map((item) => (typeof item === "string" ? { image: item } : item));
    const format = value.label_format;
    const isFormat = isList(format) && format.every((entry) => Number.isInteger(entry) && Number(entry) > 0);
    return items.every(isObject)
      ? { items, labelFormat: isFormat ? (format as readonly number[]) : null }
      : null;
  } catch {
    return null;
  }
}

function factsOf(value: Json, folder: string): FieldFacts {
  const entries = isList(value) ? value : [value];
  if (entries.length > 0 && entries.every((entry) => typeof entry === "number"))
    return { holds: "numbers", values: "class_index", length: entries.length };
  if (entries.length === 0 || !entries.every((entry) => typeof entry === "string"))
    return { holds: "unknown" };
  const paths = entries.map((entry) => resolve(folder, entry));
  return { holds: "path", files: isList(value) ? paths.length : 1, paths };
}

/** A reader that parses each file once; a file that cannot be read is tried again, and throws again. */
export function readOnce(): (file: string) => Source {
  const known = new Map<string, Source>();
  return (file) => {
    const source = known.get(file) ?? readLargeSource(file);
    known.set(file, source);
    return source;
  };
}

const firstPath = (item: JsonObject): string => {
  const found = [item.image, ...Object.values(item)].flat().find((value) => typeof value === "string");
  return typeof found === "string" ? found : "case";
};

/** At most `count` entries at equal distances, the first among them. */
const spread = <Item>(items: readonly Item[], count: number): Item[] =>
  items.length <= count
    ? [...items]
    : Array.from({ length: count }, (_, n) => items[Math.floor((n * items.length) / count)]!);
