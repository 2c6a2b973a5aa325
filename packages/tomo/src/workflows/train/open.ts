import { manualSeed } from "@tomo/torch";
import type { Network } from "../../components/contracts.ts";
import { cacheLimits } from "../../components/image_pipelines/cache_memory.ts";
import { loadModules } from "../../components/own/load.ts";
import { instantiate } from "../../components/registry.ts";
import type { ComponentSpec } from "../../config/component_spec.ts";
import { modulesIn } from "../../config/modules_in.ts";
import { TomoErrors } from "../../errors/tomo_error.ts";
import { fileFaultsOf } from "../../pipeline/bad_files.ts";
import { createBatchLoader, openBatchSession } from "../../pipeline/batch_loader.ts";
import type { BatchLoader } from "../../pipeline/loader.ts";
import { bytesText } from "../../pipeline/loader_words.ts";
import { createSampleLoader } from "../../pipeline/sample_loader.ts";
import type { Session } from "../../pipeline/session.ts";
import { buildTransforms } from "../../pipeline/transform_list.ts";
import type { WorkerTask } from "../../pipeline/workers/inbox.ts";
import { type CheckpointFacts, restoreWeights, saveCheckpoint } from "../checkpoint.ts";
import { type Machine, precisionOf, prepareMachine } from "../device.ts";
import type { RunEvent } from "../events.ts";
import { loaderTask } from "../profile/loader_task.ts";
import { OperatorMeter } from "../profile/operator_meter.ts";
import { batchCheck } from "./batch_check.ts";
import type { DataSource, TrainJob } from "./job.ts";
import type { TrainParts } from "./parts.ts";
import type { GroupParts } from "./score_group.ts";
import { batchOf, checkSizes, promisedSizes } from "./sizes.ts";
import { Stepper } from "./step.ts";
import type { ValidationParts } from "./validation.ts";

/** Everything that a training run holds while it lives. */
export interface OpenRun {
  readonly machine: Machine;
  readonly parts: TrainParts;
  readonly facts: CheckpointFacts;
  readonly startedFrom: string | null;
  /** Null without `profile`. */
  readonly meter: OperatorMeter | null;
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
  tell: (event: RunEvent) => void = () => {},
): Promise<OpenRun> {
  const told = { warn, note, tell };
  await loadModules(modulesIn(job.plan));
  const session = await startSession(job, told);
  try {
    return await buildTraining(job, session, told);
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** The session of the training loader; its threads load while the network is built. */
async function startSession(job: TrainJob, told: Told): Promise<Session> {
  const session = await openBatchSession(sessionOptions(job, told));
  session.executor.start(job.training.items.length);
  return session;
}

async function buildTraining(job: TrainJob, session: Session, told: Told): Promise<OpenRun> {
  const { warn, note } = told;
  const machine = prepareMachine(job.device, job.threads);
  const { globals, train } = job.plan;
  const facts = factsOf(job, note);
  const { network } = facts;
  const training = await withReadableFiles(job.training, train.pre_transforms, warn);
  const validation =
    job.validation && (await withReadableFiles(job.validation, job.plan.validate!.pre_transforms, warn));
  const startedFrom = globals.MMAR_CKPT ? restoreWeights(network, globals.MMAR_CKPT, warn) : null;
  if (startedFrom === null && network.loadPretrained !== null) note(await network.loadPretrained());
  network.module.to({ device: machine.device }).train();
  const optimizer = instantiate(train.optimizer)(Object.fromEntries(network.module.namedParameters()));
  const loss = instantiate(train.loss);
  const auxOps = train.aux_ops.map((spec) => instantiate(spec));
  const task = { labelFormat: job.training.labelFormat };
  const opened = { ...job, training, validation };
  const meter = job.profile ? new OperatorMeter(machine.device) : null;
  const [cacheBytes, validationBytes] = cacheLimits(
    [training, validation].map((source) => cacheWithin(source)),
  );
  if ([training, validation].some((source) => source?.settings.cache?.memory === null))
    note(
      `caches may take ${bytesText((cacheBytes ?? 0) + (validationBytes ?? 0))}, half of the memory that is free; cache_memory sets another limit`,
    );
  const loader = await openLoader(opened, cacheBytes ?? undefined, session, told);
  const shared = { facts, machine, auxOps, task };
  const parts = await openValidation(opened, shared, validationBytes ?? undefined, told);
  return {
    machine,
    facts,
    startedFrom,
    meter,
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
        task,
        auxOps,
        meter,
      }),
      validation: parts,
      handlers: train.handlers.map((spec) => instantiate(spec)),
      checkBatch: batchCheck(network, train.model.name, facts.inChannels),
      save: (reason, progress) => saveCheckpoint(facts, optimizer, reason, progress),
    },
    close: async () => {
      await loader.close();
      await parts?.loader.close();
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
  const { labelFormat } = job.training;
  const context = { inChannels, spatialDims, precision, note, labelFormat };
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
    model: { name: train.model.name, args: train.model.args, ...moduleRecord(train.model) },
    network,
    inChannels,
    spatialDims,
    labelFormat,
    trainingSize: settings.cropSize,
    dynamicInputShape: globals.dynamic_input_shape,
    epochs: globals.epochs,
    seeds: job.seeds,
    precision,
  };
}

