import type { LabelFormat } from "../../components/contracts.ts";
import { entriesOf, isBinary } from "../../components/label_format.ts";
import { instantiate } from "../../components/registry.ts";
import type { ComponentSpec } from "../../config/component_spec.ts";
import type { TrainPlan } from "../../config/plans.ts";
import { didYouMean } from "../../errors/nearest.ts";
import { TomoError, TomoErrors } from "../../errors/tomo_error.ts";
import type { DataSource } from "./job.ts";

/**
 * What can be known of the fields of a training run once the datalists are read: metrics score fields that are there,
 * and classes that the labels have; training and validation have one label format.
 * @throws TomoErrors TOMO_UNKNOWN_FIELD, TOMO_BAD_VALUE, TOMO_LABEL_FORMAT, all at once
 */
export function checkFields(plan: TrainPlan, training: DataSource, validation: DataSource | null): void {
  if (plan.validate === null || validation === null) return;
  const known = fieldsOf(plan, validation);
  const errors = plan.validate.metrics.flatMap((metric) => [
    ...unknownFields(metric, known),
    ...classFault(metric, validation.labelFormat),
  ]);
  if (String(training.labelFormat) !== String(validation.labelFormat))
    errors.push(otherFormat(plan, training.labelFormat, validation.labelFormat));
  if (errors.length > 0) throw new TomoErrors(errors);
}

/** Fields of a validation sample: of the datalist, the network's output, aux-ops; `made` are names that transforms use. */
function fieldsOf({ train, validate }: TrainPlan, { items }: DataSource) {
  const auxiliary = train.aux_ops.flatMap((spec) => instantiate(spec).outputs.map(({ name }) => name));
  const listed = Object.keys(items[0]?.fields ?? {});
  const made = validate!.pre_transforms.flatMap(({ args }) => Object.values(args).flat());
  return { fields: ["model", ...auxiliary, ...listed], made: new Set<unknown>(made) };
}

function unknownFields(
  spec: ComponentSpec<"metrics">,
  { fields, made }: ReturnType<typeof fieldsOf>,
): TomoError[] {
  const unknown = instantiate(spec).fields.filter((field) => !fields.includes(field) && !made.has(field));
  return unknown.map(
    (field) =>
      new TomoError(
        "TOMO_UNKNOWN_FIELD",
        `${nameOf(spec)} scores the field "${field}", which nothing makes`,
        {
          where: spec.where,
          given: field,
          expected: `one of ${fields.join(", ")}`,
          hint: didYouMean(field, fields) ?? "the outputs of train.aux_ops are fields here",
        },
      ),
  );
}

/** A class_index or include_list beyond the binary entries of the labels. */
function classFault(spec: ComponentSpec<"metrics">, labelFormat: LabelFormat | null): TomoError[] {
  if (labelFormat === null) return [];
  const columns = entriesOf(labelFormat).filter(isBinary).length;
  const asked = [spec.args.class_index ?? [], spec.args.include_list ?? []].flat();
  const bad = asked.find((index) => typeof index === "number" && index >= columns);
  if (bad === undefined || spec.name !== "ComputeAUC") return [];
  return [
    new TomoError("TOMO_BAD_VALUE", `${nameOf(spec)} asks for class ${bad}, the labels have ${columns}`, {
      where: spec.where,
      given: String(bad),
      expected: columns === 1 ? "0" : `0 to ${columns - 1}`,
      hint: `label_format of the datalist is [${labelFormat.join(", ")}]`,
    }),
  ];
}

const otherFormat = (plan: TrainPlan, training: LabelFormat | null, validation: LabelFormat | null) =>
  new TomoError("TOMO_LABEL_FORMAT", "training and validation have different label formats", {
    where: plan.validate!.image_pipeline.where,
    given: formatText(validation),
    expected: formatText(training),
    hint: "both pipelines must be of one task, and their datalists must have one label_format",
  });

const formatText = (format: LabelFormat | null): string =>
  format === null ? "segmentation" : `[${format.join(", ")}]`;

const nameOf = ({ name, args }: ComponentSpec<"metrics">): string =>
  typeof args.name === "string" ? `the metric ${args.name}` : name;
