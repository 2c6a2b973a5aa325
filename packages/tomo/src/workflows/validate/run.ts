import { memoryUse } from "@tomo/torch";
import type { DatalistItem } from "../../config/datalist_item.ts";
import { moduleText } from "../../config/modules_in.ts";
import type { SampleLoader } from "../../pipeline/loader.ts";
import { createSampleLoader } from "../../pipeline/sample_loader.ts";
import { clearClassificationReports } from "../../report/classification/write.ts";
import { fastBfloat16 } from "../cpu_features.ts";
import type { MetricValue, RunEvent, RunStarted } from "../events.ts";
import { bottleneckOfCases, ledgerOfCases } from "../ledger.ts";
import { adviceOfCases } from "../profile/advice.ts";
import { metricWarnings, type Scored, summariseAll } from "../score.ts";
import type { StopFlag } from "../stop_flag.ts";
import { stopwatch } from "../stopwatch.ts";
import { clearCases } from "./case_folders.ts";
import { type CasesResult, runCases } from "./cases.ts";
import { writeClassReports } from "./class_reports.ts";
import type { ValidationJob } from "./job.ts";
import { type OpenValidation, openValidation } from "./open.ts";
import { clearReports, writeReports } from "./reports.ts";

/** What a validation or inference run came to. */
export interface ValidationResult {
  readonly workflow: "validate" | "infer";
  readonly outcome: "done" | "interrupted";
  /** MMAR_EVAL_OUTPUT_PATH. */
  readonly runFolder: string;
  readonly cases: CasesResult["cases"];
  readonly metrics: readonly MetricValue[];
  /** Reports over all cases; none when the run was interrupted. */
  readonly reports: readonly string[];
  readonly seconds: number;
}

/** A validation or inference run from opening to closing, as events; runs in whatever thread asks for them. */
export async function* validateRun(
  job: ValidationJob,
  stop: StopFlag,
): AsyncGenerator<RunEvent, ValidationResult> {
  const lap = stopwatch();
  const warnings = new Map<string, RunEvent>();
  const pending: RunEvent[] = job.plan.warnings.map(({ code, message }) => ({
    type: "warning",
    code,
    message,
  }));
  const warn = (message: string): void => {
    const event: RunEvent = { type: "warning", code: "TOMO_DATA", message };
    if (!warnings.has(message)) pending.push(event);
    warnings.set(message, event);
  };
  const open = await openValidation(job, warn);
  const loader = await openLoader(job, open.items, warn);
  try {
    // one that must not overwrite refuses before earlier results are cleared
    for (const writer of open.parts.writers) writer.start?.();
    clearEarlier(job, open);
    yield startOf(job, open);
    for (const module of open.modules) yield { type: "note", message: `own component ${moduleText(module)}` };
    yield { type: "note", message: open.loaded.description };
    const { outcome, cases, scored, logits, time } = yield* allCases(open, loader, stop, pending);
    const reports = outcome === "done" ? await writeAll(open, job, scored, logits) : [];
    const metrics = scored.map(({ value }) => value);
    const seconds = lap();
    yield* pending.splice(0);
    yield* metricWarnings(metrics);
    yield* metrics.flatMap(withoutValue);
    yield {
      type: "run_ended",
      workflow: job.workflow,
      outcome,
      seconds,
      time: ledgerOfCases(time),
      bottleneck: bottleneckOfCases(time),
      advice: adviceOfCases(time, open.precision, fastBfloat16(open.machine.device)),
      breakdown: { training: null, validation: loader.times(), cases: time, operators: null },
      peakMemory: memoryUse().peak,
      summary: {
        cases: cases.length,
        ...Object.fromEntries(metrics.map(({ name, value }) => [name, value])),
      },
    };
    const runFolder = job.plan.globals.MMAR_EVAL_OUTPUT_PATH;
    return { workflow: job.workflow, outcome, runFolder, cases, metrics, reports, seconds };
  } finally {
    await loader.close();
    open.loaded.network.module.dispose();
  }
}

async function* allCases(
  { parts }: OpenValidation,
  loader: SampleLoader,
  stop: StopFlag,
  pending: RunEvent[],
): AsyncGenerator<
  RunEvent,
  Omit<CasesResult, "scores"> & { outcome: "done" | "interrupted"; scored: Scored[] }
> {
  const total = loader.length;
  const run = runCases(parts, loader.samples(), total, stop);
  try {
    for (;;) {
      const next = await run.next();
      yield* pending.splice(0);
      if (next.done === true) {
        const { cases, scores, logits, time } = next.value;
        const outcome = cases.length === total ? "done" : "interrupted";
        return { outcome, cases, logits, time, scored: summariseAll(parts.metrics, scores) };
      }
      yield next.value;
    }
  } finally {
    await run.return(undefined as never);
  }
}

/** One worker reads the next case while the network is at this one. */
const openLoader = (
  { plan }: ValidationJob,
  items: readonly DatalistItem[],
  warn: (message: string) => void,
): Promise<SampleLoader> =>
  createSampleLoader({
    items,
    transforms: plan.pre_transforms,
    seed: 0,
    numWorkers: 1,
    prefetch: 1,
    sameSize: false,
    warn,
  });

function clearEarlier({ plan, items }: ValidationJob, { parts }: OpenValidation): void {
  const written = plan.writers.flatMap(({ args }) =>
    typeof args.write_path === "string" ? [args.write_path] : [],
  );
  clearCases([plan.globals.MMAR_EVAL_OUTPUT_PATH, ...written], items);
  clearReports(parts.metrics);
  clearClassificationReports(parts.folder);
}

function startOf(job: ValidationJob, { machine, precision, loaded, parts }: OpenValidation): RunStarted {
  const { module } = loaded.network;
  return {
    type: "run_started",
    workflow: job.workflow,
    mmar: job.plan.mmar,
    runFolder: parts.folder,
    device: machine.device,
    threads: machine.threads,
    precision,
    epochs: 0,
    stepsPerEpoch: 0,
    trainingCases: 0,
    validationCases: job.items.length,
    model: loaded.name,
    parameters: module.parameters().reduce((sum, parameter) => sum + parameter.numel, 0),
    startedFrom: loaded.source,
    determinism: null,
    seedsGiven: true,
  };
}

const withoutValue = ({ name, count, total }: MetricValue): RunEvent[] =>
  count > 0
    ? []
    : [
        {
          type: "warning",
          code: "TOMO_NO_VALUE",
          message: `${name}: none of the ${total} cases has a value, so the mean 0 means nothing`,
        },
      ];

/** Reports of the metrics, what writers write at the end, and in a classification the report over all classes. */
async function writeAll(
  open: OpenValidation,
  job: ValidationJob,
  scored: readonly Scored[],
  logits: CasesResult["logits"],
): Promise<string[]> {
  const { writers, datalistPath } = open.parts;
  return [
    ...writeReports(scored, datalistPath),
    ...writers.flatMap((writer) => writer.finish?.() ?? []),
    ...(await writeClassReports(open, job, logits)),
  ];
}
