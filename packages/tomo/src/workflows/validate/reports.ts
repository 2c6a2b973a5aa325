import { rmSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, writeFileAtomic } from "../../io/atomic_file.ts";
import {
  type MetricReport,
  rawCsv,
  rawText,
  resultsJson,
  summaryCsv,
  summaryText,
} from "../../report/results.ts";
import type { Scored } from "../score.ts";

const forms = {
  "_raw_results.txt": rawText,
  "_summary_results.txt": summaryText,
  "_raw_results.csv": rawCsv,
  "_summary_results.csv": summaryCsv,
  "_results.json": resultsJson,
} as const;

const pathOf = (folder: string, name: string, ending: string): string =>
  join(folder, `${name.replaceAll(/[/\\]/g, "_")}${ending}`);

/** Removes the reports of an earlier run, so that an aborted run leaves none that are not its own. */
export function clearReports(
  metrics: readonly { readonly name: string; readonly reportPath: string | null }[],
): void {
  for (const { name, reportPath } of metrics)
    if (reportPath !== null)
      for (const ending of Object.keys(forms)) rmSync(pathOf(reportPath, name, ending), { force: true });
}

/** Writes the reports of each metric that has a report_path; returns the files. */
export function writeReports(
  scored: readonly Scored[],
  imagePath: (sample: { readonly caseId: string }) => string,
): string[] {
  return scored.flatMap(({ metric, scores, value }) => {
    if (metric.reportPath === null) return [];
    const folder = metric.reportPath;
    makeFolder(folder);
    const report: MetricReport = {
      name: metric.name,
      mean: value.value,
      policy: metric.policy,
      cases: scores.map(({ caseId, value: score, parts }) => ({
        case: caseId,
        path: imagePath({ caseId }),
        value: score,
        parts,
      })),
    };
    return Object.entries(forms).map(([ending, form]) => {
      const path = pathOf(folder, metric.name, ending);
      writeFileAtomic(path, form(report));
      return path;
    });
  });
}
