import type { ClassificationSummary } from "./summary.ts";

/** `classification_report.json`: all of the summary; no value is null. */
export const classificationJson = (summary: ClassificationSummary): string =>
  `${JSON.stringify({ method: "percentiles of resampled cases, bias-corrected and accelerated (BCa)", ...summary }, null, 2)}\n`;
