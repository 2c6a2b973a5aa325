import { boolean, field } from "../args.ts";
import type { AuxOp } from "../contracts.ts";
import type { FieldFacts } from "../effects/facts.ts";

/** Arguments of every aux-op that makes one number a batch. */
export const batchArgs = {
  tag: field("Name of the number in the log, in TensorBoard and as `field` of a metric."),
  do_summary: boolean("Write the number of a training batch to TensorBoard.").default(true),
  do_print: boolean("Print the number of a training batch.").default(true),
};

interface BatchArgs {
  readonly tag: string;
  readonly do_summary: boolean;
  readonly do_print: boolean;
}

/** The part of such an aux-op that follows from these arguments. */
export const batchParts = (args: BatchArgs) =>
  ({
    outputs: [{ name: args.tag, per: "batch" }],
    doSummary: args.do_summary,
    doPrint: args.do_print,
  }) as const satisfies Partial<AuxOp>;

/** What is known of such a number. */
export const batchFacts = (tag: string): Record<string, FieldFacts> => ({
  [tag]: { holds: "numbers", values: "unknown", length: 1 },
});

/** The part of an aux-op that makes values of each case: nothing to print or to draw a curve of. */
export const caseParts = (...names: readonly string[]) =>
  ({
    outputs: names.map((name) => ({ name, per: "case" as const })),
    doSummary: false,
    doPrint: false,
  }) as const satisfies Partial<AuxOp>;
