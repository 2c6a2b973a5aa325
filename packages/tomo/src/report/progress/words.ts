import type { TimeLedger } from "../../workflows/events.ts";

/** `0.4 s`, `12 s`, `3 min 05 s`, `2 h 07 min`, `3 d 04 h`. */
export function durationText(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)} d ${two(hours % 24)} h`;
}

const two = (value: number): string => String(value).padStart(2, "0");

/** Four decimals; a dash for no value. */
export const metricText = (value: number): string => (Number.isNaN(value) ? "–" : value.toFixed(4));

/** `1e-4`, `2.5e-3`, `0.05`. */
export function rateText(rate: number): string {
  if (rate >= 0.01 || rate === 0) return String(Number(rate.toPrecision(3)));
  const [digits, exponent] = rate.toExponential(2).split("e") as [string, string];
  return `${Number(digits)}e${exponent}`;
}

/** `980`, `12.3 k`, `4.56 M`. */
export function countText(count: number): string {
  const step = [1e9, 1e6, 1e3].findIndex((size) => count >= size);
  if (step < 0) return String(count);
  return `${(count / [1e9, 1e6, 1e3][step]!).toPrecision(3)} ${["G", "M", "k"][step]}`;
}

/** Decimal units: `1.25 GB`. */
export const bytesText = (bytes: number): string =>
  /\d$/.test(countText(bytes)) ? `${bytes} B` : `${countText(bytes)}B`;

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** Shares of the whole by what the time was spent on, in the order of `names`; below half a percent is left out. */
export function timeShares(
  ledger: TimeLedger,
  names: Readonly<Partial<Record<keyof TimeLedger, string>>>,
): [string, number][] {
  const entries = (Object.keys(names) as (keyof TimeLedger)[]).map(
    (key) => [names[key]!, ledger[key]] as const,
  );
  const total = entries.reduce((sum, [, seconds]) => sum + seconds, 0);
  return entries
    .map(([name, seconds]): [string, number] => [name, total === 0 ? 0 : seconds / total])
    .filter(([, share]) => share >= 0.005);
}

export const trainNames = {
  wait: "data",
  transfer: "transfer",
  forward: "forward",
  backward: "backward",
  optimizer: "optimizer",
  validation: "validation",
  checkpoint: "checkpoints",
} as const;
