import { existsSync } from "node:fs";
import { relative } from "node:path";
import { instantiate, loadedFields } from "../components/registry.ts";
import type { CheckContext } from "../config/check/context.ts";
import type { ComponentSpec } from "../config/component_spec.ts";
import { type DatalistOptions, readDatalist } from "../config/datalist.ts";
import type { ConfigPath } from "../config/source/path.ts";
import { TomoError } from "../errors/tomo_error.ts";
import { pathOf } from "./chain/host.ts";
import type { ListFacts } from "./data_facts.ts";
import { thrownBy } from "./errors_of.ts";

/** Faults of the datalist of an image pipeline; that the data is not on this machine is a warning. */
export function checkedList(
  context: CheckContext,
  pipeline: ComponentSpec<"image_pipelines"> | null,
  transforms: readonly ComponentSpec<"transforms">[],
  list: ListFacts | null,
): readonly TomoError[] {
  if (pipeline === null) return [];
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
  return datalistFaults(context, options, {
    fields: loadedFields(transforms),
    list,
    path: [...pathOf(pipeline), "args", "data_list_file_path"],
    key: [...pathOf(pipeline), "args", "data_list_key"],
  });
}

interface Named {
  readonly fields: readonly string[];
  readonly list: ListFacts | null;
  /** Where the config names the datalist, and the list in it. */
  readonly path: ConfigPath;
  readonly key: ConfigPath;
}

/** Faults of a datalist; one that is not on this machine is a warning. */
export function datalistFaults(
  { findings, resolved }: CheckContext,
  options: Omit<DatalistOptions, "pathFields">,
  { fields, list, path, key }: Named,
): readonly TomoError[] {
  if (!existsSync(options.file)) {
    findings.warn(
      "TOMO_DATA_ABSENT",
      `the datalist ${relative(resolved.mmar, options.file)} is not here`,
      path,
      {
        hint: "cases and labels were not checked; set DATASET_JSON in config/environment.json",
      },
    );
    return [];
  }
  // a field that no case has is a fault of the config, reported there once and not for each case
  const pathFields = fields.filter((field) => list === null || list.fields.includes(field));
  const errors = thrownBy(() => readDatalist({ ...options, pathFields })).map((error) =>
    // the datalist has no place for a list that it has not
    error.code === "TOMO_DATALIST_KEY" && error.where.line === undefined
      ? new TomoError(error.code, error.message, { ...error, where: resolved.where(key) })
      : error,
  );
  const [first] = errors;
  if (first === undefined || list === null || !isAbsent(errors, list, pathFields)) return errors;
  findings.warn("TOMO_DATA_ABSENT", `the files of "${options.key}" are not here: ${first.message}`, path, {
    hint: first.hint,
  });
  return [];
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
