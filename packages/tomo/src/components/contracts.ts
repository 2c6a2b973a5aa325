import type { DType, Module, Optimizer, Tensor } from "@tomo/torch";
import type { RandomStream } from "../data/random.ts";
import type { Sample } from "../data/sample.ts";
import type { RunEvent } from "../workflows/events.ts";
import type { PipelineSettings } from "./image_pipelines/settings.ts";

/** What the config can name. Folder names and section names are the same words. */
export interface Built {
  transforms: Transform;
  losses: Loss;
  optimizers: OptimizerFactory;
  lr_policies: LrPolicy;
  models: NetworkFactory;
  image_pipelines: PipelineSettings;
  aux_ops: AuxOp;
  metrics: Metric;
  inferers: InfererFactory;
  writers: Writer;
  model_loaders: ModelLoader;
  handlers: Handler;
}
export type Kind = keyof Built;

/** Takes a sample, returns a new one; never writes into the tensors it was given. */
export interface Transform {
  readonly apply: (sample: Sample, context: TransformContext) => Sample;
  /**
   * Throws a TomoError when files that this transform would read cannot be read. Cheap: header, structure and checksums,
   * no decoding. Asked for every case before training; transforms that read no files have none.
   */
  readonly verify?: (sample: Sample) => void;
  /** Of croppers; left out = it may look at any value. */
  readonly picks?: Picks;
}

/**
 * Fields from which a transform only takes voxels, as they are, and zeros where there are none, into contiguous arrays.
 * So a cache may hand it stored numbers in place of the values, where the number 0 stands for the value 0.
 */
export interface Picks {
  readonly fields: readonly string[];
  /** Those of them whose voxels are compared with numbers too: they come as values, of whatever element type. */
  readonly compared: readonly string[];
}
export interface TransformContext {
  /** Stream of this (seed, epoch, case, transform); deterministic transforms do not touch it. */
  readonly random: RandomStream;
  /** For facts the user should see once, for example a volume without foreground. */
  readonly warn: (message: string) => void;
  /** As in TaskContext; for transforms of predictions. */
  readonly labelFormat: LabelFormat | null;
}

/**
 * Classification: one integer a label entry: 1 = a binary label with one output, k > 1 = a label of k classes (the
 * value is the class index) with k outputs. Outputs stand in the order of the entries.
 */
export type LabelFormat = readonly number[];

/** What a loss or an aux-op must know of the task besides its tensors. */
export interface TaskContext {
  /** Null in segmentation. */
  readonly labelFormat: LabelFormat | null;
}

/**
 * Returns a scalar. Segmentation: predictions are the activated output [N, C, spatial], targets [N, 1 or C, spatial].
 * Classification: predictions are logits [N, K], targets float32 [N, one a label entry].
 */
export type Loss = (predictions: Tensor, targets: Tensor, task: TaskContext) => Tensor;

/** parameters: by name, as `Module.namedParameters()` gives them; the names reappear in the optimizer's state. */
export type OptimizerFactory = (parameters: Readonly<Record<string, Tensor>>) => Optimizer;

/** Asked before every optimizer step for the learning rate of that step. */
export type LrPolicy = (context: LrContext) => number;
export interface LrContext {
  readonly initialLr: number;
  readonly currentLr: number;
  /** Optimizer steps done since the start of the run, not reset by epoch. */
  readonly step: number;
  /** 1-based. */
  readonly epoch: number;
  readonly epochs: number;
  /** Key metric of each validation so far, oldest first. */
  readonly keyMetrics: readonly number[];
}

export type NetworkFactory = (context: NetworkContext) => Network;
export interface NetworkContext {
  readonly inChannels: number;
  /** Spatial axes of the data: 2 or 3. */
  readonly spatialDims: number;
  /**
   * Dtype of the activations; parameters stay float32, norms keep statistics in float32, the final activation is
   * computed in float32. Default: the dtype of the parameters.
   */
  readonly precision?: DType;
  /** Receives facts the user should see once, for example that no pretrained weights were found. */
  readonly note?: (message: string) => void;
  /** Null or left out in segmentation. */
  readonly labelFormat?: LabelFormat | null;
}
export interface Network {
  readonly module: Module;
  readonly outChannels: number;
  readonly finalActivation: "softmax" | "sigmoid" | "linear";
  /** Layout of input and output. */
  readonly dataFormat: "channels_first" | "channels_last";
  /** Raw output, before the final activation. */
  readonly logits: (input: Tensor) => Tensor;
  /** Activated output; the activation is computed in float32 at least. */
  readonly predict: (input: Tensor) => Tensor;
  /**
   * Reads the pretrained weights that the config names into the module and says what was loaded, in a line for the
   * log; null when the config names none or its file does not exist. Called once, before training, with the module on
   * the CPU; never when all weights come from a checkpoint.
   * @throws TomoError TOMO_WEIGHTS_… for a file that does not fit
   */
  readonly loadPretrained: (() => Promise<string>) | null;
  /** Regularisation or auxiliary loss that the model adds in training, or null. */
  readonly extraLoss: () => Tensor | null;
  /** Null when the spatial size can be taken, else why not and the nearest size that can. */
  readonly checkSize: (
    spatial: readonly number[],
    mode: { training: boolean; batch: number },
  ) => SizeFault | null;
}
export interface SizeFault {
  /** For example "axis 2 is 100, SegAhnet needs a multiple of 32". */
  readonly reason: string;
  readonly nearest: readonly number[];
}

