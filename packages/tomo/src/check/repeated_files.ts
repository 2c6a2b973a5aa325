import type { CheckContext } from "../config/check/context.ts";
import type { Datalist } from "../config/datalist.ts";
import type { DatalistItem } from "../config/datalist_item.ts";
import type { ConfigPath } from "../config/source/path.ts";
import type { ReadSource } from "./checked_list.ts";

/** Warns of files that a list has twice: one as image and label of a case, one label for two cases. */
export function checkRepeatedFiles(
  { findings }: CheckContext,
  list: Datalist | null,
  read: ReadSource,
): void {
  if (list === null) return;
  const warn = (message: string, index: number, field: string, more: number, hint: string) =>
    findings.warnAt(
      "TOMO_SAME_FILE",
      `${message}${more > 0 ? ` (and so in ${more} more cases)` : ""}`,
      read(list.file).where([list.key, index, field]),
      { hint },
    );
  const both = list.items.filter(({ fields }) => isSame(fields.image, fields.label));
  if (both[0] !== undefined)
    warn(
      `image and label of ${both[0].caseId} are the same file`,
      both[0].index,
      "label",
      both.length - 1,
      "name the file with the label of this case",
    );
  const seen = new Map<string, DatalistItem>();
  const shared = list.items.flatMap((item) => {
    const file = textOf(item.fields.label);
    const earlier = file === null ? undefined : seen.get(file);
    if (file !== null && earlier === undefined) seen.set(file, item);
    // a case that is listed twice has its label twice too
    const isRepeat = earlier !== undefined && isSame(earlier.fields.image, item.fields.image);
    return earlier === undefined || isRepeat ? [] : [{ item, earlier }];
  });
  if (shared[0] !== undefined)
    warn(
      `${shared[0].item.caseId} has the label of ${shared[0].earlier.caseId}: the same file`,
      shared[0].item.index,
      "label",
      shared.length - 1,
      "name the file with the label of this case",
    );
}

/** Warns of cases that are in the training list and in that of validation: what is measured on them is no measure. */
export function checkLeaks(
  { findings }: CheckContext,
  { training, validation }: { readonly training: Datalist | null; readonly validation: Datalist | null },
  key: ConfigPath,
  read: ReadSource,
): void {
  if (training === null || validation === null) return;
  if (training.file === validation.file && training.key === validation.key) {
    findings.warn("TOMO_SAME_CASES", `validation reads the list "${training.key}", as training does`, key, {
      hint: "name a list of other cases, such as validation",
    });
    return;
  }
  const trained = new Set(training.items.map(({ fields }) => textOf(fields.image)));
  const both = validation.items.filter(
    ({ fields: { image } }) => textOf(image) !== null && trained.has(textOf(image)),
  );
  if (both[0] === undefined) return;
  const [first, ...others] = both;
  findings.warnAt(
    "TOMO_SAME_CASES",
    `${first!.caseId} is in the list "${training.key}" too${others.length > 0 ? `, and so are ${others.length} more` : ""}`,
    read(validation.file).where([validation.key, first!.index, "image"]),
    { hint: "a model is measured on cases that it has not been trained on; take it out of one of the lists" },
  );
}

/** A path or a list of paths as text; null where a field holds something else. */
function textOf(value: unknown): string | null {
  if (typeof value === "string") return value;
  const isPaths =
    Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === "string");
  return isPaths ? value.join("\n") : null;
}

const isSame = (left: unknown, right: unknown): boolean =>
  textOf(left) !== null && textOf(left) === textOf(right);
