import { rmSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, writeFileAtomic } from "../../io/atomic_file.ts";
import { jointForms } from "../../report/joint_results.ts";
import { rawCsv, rawText, resultsJson, summaryCsv, summaryText } from "../../report/results.ts";
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
    return Object.entries(textsOf(metric, scores, value, imagePath)).map(([ending, text]) => {
      const path = pathOf(folder, metric.name, ending);
      writeFileAtomic(path, text);
      return path;
    });
  });
}

function textsOf(
  { name, policy }: Scored["metric"],
  scores: Scored["scores"],
  { value, count, parts }: Scored["value"],
  imagePath: (sample: { readonly caseId: string }) => string,
): Record<keyof typeof forms, string> {
  const joint = scores.flatMap(({ caseId, vectors }) =>
    vectors === undefined ? [] : [{ case: caseId, path: imagePath({ caseId }), ...vectors }],
  );
  if (joint.length > 0) return texts(jointForms, { name, value, count, parts, policy, cases: joint });
  const cases = scores.map((score) => ({
    case: score.caseId,
    path: imagePath(score),
    value: score.value,
    parts: score.parts,
  }));
  return texts(forms, { name, mean: value, policy, cases });
}

const texts = <Report, Ending extends string>(
  all: Readonly<Record<Ending, (report: Report) => string>>,
  report: Report,
): Record<Ending, string> =>
  Object.fromEntries(
    Object.entries<(report: Report) => string>(all).map(([ending, form]) => [ending, form(report)]),
  ) as Record<Ending, string>;
