import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { float32Text } from "../../data/float32_text.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import { makeFolder, writeFailure, writeFileAtomic } from "../../io/atomic_file.ts";
import { csvRow } from "../../io/csv.ts";
import { boolean, field, string } from "../args.ts";
import type { Writer } from "../contracts.ts";
import { defineWriter } from "../define.ts";
import { numbersFacts } from "../effects/value_effects.ts";
import { numbersOf } from "../numbers_of.ts";

const name = "WriteClassificationResult";

export const WriteClassificationResult = defineWriter({
  name,
  summary: "Writes a field of all cases as one table, <write_path>/preds_<field>.csv.",
  notes: [
    "A row a case, without header: the path of the image as in the datalist, then the numbers of the field. The field model holds logits until ProcessMulticlassPreds in post_transforms makes probabilities of them.",
    "Numbers are the shortest text that reads back as the same float32; rows end with \\n; paths with commas, quotes or line breaks are quoted after RFC 4180.",
    "The table is written when the last case is done, whole or not at all; an interrupted run leaves none, nor that of an earlier run.",
    "With overwrite false an existing table ends the run before its first case. Clara would take its rows as results; Tomo does not, since nothing says which model made them.",
  ],
  args: {
    field: field("Field to write: a number or a list of numbers, as many in each case."),
    write_path: string("Folder for the table; it is made if need be.").min(1),
    overwrite: boolean("Replace a table of an earlier run.").default(true),
    ordered: boolean("Rows in the order of the datalist, else in that in which cases are done.").default(
      true,
    ),
  },
  effect: (args) => (sample, context) => {
    const numbers = numbersFacts(sample, args.field, "field", name, context);
    if (numbers?.values === "logits" || numbers?.values === "output")
      context.warn({
        code: "TOMO_ODD_VALUES",
        message: `the field "${args.field}" holds logits, so the table will have no probabilities`,
        argument: ["field"],
        hint: `add ProcessMulticlassPreds with field "${args.field}" to post_transforms`,
      });
  },
  build: (args) => tableWriter(args, join(args.write_path, `preds_${args.field}.csv`)),
});

interface TableArgs {
  readonly field: string;
  readonly write_path: string;
  readonly overwrite: boolean;
  readonly ordered: boolean;
}
interface Row {
  /** Position in the datalist. */
  readonly index: number;
  readonly path: string;
  readonly values: readonly number[];
}

function tableWriter(args: TableArgs, path: string): Writer {
  let rows: Row[] = [];
  return {
    field: args.field,
    start: () => {
      rows = [];
      if (args.overwrite) remove(path);
      else refuseExisting(path);
    },
    write: (sample, { datalistPath }) => {
      const values = numbersOf(sample, args.field, name);
      checkWidth(values.length, rows[0], { case: sample.caseId, field: args.field });
      rows.push({ index: sample.index, path: datalistPath(sample), values });
      return [];
    },
    finish: () => {
      if (!args.overwrite) refuseExisting(path);
      const ordered = args.ordered ? rows.toSorted((a, b) => a.index - b.index) : rows;
      makeFolder(args.write_path);
      writeFileAtomic(
        path,
        ordered.map((row) => csvRow([row.path, ...row.values.map(float32Text)])).join(""),
      );
      rows = [];
      return [path];
    },
  };
}

function checkWidth(width: number, first: Row | undefined, where: { case: string; field: string }): void {
  if (first === undefined || width === first.values.length) return;
  throw new TomoError("TOMO_SHAPE_MISMATCH", "cases have different numbers of values", {
    where,
    given: `${width}`,
    expected: `${first.values.length}, as in ${first.path}`,
  });
}

function refuseExisting(path: string): void {
  if (!existsSync(path)) return;
  throw new TomoError("TOMO_RESULT_EXISTS", "overwrite is false, and the table exists already", {
    where: { file: path },
    hint: "move it away, change write_path, or set overwrite to true",
  });
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (cause) {
    throw writeFailure(path, cause);
  }
}
