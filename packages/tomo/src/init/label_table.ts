import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { parseCsv } from "../io/csv.ts";
import { isPicture } from "./class_folders.ts";
import { type Folder, type FoundCase, type FoundData, some } from "./found.ts";
import { patientOf } from "./split.ts";

/** A table by columns. */
interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const patientNames = /^(patient|person|subject|participant|case|study)([ _-]?(id|no|nr|number))?$/i;
const splitNames = /^(split|set|subset|fold|partition)$/i;
const classNames = /^(label|class|category|diagnosis|finding|target|dx)s?$/i;

/**
 * A table with a column of file names, and columns of 0 and 1 (binary labels) or one column of class names. A column
 * for the patient keeps patients together, one for the split (train, val, test) is followed.
 * @param file absolute
 * @returns null where the table names no pictures, or no labels
 */
export function labelTable(file: string, folder: Folder): FoundData | null {
  const [header = [], ...rows] = parseCsv(readFileSync(file, "utf8"));
  const table: Table = { header, rows };
  const finder = pictureFinder(folder);
  const files = bestFileColumn(table, finder);
  const labels = files < 0 ? null : labelsOf(table, files);
  if (labels === null) return null;
  const patients = header.findIndex((name) => patientNames.test(name));
  const splits = header.findIndex((name) => splitNames.test(name));
  const missing: string[] = [];
  const sides = { training: [] as FoundCase[], validation: [] as FoundCase[], test: [] as FoundCase[] };
  for (const row of rows) {
    const image = finder(row[files] ?? "");
    const label = labels.of(row);
    if (image === null || label === null) missing.push(row[files] ?? "");
    else {
      const patient = row[patients];
      const group = patient === undefined || patient === "" ? patientOf(image) : `patient ${patient}`;
      sides[sideOf(row[splits])].push({ image, label, group });
    }
  }
  const named = new Set(Object.values(sides).flatMap((cases) => cases.map(({ image }) => image)));
  const unnamed = folder.files.filter((path) => isPicture(path) && !named.has(path));
  const warnings = [
    ...(missing.length === 0 ? [] : [`left out, without a file or a label: ${some(missing)}`]),
    ...(unnamed.length === 0 ? [] : [`left out, not in the table: ${some(unnamed)}`]),
  ];
  const used = ["files", ...(patients < 0 ? [] : ["patients"]), ...(splits < 0 ? [] : ["split"])];
  const columns = [files, patients, splits].filter((at) => at >= 0).map((at) => header[at]);
  return {
    root: folder.root,
    layout: `the table ${basename(file)} (${used.map((what, n) => `${what}: ${columns[n]}`).join(", ")}; labels: ${some(labels.names, 10)})`,
    training: sides.training,
    validation: sides.validation.length === 0 ? null : sides.validation,
    test: sides.test.map(({ image }) => image),
    labelFormat: labels.format,
    classNames: labels.names,
    modality: null,
    warnings,
  };
}

/** Finds a picture by its path, by its name, or by its name without extension. */
function pictureFinder({ files }: Folder): (cell: string) => string | null {
  const known = new Map<string, string>();
  const all = files.filter(isPicture);
  const count = new Map<string, number>();
  for (const path of all) count.set(dirname(path), (count.get(dirname(path)) ?? 0) + 1);
  // of equal names the one in the folder with the most pictures is meant, not a copy elsewhere
  const pictures = all.toSorted((a, b) => count.get(dirname(b))! - count.get(dirname(a))!);
  const keep = (key: string, path: string) => (known.has(key) ? undefined : known.set(key, path));
  for (const path of pictures) keep(path, path);
  for (const path of pictures) keep(basename(path), path);
  for (const path of pictures) keep(basename(path).replace(/\.\w+$/, ""), path);
  return (cell) => {
    const clean = cell.replaceAll("\\", "/").replace(/^(\.\/)+/, "");
    return clean === "" ? null : (known.get(clean) ?? known.get(basename(clean)) ?? null);
  };
}

function bestFileColumn({ header, rows }: Table, find: (cell: string) => string | null): number {
  const hits = header.map((_, at) => rows.filter((row) => find(row[at] ?? "") !== null).length);
  const most = Math.max(0, ...hits);
  return most === 0 ? -1 : hits.indexOf(most);
}

interface Labels {
  readonly names: readonly string[];
  readonly format: readonly number[];
  readonly of: (row: readonly string[]) => number[] | null;
}

function labelsOf({ header, rows }: Table, files: number): Labels | null {
  const isBinary = (at: number) =>
    rows.every((row) => /^([01](\.0)?)?$/.test(row[at] ?? "")) && rows.some((row) => row[at] !== "");
  const binary = [...header.keys()].filter((at) => at !== files && isBinary(at) && !isAdmin(header[at]!));
  if (binary.length > 0)
    return {
      names: binary.map((at) => header[at]!),
      format: binary.map(() => 1),
      of: (row) => (binary.every((at) => row[at]) ? binary.map((at) => Number(row[at])) : null),
    };
  const at = header.findIndex((name, n) => n !== files && classNames.test(name));
  const names = [...new Set(rows.flatMap((row) => (row[at] ? [row[at]] : [])))].sort();
  if (at < 0 || names.length < 2 || names.length > 100) return null;
  return {
    names,
    format: [names.length],
    of: (row) => (row[at] ? [names.indexOf(row[at])] : null),
  };
}

/** Columns that count or name, and can be all 0 and 1 by chance. */
const isAdmin = (name: string): boolean =>
  name === "" ||
  patientNames.test(name) ||
  splitNames.test(name) ||
  /^(id|index|unnamed.*|sex|gender|age)$/i.test(name);

function sideOf(cell = ""): "training" | "validation" | "test" {
  if (/^val/i.test(cell)) return "validation";
  return /^test/i.test(cell) ? "test" : "training";
}