/** Of a model of the user's own: where its file is looked for again, and whether it is the same. */
const moduleRecord = ({ module }: ComponentSpec<"models">) =>
  module === undefined ? {} : { module: { path: module.path, sha256: module.sha256 } };

/** Whom loaders tell. */
interface Told {
  readonly warn: (message: string) => void;
  readonly note: (message: string) => void;
  readonly tell: (event: RunEvent) => void;
}

/** The cache of a source as far as there are cases for it. */
function cacheWithin(source: DataSource | null) {
  const cache = source?.settings.cache ?? null;
  return cache && { ...cache, objects: Math.min(cache.objects, source!.items.length) };
}

/** What the training loader and its session both need. */
function sessionOptions({ training, plan, seeds, profile }: TrainJob, { warn, tell }: Told) {
  const transforms = plan.train.pre_transforms;
  const onTask = (task: WorkerTask) => tell(loaderTask("training", transforms, task));
  const { numWorkers } = training.settings;
  return { transforms, numWorkers, seed: seeds.data, warn, ...(profile ? { onTask } : {}) };
}

function openLoader(
  job: TrainJob,
  memory: number | undefined,
  session: Session,
  told: Told,
): Promise<BatchLoader> {
  const { settings, items, labelFormat } = job.training;
  const options = {
    ...settings,
    ...sessionOptions(job, told),
    cache: settings.cache && { ...settings.cache, memory },
    items,
    labelFormat,
    batchTransforms: job.plan.train.batch_transforms,
    note: told.note,
  };
  return createBatchLoader(options, session);
}

/**
 * A source without the cases whose files cannot be read, where its pipeline asks for that.
 * @throws TomoErrors with all files that cannot be read, else
 */
async function withReadableFiles(
  source: DataSource,
  transforms: readonly ComponentSpec<"transforms">[],
  warn: (message: string) => void,
): Promise<DataSource> {
  const faults = fileFaultsOf(source.items, await buildTransforms(transforms));
  if (faults.length === 0) return source;
  if (source.settings.badFiles === "stop") throw new TomoErrors(faults);
  for (const { where, message } of faults) warn(`case ${where.case} is left out: ${message}`);
  const bad = new Set(faults.map(({ where }) => where.case));
  const items = source.items.filter(({ caseId }) => !bad.has(caseId));
  if (items.length === 0) throw new TomoErrors(faults);
  return { ...source, items };
}

/** What validation shares with training. */
interface Shared extends Pick<GroupParts, "auxOps" | "task"> {
  readonly facts: CheckpointFacts;
  readonly machine: Machine;
}

async function openValidation(
  job: TrainJob,
  { facts, machine, auxOps, task }: Shared,
  memory: number | undefined,
  { warn, note, tell }: Told,
): Promise<ValidationParts | null> {
  const section = job.plan.validate;
  if (section === null || job.validation === null) return null;
  const { network, inChannels, trainingSize } = facts;
  const { settings, items } = job.validation;
  const loader = await createSampleLoader({
    items,
    transforms: section.pre_transforms,
    seed: job.seeds.data,
    numWorkers: settings.numWorkers,
    prefetch: settings.prefetchSize,
    cache: settings.cache && { objects: settings.cache.objects, memory },
    warn,
    note,
    ...(job.profile
      ? { onTask: (done) => tell(loaderTask("validation", section.pre_transforms, done)) }
      : {}),
  });
  const inferer = instantiate(section.inferer)({ trainingSize });
  return {
    metrics: section.metrics.map((spec) => instantiate(spec)),
    loader,
    predictor: { network, inferer, inChannels, device: machine.device },
    auxOps,
    task,
    batchSize: settings.task === "classification" ? settings.batchSize : 1,
  };
}
