import { z } from "zod";
import type { ArgFault, ArgsOf } from "../define.ts";
import { checkPipeline, commonSettings, pipelineArgs, pipelineNotes } from "./pipeline_args.ts";
import type { PipelineSettings } from "./settings.ts";

export const classificationArgs = {
  ...pipelineArgs,
  output_label_format: z
    .array(z.int().positive())
    .min(1)
    .nullable()
    .default(null)
    .describe(
      "One integer a label entry: 1 = binary, k > 1 = k classes. Left out, the label_format of the datalist.",
    ),
  items_per_category: z
    .union([z.int().positive(), z.literal("max")])
    .nullable()
    .default(null)
    .describe(
      'Cases drawn of each category an epoch; "max" = as many as the largest category has; null = every case once.',
    ),
  category_weights: z
    .array(z.number().min(0))
    .min(1)
    .nullable()
    .default(null)
    .describe("One weight a category: how many of its cases are drawn in comparison with the others."),
};

type ClassificationArgs = ArgsOf<typeof classificationArgs>;

export const classificationNotes = [
  "The label of a case is a list with one number a label entry: 0 or 1 for a binary entry, the class index for an entry of k classes. It is checked against the label format before training, case by case, with its line in the datalist.",
  "Categories are the classes of the label entries in order: one of a binary entry (the cases that have it), k of an entry of k classes; cases without any are one more category at the end. A case with several labels belongs to several categories.",
  "Of each category n cases are drawn, all of them once before any comes again: n is items_per_category times the category's weight, rounded; with weights alone the epoch keeps its length and is divided in proportion to them. Clara's own rule is not public.",
  "With a cache the draws of an epoch come from the cases in memory.",
  ...pipelineNotes,
];

export function checkClassification(args: ClassificationArgs): ArgFault[] {
  const weights = args.category_weights;
  const faults = checkPipeline(args);
  if (weights?.every((weight) => weight === 0))
    faults.push({
      argument: "category_weights",
      message: "all weights are zero, so nothing would be drawn",
      expected: "at least one weight above 0",
    });
  return faults;
}

export const classificationSettings = (
  name: string,
  args: ClassificationArgs,
  cache: PipelineSettings["cache"],
): PipelineSettings => ({
  ...commonSettings(name, args, cache),
  task: "classification",
  labelChannels: 1,
  labelFormat: args.output_label_format,
  sampling:
    args.items_per_category === null && args.category_weights === null
      ? null
      : { itemsPerCategory: args.items_per_category, categoryWeights: args.category_weights },
});
