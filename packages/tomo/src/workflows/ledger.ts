import type { CaseTime, TimeLedger } from "./events.ts";

export const emptyLedger: TimeLedger = {
  wait: 0,
  transfer: 0,
  forward: 0,
  backward: 0,
  optimizer: 0,
  validation: 0,
  checkpoint: 0,
};

export const addTimes = (ledger: TimeLedger, times: Partial<TimeLedger>): TimeLedger => ({
  wait: ledger.wait + (times.wait ?? 0),
  transfer: ledger.transfer + (times.transfer ?? 0),
  forward: ledger.forward + (times.forward ?? 0),
  backward: ledger.backward + (times.backward ?? 0),
  optimizer: ledger.optimizer + (times.optimizer ?? 0),
  validation: ledger.validation + (times.validation ?? 0),
  checkpoint: ledger.checkpoint + (times.checkpoint ?? 0),
});

export const totalOf = (ledger: TimeLedger): number =>
  Object.values(ledger).reduce((sum: number, seconds: number) => sum + seconds, 0);

export const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** The network's own work, and what can be done about each other cause. */
const causes = {
  wait: {
    name: "waiting for data",
    remedy: "raise num_workers or prefetch_size, or cache more cases (num_cache_objects)",
  },
  transfer: { name: "copying batches to the device", remedy: "use larger batches" },
  validation: { name: "validation", remedy: "raise num_training_epoch_per_valid" },
  checkpoint: { name: "writing checkpoints", remedy: "use a faster disk for MMAR_CKPT_DIR" },
} as const;

/** One sentence that names where most of the time went, and what helps when that is not the network. */
export function bottleneckOf(ledger: TimeLedger): string {
  const total = totalOf(ledger);
  if (total === 0) return "nothing was run";
  const network = ledger.forward + ledger.backward + ledger.optimizer;
  const [cause, seconds] = (Object.keys(causes) as (keyof typeof causes)[])
    .map((name) => [name, ledger[name]] as const)
    .reduce((most, other) => (other[1] > most[1] ? other : most));
  if (network >= seconds || seconds < 0.2 * total)
    return `the network is the bottleneck: ${percent(network / total)} of the time went into forward, backward and optimizer`;
  return `${causes[cause].name} is the bottleneck, with ${percent(seconds / total)} of the time: ${causes[cause].remedy}`;
}

export const noCaseTime: CaseTime = { wait: 0, inference: 0, post: 0, scoring: 0, writing: 0 };

export const addCaseTimes = (sum: CaseTime, time: CaseTime): CaseTime => ({
  wait: sum.wait + time.wait,
  inference: sum.inference + time.inference,
  post: sum.post + time.post,
  scoring: sum.scoring + time.scoring,
  writing: sum.writing + time.writing,
});

export const totalOfCases = (time: CaseTime): number =>
  time.wait + time.inference + time.post + time.scoring + time.writing;

/** The time of cases as a run over cases has it in its ledger: what comes after inference is `validation`. */
export const ledgerOfCases = ({ wait, inference, post, scoring, writing }: CaseTime): TimeLedger => ({
  ...emptyLedger,
  wait,
  forward: inference,
  validation: post + scoring + writing,
});

export const casePartNames = {
  wait: "waiting for cases to be read",
  inference: "inference",
  post: "post-processing",
  scoring: "scoring",
  writing: "writing",
} as const;

/** The part of a run over cases, or of a validation, that took most. */
export function longestPart(time: CaseTime): { readonly name: string; readonly share: number } {
  const [name, seconds] = (Object.keys(casePartNames) as (keyof CaseTime)[])
    .map((part) => [casePartNames[part], time[part]] as const)
    .reduce((most, other) => (other[1] > most[1] ? other : most));
  const total = totalOfCases(time);
  return { name, share: total === 0 ? 0 : seconds / total };
}

/** The same for a run over cases. */
export function bottleneckOfCases(time: CaseTime): string {
  if (totalOfCases(time) === 0) return "nothing was run";
  const { name, share } = longestPart(time);
  return `${name} is the bottleneck, with ${percent(share)} of the time`;
}
