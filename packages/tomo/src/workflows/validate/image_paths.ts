import { isAbsolute, relative } from "node:path";
import type { DatalistItem } from "../../config/datalist_item.ts";

/** Path of a case's image as the datalist has it: relative to DATA_ROOT where it lies below. */
export function imagePaths(
  items: readonly DatalistItem[],
  dataRoot: string | null,
): (sample: { readonly caseId: string }) => string {
  const paths = new Map(items.map((item) => [item.caseId, imagePath(item, dataRoot)]));
  return ({ caseId }) => paths.get(caseId) ?? caseId;
}

function imagePath({ caseId, fields }: DatalistItem, dataRoot: string | null): string {
  const first = [fields.image].flat().find((value) => typeof value === "string");
  if (first === undefined || dataRoot === null) return first ?? caseId;
  const below = relative(dataRoot, first);
  return below.startsWith("..") || isAbsolute(below) ? first : below;
}
