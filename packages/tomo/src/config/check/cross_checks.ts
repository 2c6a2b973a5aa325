import type { ComponentSpec } from "../component_spec.ts";
import type { TrainGlobals } from "../globals.ts";
import type { Draft, TrainSection, ValidateSection } from "../plans.ts";
import { isList, type Json } from "../source/json.ts";
import { type ConfigPath, parsePath } from "../source/path.ts";
import type { CheckContext } from "./context.ts";

/** Rules between sections that need no data. */
export function crossCheckTraining(
  context: CheckContext,
  globals: TrainGlobals,
  train: Draft<TrainSection>,
  validate: Draft<ValidateSection> | null,
): void {
  checkBatching(context, train);
  checkTask(context, train, validate);
  if (validate === null) return;
  checkInterval(context, globals);
  checkMetricNames(context, validate.metrics);
  // with a faulty metric it is not known which one is the key metric
  if (!context.findings.failed) checkKeyMetric(context, validate.metrics);
  checkWindow(context, globals, train, validate);
}

/** Loss, model and the rest belong to the task that the image pipeline makes batches for. */
function checkTask(
  { findings, lookup }: CheckContext,
  { image_pipeline, loss, model, aux_ops }: Draft<TrainSection>,
  validate: Draft<ValidateSection> | null,
): void {
  const taskOf = (spec: ComponentSpec) => lookup.find(spec.kind, spec.name)?.task;
  const task = image_pipeline === null ? undefined : taskOf(image_pipeline);
  if (image_pipeline === null || task === undefined) return;
  const others: readonly (ComponentSpec | null)[] = [
    loss,
    model,
    ...aux_ops,
    validate?.inferer ?? null,
    validate?.image_pipeline ?? null,
    ...(validate?.metrics ?? []),
  ];
  for (const spec of others) {
    const own = spec === null ? undefined : taskOf(spec);
    if (spec === null || own === undefined || own === task) continue;
    const fitting = lookup.names(spec.kind).filter((name) => lookup.find(spec.kind, name)?.task === task);
    findings.error(
      "TOMO_WRONG_TASK",
      `${spec.name} is for ${own}, ${image_pipeline.name} for ${task}`,
      [...pathOf(spec), "name"],
      {
        given: spec.name,
        expected: fitting.length === 0 ? undefined : `for example ${fitting.slice(0, 4).join(", ")}`,
      },
    );
  }
}

/** Who decides which model is the best: exactly one metric; none means the first. */
function checkKeyMetric({ findings }: CheckContext, metrics: readonly ComponentSpec<"metrics">[]): void {
  const path = ["validate", "metrics"];
  const marked = metrics.filter(({ args }) => args.is_key_metric === true);
  if (metrics.length === 0)
    findings.error("TOMO_KEY_METRIC", "validation has no metric, so no model is ever the best", path, {
      at: "key",
    });
  else if (marked.length === 0)
    findings.warn("TOMO_NO_KEY_METRIC", `no metric has is_key_metric, ${nameOf(metrics[0]!)} decides`, path, {
      at: "key",
      hint: 'set "is_key_metric": true in one metric',
    });
  else if (marked.length > 1)
    findings.error(
      "TOMO_KEY_METRIC",
      `${marked.length} metrics have is_key_metric`,
      [...pathOf(marked[1]!), "args", "is_key_metric"],
      { at: "key", given: marked.map(nameOf), expected: "exactly one" },
    );
}

export function checkMetricNames(
  { findings }: CheckContext,
  metrics: readonly ComponentSpec<"metrics">[],
): void {
  const names = metrics.map(nameOf);
  for (const name of new Set(names)) {
    const second = names.indexOf(name, names.indexOf(name) + 1);
    if (second < 0) continue;
    findings.warn(
      "TOMO_SAME_METRIC_NAME",
      `several metrics are named ${name}`,
      [...pathOf(metrics[second]!), "args", "name"],
      { hint: "give each its own name, else one report overwrites the other" },
    );
  }
}

const nameOf = ({ name, args }: ComponentSpec): string => (typeof args.name === "string" ? args.name : name);

const pathOf = (spec: ComponentSpec): ConfigPath => parsePath(spec.where.configPath ?? "") ?? [];

function checkInterval({ findings, resolved }: CheckContext, globals: TrainGlobals): void {
  const { epochs, num_training_epoch_per_valid: interval } = globals;
  if (interval > epochs)
    findings.warn(
      "TOMO_NEVER_VALIDATES",
      `validation every ${interval} epochs never comes in ${epochs}`,
      // one who shortens a run by hand leaves the interval as it is
      [
        resolved.variables.get("epochs")?.layers[0].layer === "set"
          ? "epochs"
          : "num_training_epoch_per_valid",
      ],
      {
        hint: `set num_training_epoch_per_valid to ${epochs} or less`,
      },
    );
}

/** A crop that makes several patches of one volume needs someone who takes batches. */
function checkBatching({ findings }: CheckContext, train: Draft<TrainSection>): void {
  const { pre_transforms, batch_transforms, image_pipeline } = train;
  if (image_pipeline === null) return;
  const path = ["train", "image_pipeline"];
  const batching = pre_transforms.filter(({ args }) => typeof args.batch_size === "number");
  const several = batching.find(({ args }) => (args.batch_size as number) > 1);
  const merged = batch_transforms.some(({ name }) => name === "MergeBatchDims");
  const byTransforms = image_pipeline.args.batched_by_transforms;
  if (several !== undefined && byTransforms === false && !merged)
    findings.error(
      "TOMO_BATCHING",
      `${several.name} makes ${several.args.batch_size} patches of a volume, the pipeline expects one`,
      path,
      { hint: 'add "batched_by_transforms": true to its args, or MergeBatchDims to train.batch_transforms' },
    );
  // a faulty transform may be the one that makes batches
  if (byTransforms === true && batching.length === 0 && !findings.failed)
    findings.warn(
      "TOMO_NOTHING_TO_BATCH",
      "batched_by_transforms is true, but no transform makes batches",
      [...path, "args", "batched_by_transforms"],
      {
        hint: 'remove "batched_by_transforms", or crop with FastCropByPosNegRatio',
      },
    );
}

/** Without dynamic_input_shape the network has one input size, so validation cannot use another. */
function checkWindow(
  { findings }: CheckContext,
  globals: TrainGlobals,
  train: Draft<TrainSection>,
  validate: Draft<ValidateSection>,
): void {
  const crop = train.image_pipeline?.args.output_crop_size;
  const roi = validate.inferer?.args.roi_size;
  if (globals.dynamic_input_shape || !isSize(crop) || !isSize(roi)) return;
  if (crop.every((size, axis) => size === roi[axis])) return;
  findings.error(
    "TOMO_STATIC_SHAPE",
    "validation uses another window than training",
    ["validate", "inferer", "args", "roi_size"],
    { given: roi, expected: `${JSON.stringify(crop)}, or "dynamic_input_shape": true` },
  );
}

const isSize = (value: Json | undefined): value is readonly number[] =>
  isList(value) && value.every((size) => typeof size === "number" && size > 0);