/** Scores cases one by one, then summarises: pure, so results do not depend on order or on processes. */
export interface Metric {
  readonly name: string;
  readonly isKeyMetric: boolean;
  readonly reportPath: string | null;
  readonly doSummary: boolean;
  readonly doPrint: boolean;
  /** Fields of the sample that it reads. */
  readonly fields: readonly string[];
  /** What is done with cases that have no value, in words, for the report. */
  readonly policy: string;
  readonly score: (sample: Sample) => CaseScore;
  readonly summarise: (scores: readonly CaseScore[]) => MetricSummary;
}
export interface MetricSummary {
  readonly value: number;
  /** Scores that stand behind the value. */
  readonly count: number;
  /** Named parts of the value, for example Dice or AUC by class; NaN = no value. */
  readonly parts: Readonly<Record<string, number>>;
  /** Facts the user should see, for example a class that no case has. */
  readonly warnings: readonly string[];
}
export interface CaseScore {
  readonly caseId: string;
  /** NaN = no value (for example Dice of a class absent from the label). */
  readonly value: number;
  /** Named parts, for example Dice by class; NaN = no value. */
  readonly parts: Readonly<Record<string, number>>;
  /** What a metric over all cases together is made from, for example AUC; such a case has no value of its own. */
  readonly vectors?: { readonly predictions: readonly number[]; readonly labels: readonly number[] };
}

/** Tensors made beside the loss in each step; `outputs` name them for `field` of validate.metrics. */
export interface AuxOp {
  readonly outputs: readonly AuxOutput[];
  /** Whether outputs of a batch go to TensorBoard and are printed in training. */
  readonly doSummary: boolean;
  readonly doPrint: boolean;
  /** predictions and targets as for a loss; returns one tensor an output, by its name. Runs without gradients. */
  readonly compute: (
    predictions: Tensor,
    targets: Tensor,
    task: TaskContext,
  ) => Readonly<Record<string, Tensor>>;
}
export interface AuxOutput {
  readonly name: string;
  /** batch: one number for the whole batch, a tensor of one element. case: the first axis is the batch axis. */
  readonly per: "batch" | "case";
}

export type InfererFactory = (context: InferContext) => Inferer;
export interface InferContext {
  /** Spatial size that the network was trained with, in voxels; null when it saw whole images. */
  readonly trainingSize: readonly number[] | null;
}
export interface Inferer {
  /** Window that the network will see, or null when it sees the whole image. */
  readonly roiSize: readonly number[] | null;
  /**
   * Segmentation: input [1, C, spatial]; forward maps [b, C, roi] to [b, K, roi]; returns [1, K, spatial].
   * Classification: input [N, C, spatial], forward and result [N, K].
   */
  readonly infer: (input: Tensor, forward: (windows: Tensor) => Tensor) => Tensor;
}

export interface Writer {
  readonly field: string;
  /** Called once before the first case: what it throws ends the run before any work is done. */
  readonly start?: () => void;
  /** Returns the files written. */
  readonly write: (sample: Sample, context: WriterContext) => readonly string[];
  /** Called once after the last case, not when the run was interrupted; returns the files written. */
  readonly finish?: () => readonly string[];
}
export interface WriterContext {
  /** The folder of a case under a writer's folder; it exists when this returns. */
  readonly caseFolder: (sample: Sample, root: string) => string;
  /** Path of the case's image as the datalist has it. */
  readonly datalistPath: (sample: Sample) => string;
}

export type ModelLoader = (context: ModelLoaderContext) => LoadedModel | Promise<LoadedModel>;
export interface ModelLoaderContext {
  /** Builds a model as the config that trained it named it: one of the catalogue, or of the user's own file. */
  readonly buildNetwork: (
    model: {
      readonly name: string;
      readonly args: Readonly<Record<string, unknown>>;
      readonly module?: { readonly path: string; readonly sha256: string };
    },
    context: NetworkContext,
  ) => Promise<Network>;
  readonly precision: DType;
  readonly warn: (message: string) => void;
}
export interface LoadedModel {
  readonly network: Network;
  readonly inChannels: number;
  readonly spatialDims: number;
  /** Null in segmentation. */
  readonly labelFormat: LabelFormat | null;
  /** Spatial size that the network was trained with, in voxels; null when it saw whole images. */
  readonly trainingSize: readonly number[] | null;
  /** Whether inference uses batch statistics and dropout, as training does. */
  readonly trainingMode: boolean;
  /** Name of the model, for example SegAhnet. */
  readonly name: string;
  /** Where the weights came from. */
  readonly source: string;
  /** What was loaded, for the log. */
  readonly description: string;
}

export interface Handler {
  readonly on: (event: RunEvent, context: HandlerContext) => void;
}
export interface HandlerContext {
  /** A line for the log. */
  readonly note: (message: string) => void;
  /** Ends the training after the present epoch, as if it were the last. */
  readonly stop: (reason: string) => void;
}
