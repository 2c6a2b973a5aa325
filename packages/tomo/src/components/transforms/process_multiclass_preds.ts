import { withFields } from "../../data/sample.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import { field } from "../args.ts";
import { factsOf } from "../effects/effect.ts";
import { withFacts } from "../effects/facts.ts";
import { outputsOf, requireLabelFormat } from "../label_format.ts";
import { numbersOf } from "../numbers_of.ts";
import { probabilitiesOf } from "../probabilities.ts";
import { defineTransform } from "./define.ts";

const name = "ProcessMulticlassPreds";

export const ProcessMulticlassPreds = defineTransform({
  name,
  summary: "Turns the outputs of a classifier into probabilities, by label_format.",
  notes: [
    "Sigmoid for each binary entry of label_format, softmax over the outputs of each entry of k classes. The number of values stays.",
    "For post_transforms, with field model, which holds the logits of one case. Use it once: probabilities are not known from logits.",
  ],
  args: { field: field("Name of the field with the logits; it receives the probabilities.") },
  effect: (args) => (sample, context) => {
    const held = factsOf(sample, args.field, ["field"], context);
    if (held.holds === "image" || held.holds === "path")
      context.error({
        code: "TOMO_FIELD_KIND",
        message: `the field "${args.field}" holds an image, not the outputs of a classifier`,
        argument: ["field"],
        hint: "in segmentation ArgmaxAcrossChannels or ThresholdValues finish the network's output",
      });
    else if (held.holds === "numbers" && held.values === "probability")
      context.error({
        code: "TOMO_VALUE_KIND",
        message: `the field "${args.field}" holds probabilities already`,
        argument: ["field"],
        expected: "logits",
        hint: `use ${name} once`,
        blame: { field: args.field, part: "values" },
      });
    const length = held.holds === "numbers" ? held.length : null;
    return withFacts(sample, { [args.field]: { holds: "numbers", values: "probability", length } });
  },
  apply: (args, sample, { labelFormat }) => {
    const format = requireLabelFormat(labelFormat, name);
    const logits = numbersOf(sample, args.field, name);
    if (logits.length !== outputsOf(format))
      throw new TomoError("TOMO_SHAPE_MISMATCH", `field "${args.field}" does not fit label_format`, {
        where: { case: sample.caseId, field: args.field },
        given: `${logits.length} values, label_format [${format.join(", ")}]`,
        expected: `${outputsOf(format)} values: 1 for each 1, k for each k > 1`,
        hint: "was the network trained with another label_format?",
      });
    return withFields(sample, { [args.field]: probabilitiesOf(logits, format) });
  },
});
