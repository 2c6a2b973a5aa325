import type { NetworkFacts } from "../../components/effects/effect.ts";
import { type FieldFacts, withFacts } from "../../components/effects/facts.ts";
import { componentOf, effectOf, instantiate } from "../../components/registry.ts";
import type { ComponentSpec, Task } from "../../config/component_spec.ts";
import type { Draft, TrainSection, ValidateSection } from "../../config/plans.ts";
import type { ListFacts } from "../data_facts.ts";
import {
  channelStep,
  channelsText,
  checkAxes,
  checkChannelAxes,
  checkChannels,
  checkCropSize,
  checkGrids,
  checkLayout,
  checkLoaded,
  type Delivery,
  imageIn,
} from "./delivered.ts";
import { follow } from "./follow.ts";
import { effectContext, type Host, pathOf, reportError, stepOf, stepText } from "./host.ts";
import { checkMetricFields } from "./metric_fields.ts";
import { checkNetworkSize, networkOf, outputFacts, windowOf, windowPath } from "./network.ts";
import { type Point, withField } from "./point.ts";
import { startOf } from "./start.ts";

/** What the checks of a training config know of its data; null where a datalist is not there. */
export interface TrainingData {
  readonly training: ListFacts | null;
  readonly validation: ListFacts | null;
}

/** The ends of the two chains, for the summary and for comparisons. */
export interface TrainingChain {
  readonly network: NetworkFacts | null;
  readonly training: Point;
  readonly validation: Point | null;
  readonly window: readonly number[] | null | undefined;
}

/**
 * Follows a training config from the datalist to the loss, and its validation to the metrics. Parts that are faulty in
 * themselves are null in the draft; what depends on them is not checked.
 */
export function followTraining(
  host: Host,
  train: Draft<TrainSection>,
  validate: Draft<ValidateSection> | null,
  data: TrainingData,
): TrainingChain {
  const settings = train.image_pipeline && instantiate(train.image_pipeline);
  const task = settings?.task ?? null;
  const spatialDims = settings?.spatialDims ?? 3;
  const network =
    train.model && fitsTask(train.model, task)
      ? networkOf(train.model, { spatialDims, labelFormat: host.labelFormat })
      : null;
  const section = ["train", "pre_transforms"];
  const start = startOf(data.training, task, host.labelFormat);
  const training = follow(host, start, section, train.pre_transforms);
  follow(host, training, ["train", "batch_transforms"], train.batch_transforms);
  const validated = validate && followValidation(host, train, validate, { network, task, data });
  if (settings !== null && train.image_pipeline !== null) {
    const pipeline = { settings, path: pathOf(train.image_pipeline) };
    const model = train.model?.name ?? "the model";
    const delivery: Delivery = { host, point: training, section, pipeline, network, model };
    const elsewhere = validated === null ? null : (imageIn(validated.point, "image")?.channels ?? null);
    checkLoaded(delivery);
    checkChannelAxes(delivery);
    checkLayout(delivery);
    checkAxes(delivery);
    checkChannels(delivery, elsewhere);
    checkCropSize(delivery);
    checkGrids(delivery);
    const patches = imageIn(training, "image")?.patches ?? 1;
    checkNetworkSize(host, network, {
      model,
      name: "output_crop_size",
      size: settings.cropSize,
      mode: { training: true, batch: settings.batchedByTransforms ? patches : patches * settings.batchSize },
      path: [...pipeline.path, "args", "output_crop_size"],
    });
  }
  checkStep(host, train, training, { network, task });
  return { network, training, validation: validated?.point ?? null, window: validated?.window };
}

/** Loss and aux-ops. */
function checkStep(
  host: Host,
  { loss, aux_ops }: Draft<TrainSection>,
  point: Point,
  { network, task }: Pick<Context, "network" | "task">,
): void {
  const stage = { network, label: labelIn(point) };
  if (loss !== null && fitsTask(loss, task))
    effectOf(loss)?.(stage, effectContext(host, stepOf(loss), point));
  for (const auxOp of aux_ops)
    if (fitsTask(auxOp, task)) effectOf(auxOp)?.(stage, effectContext(host, stepOf(auxOp), point));
}

/** A component of the other task is reported as that; what follows from it is not. */
const fitsTask = (spec: ComponentSpec, task: Task | null): boolean =>
  task === null || (componentOf(spec).task ?? task) === task;

const labelIn = ({ sample }: Point): FieldFacts => sample.fields.get("label") ?? { holds: "unknown" };

