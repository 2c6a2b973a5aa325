import type { LoadingTimes } from "../../pipeline/loading_times.ts";
import type { Breakdown, CaseTime, Precision, TimeLedger } from "../events.ts";
import { longestPart, percent, totalOf, totalOfCases } from "../ledger.ts";
import { waitWith } from "./waiting.ts";

/** What a training run measured, and what it ran on. */
export interface SpeedFacts {
  readonly time: TimeLedger;
  readonly breakdown: Breakdown;
  readonly epochs: number;
  readonly validations: number;
  readonly checkpoints: number;
  /** num_training_epoch_per_valid. */
  readonly interval: number;
  /** Cores that this process may use. */
  readonly cores: number;
  readonly device: string;
  readonly precision: Precision;
  /** What computes bfloat16 in hardware here, in words; null where nothing is known to. */
  readonly fastBfloat16: string | null;
  /** The pipelines that do the same with a cache; null where there is none, or the run's own is one. */
  readonly cached: { readonly training: string | null; readonly validation: string | null };
}

/** Less than this share of the run is not worth a line. */
const worthwhile = 0.05;

/**
 * What would have made a run faster, a line each, the largest saving first. Seconds follow from what was measured; where
 * a saving was not measured the line has no number.
 */
export function adviceOf(facts: SpeedFacts): string[] {
  const total = totalOf(facts.time);
  if (total === 0) return [];
  return [
    ...loadingAdvice(trainingLoad(facts), facts, total),
    ...loadingAdvice(validationLoad(facts), facts, total),
    ...intervalAdvice(facts, total),
    ...checkpointAdvice(facts, total),
    ...precisionAdvice(facts, total),
  ]
    .toSorted((a, b) => b.saves - a.saves)
    .map(({ text }) => text);
}

interface Advice {
  /** Seconds; what has no number comes last. */
  readonly saves: number;
  readonly text: string;
}

/** Work on samples beside work of the network. */
interface Load {
  readonly name: string;
  /** Where its settings stand in the config. */
  readonly place: string;
  readonly cached: string | null;
  readonly wait: number;
  /** Seconds of the network meanwhile. */
  readonly busy: number;
  readonly loading: LoadingTimes | null;
}

const trainingLoad = ({ time, breakdown, cached }: SpeedFacts): Load => ({
  name: "training data",
  place: "train.image_pipeline",
  cached: cached.training,
  wait: time.wait,
  busy: time.transfer + time.forward + time.backward + time.optimizer,
  loading: breakdown.training,
});

const validationLoad = ({ breakdown, cached }: SpeedFacts): Load => {
  const { wait, inference, post, scoring, writing } = breakdown.cases;
  return {
    name: "validation cases",
    place: "validate.image_pipeline",
    cached: cached.validation,
    wait,
    busy: inference + post + scoring + writing,
    loading: breakdown.validation,
  };
};

function loadingAdvice(load: Load, facts: SpeedFacts, total: number): Advice[] {
  const { loading, wait } = load;
  if (loading === null || wait < worthwhile * total) return [];
  const advice = [...workerAdvice(load, loading, facts, total), ...cacheAdvice(load, loading, total)];
  const reason = `waiting for ${load.name} took ${percent(wait / total)} of the time (${seconds(wait)})`;
  const heavy = heaviest(loading);
  if (advice.length === 0) return heavy === null ? [] : [{ saves: 0, text: `${reason}; ${heavy}` }];
  return advice.map(({ saves, text }, n) => ({
    saves,
    text: n === 0 ? `${reason}: ${text}${heavy === null ? "" : `; ${heavy}`}` : text,
  }));
}

/**
 * More workers, the fewest that save nearly as much as any number on this machine. Only waiting that loading explains can
 * be saved: not that for threads to start, which was measured too.
 */
function workerAdvice(
  { place, wait, busy }: Load,
  { workers, seconds: work, cases }: LoadingTimes,
  { cores, device }: SpeedFacts,
  total: number,
): Advice[] {
  const saved = (count: number): number => {
    const least = waitWith({ work, busy, workers: count, cores: device === "cpu" ? cores : null });
    const shorter = workers === 0 ? work - least : work / workers - work / count;
    return Math.max(0, Math.min(wait - least, shorter));
  };
  const counts = Array.from(
    { length: Math.max(0, Math.min(cores, cases) - workers) },
    (_, n) => workers + 1 + n,
  );
  const most = Math.max(0, ...counts.map(saved));
  if (most < worthwhile * total) return [];
  const count = counts.find((candidate) => saved(candidate) >= 0.9 * most)!;
  const saves = saved(count);
  return [
    {
      saves,
      text: `${place}.args.num_workers ${count} instead of ${workers} would hide about ${seconds(saves)} of it`,
    },
  ];
}

