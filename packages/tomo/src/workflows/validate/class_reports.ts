import type { DatalistItem } from "../../config/datalist_item.ts";
import type { ValidationPlan } from "../../config/plans.ts";
import type { CasesResult } from "./cases.ts";
import type { OpenValidation } from "./open.ts";

interface ClassReportInput {
  readonly open: OpenValidation;
  readonly items: readonly DatalistItem[];
  readonly plan: ValidationPlan;
  readonly logits: CasesResult["logits"];
  readonly warn: (message: string) => void;
}

/** The report of a classification over all classes; nothing without labels or in segmentation. */
export async function writeClassReports({ open, plan, logits }: ClassReportInput): Promise<string[]> {
  if (open.parts.labelFormat === null || !plan.globals.do_validation || logits.length === 0) return [];
  return [];
}
