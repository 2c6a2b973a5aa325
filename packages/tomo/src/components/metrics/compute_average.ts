import { z } from "zod";
import { isImage, type Sample } from "../../data/sample.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import { boolean } from "../args.ts";
import { defineMetric } from "../define.ts";
import { factsOf } from "../effects/effect.ts";
import { commonArgs, commonParts, meanOverCases } from "./common.ts";

export const ComputeAverage = defineMetric({
  name: "ComputeAverage",
  summary: "Mean over the cases of a number that a field holds.",
  notes: ["A case whose value is invalid_value or NaN has no value and is left out of the mean."],
  args: {
    ...commonArgs,
    invalid_value: z
      .union([z.number(), z.literal("nan")])
      .default("nan")
      .describe("Value that means no value."),
    negate_value: boolean("Change the sign, so that a loss can be the key metric.").default(false),
  },
  effect:
    ({ field }) =>
    (sample, context) => {
      const facts = factsOf(sample, field, ["field"], context);
      const several = facts.holds === "numbers" && facts.length !== null && facts.length > 1;
      if (facts.holds === "path" || several)
        context.error({
          code: "TOMO_FIELD_KIND",
          message: `the field "${field}" holds ${several ? `${facts.length} numbers` : "a path"}, ComputeAverage takes one number`,
          argument: ["field"],
          hint: "name the tag of an aux-op that makes one number, such as ComputeAccuracy; ComputeAUC scores lists",
        });
    },
  build: (args) => ({
    ...commonParts(args),
    fields: [args.field],
    policy: "A case whose value is invalid_value or NaN is left out of the mean.",
    score: (sample) => {
      const found = numberIn(sample, args.field);
      const value = found === args.invalid_value ? Number.NaN : args.negate_value ? -found : found;
      return { caseId: sample.caseId, value, parts: {} };
    },
    summarise: meanOverCases,
  }),
});

function numberIn(sample: Sample, field: string): number {
  const value = sample.fields[field];
  if (typeof value === "number") return value;
  if (Array.isArray(value) && value.length === 1 && typeof value[0] === "number") return value[0];
  if (isImage(value) && value.data.numel === 1) return value.data.item();
  throw new TomoError("TOMO_SHAPE_MISMATCH", `field "${field}" does not hold one number`, {
    where: { case: sample.caseId, field },
    expected: "a number, a list of one number, or an image of one voxel",
  });
}
