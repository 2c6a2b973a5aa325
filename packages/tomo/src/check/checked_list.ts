import { existsSync } from "node:fs";
import { relative } from "node:path";
import { instantiate, loadedFields } from "../components/registry.ts";
import { wholeVariable } from "../config/check/check_arguments.ts";
import type { CheckContext } from "../config/check/context.ts";
import type { ComponentSpec } from "../config/component_spec.ts";
import { type Datalist, type DatalistOptions, readDatalist } from "../config/datalist.ts";
import { pathTrouble } from "../config/path_trouble.ts";
import type { ConfigPath } from "../config/source/path.ts";
import type { Source } from "../config/source/read.ts";
import { TomoError } from "../errors/tomo_error.ts";
import { pathOf } from "./chain/host.ts";
import type { ListFacts } from "./data_facts.ts";
import { thrownBy } from "./errors_of.ts";

/** A datalist, read for a run. */
export interface CheckedList {
  /** Null where it has faults or is not here. */
  readonly list: Datalist | null;
  readonly errors: readonly TomoError[];
  /** Faults of data that is not on this machine: a check warns of it, a run cannot start. */
  readonly absent: readonly TomoError[];
}

export const noList: CheckedList = { list: null, errors: [], absent: [] };

/** Reads a file once, however many lists of it are looked at. */
export type ReadSource = (file: string) => Source;

/** The datalist of an image pipeline; that the data is not on this machine is a warning. */
export function checkedList(
  context: CheckContext,
  pipeline: ComponentSpec<"image_pipelines"> | null,
  transforms: readonly ComponentSpec<"transforms">[],
  list: ListFacts | null,
  read: ReadSource,
): CheckedList {
  if (pipeline === null) return noList;
  const settings = instantiate(pipeline);
  const options = {
    file: settings.dataListFilePath,
    key: settings.dataListKey,
    baseDir: settings.dataFileBaseDir,
    ...(settings.task === "classification"
      ? { labels: { format: settings.labelFormat, required: true } }
      : {}),
    where: pipeline.where,
  };
  const args = [...pathOf(pipeline), "args"];
  return datalistFaults(
    context,
    options,
    {
      fields: loadedFields(transforms),
      folders: transforms.some(({ module }) => module !== undefined),
      list,
      path: [...args, "data_list_file_path"],
      key: [...args, "data_list_key"],
      folder: settings.dataFileBaseDir === null ? null : [...args, "data_file_base_dir"],
    },
    read,
  );
}

interface Named {
  readonly fields: readonly string[];
  /** Whether a path may name a folder, which loaders of the user's own may read. */
  readonly folders: boolean;
  readonly list: ListFacts | null;
  /** Where the config names the datalist, the list in it, and the folder of its files. */
  readonly path: ConfigPath;
  readonly key: ConfigPath;
  readonly folder: ConfigPath | null;
}

/** Faults of a datalist; one that is not on this machine is a warning. */
export function datalistFaults(
  { findings, resolved }: CheckContext,
  options: Omit<DatalistOptions, "pathFields" | "folders">,
  { fields, folders, list, path, key, folder }: Named,
  read: ReadSource,
): CheckedList {
  // a field that no case has is a fault of the config, reported there once and not for each case
  const pathFields = fields.filter((field) => list === null || list.fields.includes(field));
  // where a variable gives a path as it is, it is mended there
  const placeOf = (at: ConfigPath): ConfigPath => {
    const variable = wholeVariable(resolved, at);
    return variable === undefined ? at : [variable];
  };
  const placed = (error: TomoError): TomoError => {
    if (error.where.line !== undefined) return error;
    // the datalist has no place for a list that it has not
    if (error.code === "TOMO_DATALIST_KEY")
      return new TomoError(error.code, error.message, { ...error, where: resolved.where(placeOf(key)) });
    if (error.code === "TOMO_CONFIG_MISSING")
      return new TomoError(error.code, `the datalist cannot be read: ${error.message}`, {
        ...error,
        where: resolved.where(placeOf(path)),
        given: relative(resolved.mmar, options.file),
      });
    return error;
  };
  let found: Datalist | null = null;
  const errors = thrownBy(() => {
    found = readDatalist({ ...options, pathFields, folders }, read);
  }).map(placed);
  if (!existsSync(options.file)) {
    findings.warn(
      "TOMO_DATA_ABSENT",
      `the datalist ${relative(resolved.mmar, options.file)} is not here`,
      placeOf(path),
      {
        hint:
          pathTrouble(options.file) ??
          "cases and labels were not checked; set DATASET_JSON in config/environment.json",
      },
    );
    return { list: null, errors: [], absent: errors };
  }
  const [first] = errors;
  if (first === undefined || list === null || !isAbsent(errors, list, pathFields))
    return { list: found, errors, absent: [] };
  findings.warn("TOMO_DATA_ABSENT", first.message, placeOf(folder ?? path), { hint: first.hint });
  return { list: null, errors: [], absent: errors };
}

/** Whether no file of the list is there, so that it is the data that is missing and not a case. */
const isAbsent = (errors: readonly TomoError[], { samples }: ListFacts, fields: readonly string[]): boolean =>
  errors.length <= 3 &&
  errors.every(({ code }) => code === "TOMO_FILE_MISSING") &&
  samples.every(({ fields: own }) =>
    fields.every((name) => {
      const facts = own.get(name);
      return facts?.holds !== "path" || !facts.paths?.some((file) => existsSync(file));
    }),
  );
