import { dispose, ops, scope } from "@tomo/torch";
import { labelColumns, probabilitiesOf } from "../../components/probabilities.ts";
import { loadedFields } from "../../components/registry.ts";
import type { DatalistItem } from "../../config/datalist_item.ts";
import { channelsFirst } from "../../data/channels_first.ts";
import { isImage } from "../../data/sample.ts";
import { createSampleLoader } from "../../pipeline/sample_loader.ts";
import type { ClassificationCases } from "../../report/classification/cases.ts";
import type { Film } from "../../report/classification/contact_sheet.ts";
import type { HardestCases } from "../../report/classification/hardest.ts";
import { writeClassificationReports } from "../../report/classification/write.ts";
import type { CasesResult } from "./cases.ts";
import type { ValidationJob } from "./job.ts";
import type { OpenValidation } from "./open.ts";

/**
 * The report of a classification over all classes: tables, ROC curves and the hardest cases. Nothing without labels, or
 * in segmentation. Probabilities are made from the network's own outputs, whatever post_transforms do with them.
 */
export async function writeClassReports(
  { parts, items, classNames }: OpenValidation,
  { plan }: ValidationJob,
  logits: CasesResult["logits"],
): Promise<readonly string[]> {
  const { labelFormat } = parts;
  if (labelFormat === null || !plan.globals.do_validation || logits.length === 0) return [];
  const labels = new Map(items.map(({ caseId, fields }) => [caseId, fields.label as readonly number[]]));
  const cases: ClassificationCases = {
    classNames,
    cases: logits.map(({ case: caseId, values }) => ({
      case: caseId,
      path: parts.datalistPath({ caseId }),
      predictions: probabilitiesOf(values, labelFormat),
      labels: labelColumns(labels.get(caseId)!, labelFormat),
    })),
  };
  const { files } = await writeClassificationReports(parts.folder, cases, (chosen) =>
    filmsOf(chosen, items, plan.pre_transforms),
  );
  return files;
}

/** The images of the chosen cases as their files have them, first channel. */
async function filmsOf(
  { falseNegatives, falsePositives }: HardestCases,
  items: readonly DatalistItem[],
  transforms: ValidationJob["plan"]["pre_transforms"],
): Promise<ReadonlyMap<string, Film>> {
  const chosen = new Set([...falseNegatives, ...falsePositives].map((hard) => hard.case));
  const loader = await createSampleLoader({
    items: items.filter(({ caseId }) => chosen.has(caseId)),
    transforms: transforms.filter((spec) => loadedFields([spec]).length > 0),
    seed: 0,
    numWorkers: 0,
    prefetch: 0,
    sameSize: false,
    warn: () => {},
  });
  const films = new Map<string, Film>();
  try {
    for await (const sample of loader.samples()) {
      const { image } = sample.fields;
      if (isImage(image) && image.format.replace("C", "") === "HW")
        films.set(
          sample.caseId,
          scope(() => {
            const grey = ops.toDtype(ops.select(channelsFirst(image), 0, 0), "float32");
            const [height, width] = grey.shape as [number, number];
            return { pixels: ops.contiguous(grey).toTypedArray<Float32Array>(), width, height };
          }),
        );
      dispose(sample);
    }
  } finally {
    await loader.close();
  }
  return films;
}
