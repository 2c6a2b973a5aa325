import { adam, Conv, manualSeed, ops, type Tensor, tensor } from "@tomo/torch";
import type { Metric, Network } from "../../components/contracts.ts";
import { networkOf } from "../../components/models/network.ts";
import { medicalImage } from "../../data/medical_image.ts";
import type { Batch, BatchLoader, SampleLoader } from "../../pipeline/loader.ts";
import { loadingTimes } from "../../testing/breakdown.ts";
import { segmentationTask } from "../../testing/task.ts";
import type { TrainParts } from "../train/parts.ts";
import { Stepper } from "../train/step.ts";

/** One convolution, one channel to one probability: enough to learn a threshold. */
export function tinyNetwork(): Network {
  manualSeed(1);
  const module = new Conv(2, 1, 1, 3, { padding: 1 });
  const checkSize = () => null;
  return networkOf(
    { module, outChannels: 1, finalActivation: "sigmoid", dataFormat: "channels_first", checkSize },
    { inChannels: 1, spatialDims: 2 },
  );
}

/** Mean squared difference. */
export const squaredLoss = (predictions: Tensor, targets: Tensor): Tensor =>
  ops.mean(ops.square(ops.sub(predictions, targets)));

const ramp = (shape: readonly number[], phase: number): Float32Array =>
  Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, n) => Math.sin(n * 0.7 + phase));

/** Image and label of case n; the label is where the image is positive. */
function pair(n: number): { image: Tensor; label: Tensor } {
  const values = ramp([2, 1, 4, 4], n);
  return {
    image: tensor(values, [2, 1, 4, 4]),
    label: tensor(
      values.map((value) => (value > 0 ? 1 : 0)),
      [2, 1, 4, 4],
    ),
  };
}

/** `steps` batches an epoch; `change` may spoil one, or throw. */
export function tinyLoader(
  steps: number,
  change: (batch: Batch, epoch: number) => Batch = (batch) => batch,
): BatchLoader {
  return {
    stepsPerEpoch: steps,
    describe: () => "tiny",
    times: loadingTimes,
    epoch: async function* (epoch) {
      for (let n = 0; n < steps; n++)
        yield change({ fields: pair(n), cases: [`case_${n}`, `case_${n}`] }, epoch);
    },
    close: async () => {},
  };
}

/** Cases with an image only. */
export const tinySamples = (count: number): SampleLoader => ({
  length: count,
  times: loadingTimes,
  samples: async function* () {
    for (let index = 0; index < count; index++) {
      const image = medicalImage(tensor(ramp([1, 4, 4], index), [1, 4, 4]), "CHW");
      yield { caseId: `val_${index}`, index, fields: { image } };
    }
  },
  close: async () => {},
});

/** A metric whose value at each validation is the next of a list. */
export function scriptedMetric(values: readonly number[], cases: number): Metric {
  let validation = -1;
  let seen = 0;
  return {
    name: "scripted",
    isKeyMetric: true,
    reportPath: null,
    doSummary: true,
    doPrint: true,
    fields: ["model"],
    policy: "",
    score: ({ caseId }) => {
      if (seen++ % cases === 0) validation++;
      return { caseId, value: values[validation]!, parts: {} };
    },
    summarise: (scores) => ({ value: scores[0]!.value, count: scores.length, parts: {}, warnings: [] }),
  };
}

export interface TinyOptions extends Partial<TrainParts> {
  readonly metricValues?: readonly number[];
}

/** Parts of a run over the tiny network, with what was saved. */
export function tinyParts({ metricValues, ...overrides }: TinyOptions = {}) {
  const network = tinyNetwork();
  const optimizer = adam(Object.fromEntries(network.module.namedParameters()));
  const saved: string[] = [];
  const validation = metricValues && {
    metrics: [scriptedMetric(metricValues, 2)],
    loader: tinySamples(2),
    predictor: {
      network,
      inferer: {
        roiSize: null,
        infer: (input: Tensor, forward: (windows: Tensor) => Tensor) => forward(input),
      },
      inChannels: 1,
      device: "cpu",
    },
    auxOps: [],
    task: segmentationTask,
    batchSize: 1,
  };
  const parts: TrainParts = {
    epochs: 4,
    epochsPerValidation: 2,
    initialLr: 0.01,
    lrPolicy: null,
    loader: tinyLoader(3),
    stepper: new Stepper({
      network,
      loss: squaredLoss,
      optimizer,
      device: "cpu",
      precision: "float32",
      task: segmentationTask,
      auxOps: [],
    }),
    validation: validation ?? null,
    handlers: [],
    checkBatch: () => {},
    save: (reason, { epoch, step }) => {
      saved.push(`${reason} after epoch ${epoch}, step ${step}`);
      return `/models/${reason}`;
    },
    ...overrides,
  };
  return { parts, network, saved };
}