interface Context {
  readonly network: NetworkFacts | null;
  readonly task: Task | null;
  readonly data: TrainingData;
}

function followValidation(
  host: Host,
  train: Draft<TrainSection>,
  validate: Draft<ValidateSection>,
  { network, task, data }: Context,
): { point: Point; window: readonly number[] | null | undefined } {
  const start = startOf(data.validation, task, host.labelFormat);
  const section = ["validate", "pre_transforms"];
  const point = follow(host, start, section, validate.pre_transforms);
  const settings = validate.image_pipeline && instantiate(validate.image_pipeline);
  const training = train.image_pipeline && instantiate(train.image_pipeline);
  const delivery = { host, point, section };
  if (settings !== null && validate.image_pipeline !== null)
    checkLoaded({
      ...delivery,
      pipeline: { settings, path: pathOf(validate.image_pipeline) },
      network,
      model: train.model?.name ?? "the model",
    });
  // whole volumes get a channel axis by themselves, films that form a batch do not
  if (task === "classification") checkChannelAxes(delivery);
  const window =
    validate.inferer === null ? undefined : windowOf(validate.inferer, training?.cropSize ?? null);
  checkInput(host, train, point);
  checkInference(host, train, validate, { network, point, window });
  const made = madeByAuxOps(host, train.aux_ops, point, network);
  const model = outputFacts(imageIn(point, "image"), network, task && task === "classification");
  const predicted = withField(point, "model", model, "image");
  const scored = { ...predicted, sample: withFacts(predicted.sample, made) };
  for (const metric of validate.metrics) if (fitsTask(metric, task)) checkMetricFields(host, metric, scored);
  return { point, window };
}

function madeByAuxOps(
  host: Host,
  auxOps: readonly ComponentSpec<"aux_ops">[],
  point: Point,
  network: NetworkFacts | null,
): Record<string, FieldFacts> {
  // faults were reported in training
  const silent = { error: () => {}, warn: () => {}, unreadable: () => {} };
  const stage = { network, label: labelIn(point) };
  return Object.assign(
    {},
    ...auxOps.map((spec) => {
      const outputs = instantiate(spec).outputs.map(({ name }) => [name, { holds: "unknown" }] as const);
      const known = effectOf(spec)?.(stage, { ...effectContext(host, stepOf(spec), point), ...silent });
      return { ...Object.fromEntries(outputs), ...known };
    }),
  );
}

/** The images that validation hands to the network have as many channels as it was built for. */
function checkInput(host: Host, train: Draft<TrainSection>, point: Point): void {
  const expected = train.image_pipeline && instantiate(train.image_pipeline).imageChannels;
  const delivered = imageIn(point, "image")?.channels ?? null;
  if (expected === null || delivered === null || delivered === expected) return;
  const trained = channelStep(point);
  const path = trained?.path ?? ["validate", "pre_transforms"];
  reportError(
    host,
    "TOMO_CHANNELS",
    `validation delivers ${channelsText(delivered)}, the network is trained on ${expected}`,
    trained === undefined ? path : [...path, "name"],
    {
      expected: channelsText(expected),
      hint:
        trained === undefined
          ? "prepare images of validation as those of training"
          : `${stepText(host, trained)} gives ${channelsText(delivered)}; prepare images as in train.pre_transforms`,
    },
  );
}

/** Window or whole image, as the network can take them. */
function checkInference(
  host: Host,
  train: Draft<TrainSection>,
  { inferer }: Draft<ValidateSection>,
  {
    network,
    point,
    window,
  }: { network: NetworkFacts | null; point: Point; window: readonly number[] | null | undefined },
): void {
  if (inferer === null) return;
  const model = train.model?.name ?? "the model";
  const mode = { training: false, batch: 1 };
  const path = windowPath(inferer);
  const dims = train.image_pipeline && instantiate(train.image_pipeline).spatialDims;
  if (window != null && dims !== null && window.length !== dims) {
    reportError(host, "TOMO_AXES", `roi_size has ${window.length} entries, the data is ${dims}-D`, path, {
      expected: `${dims} sizes in voxels`,
    });
    return;
  }
  if (window != null) checkNetworkSize(host, network, { model, name: "roi_size", size: window, mode, path });
  const size = window === null ? (imageIn(point, "image")?.size ?? null) : null;
  if (size === null || !size.every((length) => typeof length === "number")) return;
  checkNetworkSize(host, network, {
    model,
    name: "whole images of",
    size,
    mode,
    path: [...pathOf(inferer), "name"],
  });
}
