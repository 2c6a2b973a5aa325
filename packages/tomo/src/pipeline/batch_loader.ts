import { emptyCache, scope } from "@tomo/torch";
import { withoutBadFiles } from "./bad_files.ts";
import { type BatchRule, collate, imagesOf, patchesOf } from "./collate.ts";
import { inOrder } from "./in_order.ts";
import { labelBatch } from "./label_batch.ts";
import type { Batch, BatchLoader, LoaderOptions } from "./loader.ts";
import { cacheFullText, describeLoader } from "./loader_words.ts";
import { runTransforms } from "./run_transforms.ts";
import { createSchedule, type Schedule, type Visit } from "./schedule.ts";
import { openSession, type Session, type SessionOptions } from "./session.ts";
import { SmartCache } from "./smart_cache.ts";
import { type BuiltTransform, buildTransforms, deterministicPrefix } from "./transform_list.ts";
import { wholeSample } from "./workers/executor.ts";
import type { PackedSample } from "./workers/packed_sample.ts";

/** Sets the draws of batch transforms apart from those of samples, whose streams have the same keys otherwise. */
const batchOccurrence = 2 ** 32 - 1;

/** What an epoch works with. */
interface Plant {
  readonly options: LoaderOptions;
  readonly session: Session;
  readonly schedule: Schedule;
  readonly cache: SmartCache | null;
  readonly transformCount: number;
  readonly batchTransforms: readonly BuiltTransform[];
  readonly rule: BatchRule;
}

/** The session of a batch loader; its threads may be started before the loader is made. */
export async function openBatchSession(
  options: Omit<SessionOptions, "prefix" | "sameSize">,
): Promise<Session> {
  const prefix = deterministicPrefix(await buildTransforms(options.transforms));
  return await openSession({ ...options, sameSize: true, prefix });
}

/**
 * Batches for training. Worker threads start with the first epoch, or with the session if that is given. With `numWorkers` 0 all work is done in this
 * thread, when a batch is asked for; the thread then treats denormals as zero, as the workers do.
 *
 * With workers at least one batch is prepared ahead, also with prefetch_size 0: what a batch holds does not depend
 * on it, and workers would stand still during every training step otherwise.
 */
export async function createBatchLoader(options: LoaderOptions, opened?: Session): Promise<BatchLoader> {
  const { duplicateCount = 1, seed } = options;
  const transforms = await buildTransforms(options.transforms);
  const merges = options.batchTransforms.filter(({ name }) => name === "MergeBatchDims");
  const { sampling = null, labelFormat } = options;
  const schedule = createSchedule({
    ...options,
    duplicateCount,
    sampling: sampling && labelFormat ? { ...sampling, labelFormat } : null,
  });
  const prefix = deterministicPrefix(transforms);
  const session = opened ?? (await openBatchSession(options));
  if (options.cache !== null && prefix === 0)
    options.warn(`the cache keeps nothing: the first transform, ${transforms[0]?.spec.name}, is random`);
  const plant: Plant = {
    options,
    session,
    schedule,
    cache: cacheOf(options, session, schedule, { prefix, length: transforms.length }),
    transformCount: transforms.length,
    batchTransforms: await buildTransforms(options.batchTransforms),
    rule: {
      batchedByTransforms: options.batchedByTransforms,
      mergedFields: merges.flatMap(({ args }) => args.fields as readonly string[]),
    },
  };
  const describe = () => describeLoader(options, schedule, plant.cache?.state() ?? null);
  let filled = options.cache === null;
  return {
    stepsPerEpoch: Math.ceil(schedule.visitsPerEpoch / visitsPerBatch(options)),
    describe,
    times: () => ({
      ...session.meter.times(),
      workers: options.numWorkers,
      cases: new Set(options.items.map(({ index }) => index)).size,
      cache: plant.cache && { window: indicesOf(schedule.window(1)).size, ...plant.cache.state() },
    }),
    epoch: async function* (epoch) {
      yield* batches(plant, epoch, seed);
      if (filled) return;
      filled = true;
      options.note?.(describe());
      // from now on little is loaded: the memory that it took goes back to the system
      emptyCache();
    },
    close: session.close,
  };
}

