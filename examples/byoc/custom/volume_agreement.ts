// A metric: scores cases one by one, then summarises; larger is better. NaN = the case has no value.
import { ops, scope, type Tensor } from "@tomo/torch";
import { defineMetric, field, imageOf, meanOverCases, metricArgs, metricParts } from "tomo";

export const VolumeAgreement = defineMetric({
  name: "VolumeAgreement",
  summary: "1 minus the difference of predicted and true volume over their sum.",
  args: { ...metricArgs, label_field: field("Field with the label.").default("label") },
  build: (args) => ({
    ...metricParts(args),
    fields: [args.field, args.label_field],
    policy: "A case whose prediction and label are both empty has no value.",
    score: (sample) => {
      const voxels = (data: Tensor) => scope(() => ops.sum(ops.toDtype(ops.gt(data, 0.5), "float32")).item());
      const predicted = voxels(imageOf(sample, args.field).data);
      const actual = voxels(imageOf(sample, args.label_field).data);
      const value = 1 - Math.abs(predicted - actual) / (predicted + actual);
      return { caseId: sample.caseId, value, parts: {} };
    },
    summarise: meanOverCases,
  }),
});