/** A larger cache, or one at all, where cases were prepared again and again. */
function cacheAdvice({ place, cached, wait }: Load, loading: LoadingTimes, total: number): Advice[] {
  const { repeated, workers, cases, cache } = loading;
  const saves = Math.min(wait, repeated / Math.max(1, workers));
  if (saves < worthwhile * total) return [];
  const again = `preparing cases again that had been prepared before took ${seconds(repeated)} of loading`;
  if (cache === null) {
    if (cached === null) return [];
    return [{ saves, text: `${again}: ${cached} with num_cache_objects ${cases} in ${place} would save it` }];
  }
  if (cache.window >= cases) return [];
  const memory = cache.cases === 0 ? "" : ` needs about ${bytes((cache.bytes / cache.cases) * cases)} and`;
  return [
    {
      saves,
      text: `the cache holds ${cache.window} of ${cases} cases, and ${again}: ${place}.args.num_cache_objects ${cases}${memory} would save it${place === "train.image_pipeline" ? " (an epoch then visits all of them)" : ""}`,
    },
  ];
}

/** The transform that takes most of loading, where one does. */
function heaviest({ transforms, seconds: all }: LoadingTimes): string | null {
  const sum = transforms.reduce((total, one) => total + one.seconds, 0);
  const most = transforms.toSorted((a, b) => b.seconds - a.seconds)[0];
  if (most === undefined || transforms.length < 2 || most.seconds < 0.4 * Math.max(sum, all)) return null;
  return `${most.name} takes ${percent(most.seconds / Math.max(sum, all))} of loading (${seconds(most.seconds)} in ${most.calls} calls)`;
}

function intervalAdvice(
  { time, epochs, interval, validations, breakdown }: SpeedFacts,
  total: number,
): Advice[] {
  const fewer = Math.floor(epochs / (2 * interval));
  if (time.validation < 0.15 * total || fewer === 0 || fewer >= validations) return [];
  const saves = time.validation * (1 - fewer / validations);
  const { name, share } = longestPart(breakdown.cases);
  return [
    {
      saves,
      text: `validation takes ${percent(time.validation / total)} of the time (${validations} times, ${seconds(time.validation)}, ${percent(share)} of it ${name}): num_training_epoch_per_valid ${2 * interval} instead of ${interval} would save about ${seconds(saves)}`,
    },
  ];
}

function checkpointAdvice({ time, checkpoints }: SpeedFacts, total: number): Advice[] {
  if (time.checkpoint < 0.1 * total) return [];
  const each = time.checkpoint / Math.max(1, checkpoints);
  return [
    {
      saves: 0,
      text: `writing ${checkpoints} checkpoints takes ${percent(time.checkpoint / total)} of the time, ${seconds(each)} each: a faster disk for MMAR_CKPT_DIR helps, and fewer validations, after which the best is written`,
    },
  ];
}

function precisionAdvice({ time, precision, fastBfloat16 }: SpeedFacts, total: number): Advice[] {
  const network = time.forward + time.backward;
  if (precision !== "float32" || fastBfloat16 === null || network < 0.3 * total) return [];
  return [
    {
      saves: 0,
      text: `forward and backward take ${percent(network / total)} of the time in float32: use_amp true computes them in bfloat16, for which ${fastBfloat16} has instructions`,
    },
  ];
}

/** The same for a run over cases. */
export function adviceOfCases(time: CaseTime, precision: Precision, fastBfloat16: string | null): string[] {
  const share = time.inference / totalOfCases(time);
  if (precision !== "float32" || fastBfloat16 === null || !(share >= 0.5)) return [];
  return [
    `inference takes ${percent(share)} of the time in float32: use_amp true computes it in bfloat16, for which ${fastBfloat16} has instructions`,
  ];
}

const seconds = (value: number): string =>
  value < 9.95 ? `${value.toPrecision(2)} s` : `${Math.round(value)} s`;
const bytes = (value: number): string => `${(value / 1e9).toPrecision(2)} GB`;
