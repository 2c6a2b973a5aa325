import type { Sample } from "../data/sample.ts";
import { inOrder } from "./in_order.ts";
import type { SampleLoader, SampleLoaderOptions } from "./loader.ts";
import { cacheFullText, describeSamples } from "./loader_words.ts";
import { openSession, type Session } from "./session.ts";
import { SmartCache } from "./smart_cache.ts";
import { buildTransforms, deterministicPrefix } from "./transform_list.ts";
import { wholeSample } from "./workers/executor.ts";
import type { PackedSample } from "./workers/packed_sample.ts";

/** Random transforms draw as in an epoch before the first: every pass over the samples gives the same. */
const epoch = 0;

/** Samples in list order, made ahead by workers. `samples()` may be called again and again, once at a time or not. */
export async function createSampleLoader(options: SampleLoaderOptions): Promise<SampleLoader> {
  const { items, sameSize = true, cache = null } = options;
  const transforms = await buildTransforms(options.transforms);
  const numWorkers = Math.min(options.numWorkers, items.length);
  const prefix = deterministicPrefix(transforms);
  const session = await openSession({ ...options, numWorkers, sameSize, prefix });
  const { executor, inbox } = session;
  const cached = Math.min(cache?.objects ?? 0, items.length);
  const memory = cache?.memory ?? Number.POSITIVE_INFINITY;
  const kept =
    cache &&
    new SmartCache({
      executor,
      inbox,
      prefix,
      length: transforms.length,
      memory,
      onFull: (state) => options.warn(`validation: ${cacheFullText(state, cached, memory)}`),
    });
  const start = async (n: number): Promise<PackedSample> => {
    const visit = { item: items[n]!, occurrence: 0 };
    if (kept !== null && n < cached) return kept.use(visit, epoch);
    return wholeSample(executor, transforms.length, visit, epoch);
  };
  const ahead = Math.min(numWorkers, Math.max(options.prefetch, 1));
  let told = kept === null;
  return {
    length: items.length,
    samples: async function* () {
      yield* samplesInOrder(session, items.length, start, ahead);
      if (!told) options.note?.(`validation: ${describeSamples(options, kept!.state())}`);
      told = true;
    },
    times: () => ({
      ...session.meter.times(),
      workers: numWorkers,
      cases: items.length,
      cache: kept && { window: cached, ...kept.state() },
    }),
    close: session.close,
  };
}

async function* samplesInOrder(
  { inbox, checkOpen }: Session,
  count: number,
  start: (n: number) => Promise<PackedSample>,
  ahead: number,
): AsyncGenerator<Sample, void, undefined> {
  checkOpen();
  for await (const packed of inOrder(count, start, ahead, (sample) => inbox.drop(sample))) {
    checkOpen();
    yield inbox.take(packed);
  }
}
