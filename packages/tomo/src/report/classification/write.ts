import { rmSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, writeFileAtomic } from "../../io/atomic_file.ts";
import { writePng } from "../picture/png.ts";
import { type BootstrapOptions, studyOf } from "./bootstrap.ts";
import type { ClassificationCases } from "./cases.ts";
import { drawContactSheet, type Film } from "./contact_sheet.ts";
import { type HardestCases, hardestCases } from "./hardest.ts";
import { rocPicture, rocSvg } from "./roc_chart.ts";
import { type ClassificationSummary, classificationSummary } from "./summary.ts";
import { classificationCsv } from "./summary_csv.ts";
import { classificationJson } from "./summary_json.ts";
import { classificationText } from "./summary_text.ts";

const forms = {
  "classification_report.txt": classificationText,
  "classification_report.csv": classificationCsv,
  "classification_report.json": classificationJson,
} as const;
const charts = { svg: "roc.svg", png: "roc.png", sheet: "hardest_cases.png" } as const;

export interface ClassificationReports {
  readonly files: readonly string[];
  readonly summary: ClassificationSummary;
}

/** Removes the reports of an earlier run, so that an aborted run leaves none that are not its own. */
export function clearClassificationReports(folder: string): void {
  for (const name of [...Object.keys(forms), ...Object.values(charts)])
    rmSync(join(folder, name), { force: true });
}

/**
 * Writes tables, ROC curves and contact sheet of a run; the folder is made if need be.
 * @param films Loads the images of the cases that the contact sheet shows, by case; those it leaves out have none.
 * @throws TomoError TOMO_PREDICTIONS_UNFIT, before any file is written; TOMO_WRITE_FAILED
 */
export async function writeClassificationReports(
  folder: string,
  cases: ClassificationCases,
  films: (chosen: HardestCases) => Promise<ReadonlyMap<string, Film>>,
  options: BootstrapOptions = {},
): Promise<ClassificationReports> {
  const study = studyOf(cases, options);
  const summary = classificationSummary(study);
  const hardest = hardestCases(cases);
  const roc = await rocPicture(study, summary);
  const sheet = drawContactSheet(hardest, await films(hardest));
  makeFolder(folder);
  const path = (name: string): string => join(folder, name);
  const texts = [
    ...Object.entries(forms).map(([name, form]) => [path(name), form(summary)] as const),
    [path(charts.svg), rocSvg(study, summary)] as const,
  ];
  for (const [file, text] of texts) writeFileAtomic(file, text);
  await writePng(path(charts.png), roc);
  await writePng(path(charts.sheet), sheet);
  return { files: [...texts.map(([file]) => file), path(charts.png), path(charts.sheet)], summary };
}
