import { manualSeed } from "@tomo/torch";
import type { Network } from "../../components/contracts.ts";
import { instantiate } from "../../components/registry.ts";
import { createBatchLoader } from "../../pipeline/batch_loader.ts";
import type { BatchLoader } from "../../pipeline/loader.ts";
import { createSampleLoader } from "../../pipeline/sample_loader.ts";
import { type CheckpointFacts, restoreWeights, saveCheckpoint } from "../checkpoint.ts";
import { type Machine, precisionOf, prepareMachine } from "../device.ts";
import { batchCheck } from "./batch_check.ts";
import type { TrainJob } from "./job.ts";
import type { TrainParts } from "./parts.ts";
import { batchOf, checkSizes, promisedSizes } from "./sizes.ts";
import { Stepper } from "./step.ts";
import type { ValidationParts } from "./validation.ts";

/** Everything that a training run holds while it lives. */
export interface OpenRun {
  readonly machine: Machine;
  readonly parts: TrainParts;
  readonly facts: CheckpointFacts;
  readonly startedFrom: string | null;
  readonly close: () => Promise<void>;
}

/**
 * Builds network, optimizer and loaders of a job, in this thread.
 * @throws TomoErrors for sizes that the network cannot take, before any data is read; TomoError TOMO_CHECKPOINT_…
 */
export async function openTraining(
  job: TrainJob,
  warn: (message: string) => void,
  note: (message: string) => void,
): Promise<OpenRun> {
  const machine = prepareMachine(job.device, job.threads);
  const { globals, train } = job.plan;
  const facts = factsOf(job, note);
  const { network } = facts;
  const startedFrom = globals.MMAR_CKPT ? restoreWeights(network, globals.MMAR_CKPT, warn) : null;
  network.module.to({ device: machine.device }).train();
  const optimizer = instantiate(train.optimizer)(Object.fromEntries(network.module.namedParameters()));
  const loss = instantiate(train.loss);
  const loader = await openLoader(job, warn);
  const validation = await openValidation(job, facts, machine, warn);
  return {
    machine,
    facts,
    startedFrom,
    parts: {
      epochs: globals.epochs,
      epochsPerValidation: globals.num_training_epoch_per_valid,
      initialLr: globals.learning_rate,
      lrPolicy: train.lr_policy && instantiate(train.lr_policy),
      loader,
      stepper: new Stepper({
        network,
        loss,
        optimizer,
        device: machine.device,
        precision: facts.precision,
        task: { labelFormat: job.training.labelFormat },
        auxOps: train.aux_ops.map((spec) => instantiate(spec)),
      }),
      validation,
      handlers: train.handlers.map((spec) => instantiate(spec)),
      checkBatch: batchCheck(network, train.model.name, facts.inChannels),
      save: (reason, progress) => saveCheckpoint(facts, optimizer, reason, progress),
    },
    close: async () => {
      await loader.close();
      await validation?.loader.close();
      optimizer.dispose();
      network.module.dispose();
    },
  };
}

/** The network with initial weights, after the check that it can take the sizes of the config. */
function factsOf(job: TrainJob, note: (message: string) => void): CheckpointFacts {
  const { globals, train } = job.plan;
  const { settings } = job.training;
  const precision = precisionOf(globals.use_amp);
  const { imageChannels: inChannels, spatialDims } = settings;
  manualSeed(job.seeds.engine);
  const context = { inChannels, spatialDims, precision, note };
  const network: Network = instantiate(train.model)(context);
  const inferer = job.plan.validate && {
    spec: job.plan.validate.inferer,
    inferer: instantiate(job.plan.validate.inferer)({ trainingSize: settings.cropSize }),
  };
  const sizes = promisedSizes(
    train.image_pipeline,
    settings.cropSize,
    batchOf(settings, train.pre_transforms),
    inferer,
  );
  checkSizes(network, train.model.name, sizes);
  return {
    folder: globals.MMAR_CKPT_DIR,
    model: { name: train.model.name, args: train.model.args },
    network,
    inChannels,
    spatialDims,
    trainingSize: settings.cropSize,
    dynamicInputShape: globals.dynamic_input_shape,
    epochs: globals.epochs,
    seeds: job.seeds,
    precision,
  };
}

function openLoader(job: TrainJob, warn: (message: string) => void): Promise<BatchLoader> {
  const { settings, items } = job.training;
  return createBatchLoader({
    ...settings,
    items,
    transforms: job.plan.train.pre_transforms,
    batchTransforms: job.plan.train.batch_transforms,
    seed: job.seeds.data,
    warn,
  });
}

async function openValidation(
  job: TrainJob,
  { network, inChannels, trainingSize }: CheckpointFacts,
  { device }: Machine,
  warn: (message: string) => void,
): Promise<ValidationParts | null> {
  const section = job.plan.validate;
  if (section === null || job.validation === null) return null;
  const { settings, items } = job.validation;
  const loader = await createSampleLoader({
    items,
    transforms: section.pre_transforms,
    seed: job.seeds.data,
    numWorkers: settings.numWorkers,
    prefetch: settings.prefetchSize,
    cache: settings.cache,
    warn,
  });
  const inferer = instantiate(section.inferer)({ trainingSize });
  return {
    metrics: section.metrics.map((spec) => instantiate(spec)),
    loader,
    predictor: { network, inferer, inChannels, device },
  };
}
