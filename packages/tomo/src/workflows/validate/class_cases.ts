import type { LoadedModel } from "../../components/contracts.ts";
import { outputsOf } from "../../components/label_format.ts";
import type { ComponentSpec } from "../../config/component_spec.ts";
import { readDatalist } from "../../config/datalist.ts";
import type { DatalistItem } from "../../config/datalist_item.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import type { ValidationJob } from "./job.ts";

/**
 * The cases of a run, now that the network is known: a classifier's labels are lists of numbers that must fit the label
 * format it was trained with. Inference needs no labels.
 * @throws TomoErrors TOMO_LABEL_FORMAT, TOMO_LABEL_RANGE with the lines of the datalist
 */
export function casesFor(
  { items, list, statedFormat: stated, plan }: ValidationJob,
  { labelFormat, source }: LoadedModel,
): { readonly items: readonly DatalistItem[]; readonly classNames: readonly string[] } {
  if (labelFormat === null) return { items, classNames: [] };
  const required = plan.globals.do_validation;
  if (required && stated !== null && String(stated) !== String(labelFormat))
    throw new TomoError("TOMO_LABEL_FORMAT", "the datalist has another label_format than the model", {
      where: { file: list.file },
      given: `[${stated.join(", ")}]`,
      expected: `[${labelFormat.join(", ")}], which ${source} was trained with`,
    });
  const found = readDatalist({ ...list, labels: { format: labelFormat, required } });
  return { items: found.items, classNames: classNamesOf(labelFormat, found.classNames, plan.val_metrics) };
}

/** A name a column: from the datalist's `classes`, else from metrics with a class_index, else `class_<n>`. */
function classNamesOf(
  labelFormat: readonly number[],
  listed: readonly string[] | null,
  metrics: readonly ComponentSpec<"metrics">[],
): readonly string[] {
  const columns = outputsOf(labelFormat);
  if (listed?.length === columns) return listed;
  const byMetric = new Map(metrics.map(({ args }) => [args.class_index, args.name]));
  return Array.from({ length: columns }, (_, n) => {
    const name = byMetric.get(n);
    return typeof name === "string" ? name : `class_${n}`;
  });
}