function cacheOf(
  { cache, warn }: LoaderOptions,
  { executor, inbox }: Session,
  { window }: Schedule,
  transforms: { readonly prefix: number; readonly length: number },
): SmartCache | null {
  if (cache === null) return null;
  const memory = cache.memory ?? Number.POSITIVE_INFINITY;
  const onFull = (kept: { readonly cases: number; readonly bytes: number }) =>
    warn(cacheFullText(kept, indicesOf(window(1)).size, memory));
  return new SmartCache({ executor, inbox, ...transforms, memory, onFull });
}

/** Cases that make one batch. */
const visitsPerBatch = ({ batchedByTransforms, batchSize }: LoaderOptions): number =>
  batchedByTransforms ? 1 : batchSize;

async function* batches(plant: Plant, epoch: number, seed: number): AsyncGenerator<Batch, void, undefined> {
  const { options, session, schedule } = plant;
  if (!(Number.isSafeInteger(epoch) && epoch >= 1)) throw new RangeError(`epochs count from 1, got ${epoch}`);
  session.checkOpen();
  const size = visitsPerBatch(options);
  const { workers } = session.executor;
  const ahead = workers === 0 ? 0 : Math.max(Math.max(options.prefetchSize, 1) * size, workers);
  const drop = (sample: PackedSample) => session.inbox.drop(sample);
  const start = visitor(plant, epoch);
  const visit = options.badFiles === "skip" ? withoutBadFiles(start, options.warn) : start;
  const samples = inOrder(schedule.visitsPerEpoch, visit, ahead, (sample) => sample && drop(sample));
  let group: PackedSample[] = [];
  let [seen, step] = [0, 0];
  try {
    for await (const sample of samples) {
      if (sample !== null) group.push(sample);
      seen++;
      if (group.length === 0 || (group.length < size && seen < schedule.visitsPerEpoch)) continue;
      session.checkOpen();
      const batch = assemble(plant, group, { seed, epoch, step: step++ });
      group = [];
      yield batch;
    }
  } finally {
    group.forEach(drop);
  }
}

/** Starts the n-th visit of the epoch, and between the visits what the next epoch will need in the cache. */
function visitor(
  { session, schedule, cache, transformCount }: Plant,
  epoch: number,
): (n: number) => Promise<PackedSample> {
  const visits = schedule.visits(epoch);
  if (cache === null) return (n) => wholeSample(session.executor, transformCount, visits[n]!, epoch);
  const now = indicesOf(schedule.window(epoch));
  const next = indicesOf(schedule.window(epoch + 1));
  cache.evictAllBut(new Set([...now, ...next]));
  const entering = schedule.window(epoch + 1).filter(({ item }) => !now.has(item.index));
  const lastVisit = new Map(visits.map(({ item }, n) => [item.index, n]));
  let prepared = 0;
  return (n) => {
    const { item } = visits[n]!;
    const last = !next.has(item.index) && lastVisit.get(item.index) === n;
    const sample = cache.use(visits[n]!, epoch, last);
    if (last) cache.evict(item.index);
    if (session.executor.workers > 0)
      while (prepared < Math.floor(((n + 1) * entering.length) / visits.length))
        cache.prepare(entering[prepared++]!.item);
    return sample;
  };
}

const indicesOf = (visits: readonly Visit[]): Set<number> => new Set(visits.map(({ item }) => item.index));

function assemble(
  { session, batchTransforms, rule, options }: Plant,
  group: readonly PackedSample[],
  { seed, epoch, step }: { seed: number; epoch: number; step: number },
): Batch {
  const { labelFormat } = options;
  return scope(() => {
    const samples = group.map((packed) => session.inbox.take(packed));
    const batch = runTransforms(
      batchTransforms,
      { ...collate(samples, rule), index: step },
      { seed, epoch, occurrence: batchOccurrence, sameSize: false, warn: options.warn },
    );
    const images = Object.fromEntries(imagesOf(batch).map(([field, { data }]) => [field, data]));
    return {
      fields: labelFormat == null ? images : { ...images, label: labelBatch(samples, labelFormat) },
      cases: samples.flatMap((sample) => new Array<string>(patchesOf(sample)).fill(sample.caseId)),
    };
  });
}
