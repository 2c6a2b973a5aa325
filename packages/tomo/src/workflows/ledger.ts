import type { TimeLedger } from "./events.ts";

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

const percent = (seconds: number, total: number): string => `${Math.round((100 * seconds) / total)} %`;

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
    return `the network is the bottleneck: ${percent(network, total)} of the time went into forward, backward and optimizer`;
  return `${causes[cause].name} is the bottleneck, with ${percent(seconds, total)} of the time: ${causes[cause].remedy}`;
}

/** The same for a run over cases: reading is `wait`, inference `forward`, what comes after it `validation`. */
export function bottleneckOfCases(ledger: TimeLedger): string {
  const total = totalOf(ledger);
  if (total === 0) return "nothing was run";
  const [name, seconds] = (
    [
      ["inference", ledger.forward],
      ["waiting for cases to be read", ledger.wait],
      ["post-processing, scoring and writing", ledger.validation],
    ] as const
  ).reduce((most, other) => (other[1] > most[1] ? other : most));
  return `${name} is the bottleneck, with ${percent(seconds, total)} of the time`;
}
