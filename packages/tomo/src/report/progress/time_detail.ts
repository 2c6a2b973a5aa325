import type { TransformTime } from "../../pipeline/loading_times.ts";
import type { Breakdown, CaseTime } from "../../workflows/events.ts";
import { percent } from "../../workflows/ledger.ts";
import { operatorKinds } from "../../workflows/listeners/profile_summary.ts";
import { durationText } from "./words.ts";

type Share = readonly [name: string, seconds: number];

/** Where the time of a profiled training went, in rows of a name and a text; none without `profile`. */
export function detailRows({ training, cases, operators }: Breakdown): [string, string][] {
  if (operators === null) return [];
  const kinds = operatorKinds(operators).map(({ kind, seconds }): Share => [kind, seconds]);
  const rows: [string, readonly Share[]][] = [
    ["loading", transformShares(training?.transforms ?? [])],
    ["network", kinds],
    ["cases", caseShares(cases)],
  ];
  return rows.flatMap(([name, shares]): [string, string][] => {
    const texts = shareTexts(shares);
    return texts.length === 0 ? [] : [[name, `${texts.join(", ")}${ofText(shares)}`]];
  });
}

const ofText = (shares: readonly Share[]): string => `; ${durationText(sumOf(shares))} in all`;

const transformShares = (transforms: readonly TransformTime[]): Share[] =>
  transforms.map(({ name, seconds }): Share => [name, seconds]).toSorted(([, a], [, b]) => b - a);

export const caseShares = ({ wait, inference, post, scoring, writing }: CaseTime): Share[] => [
  ["reading", wait],
  ["inference", inference],
  ["post-processing", post],
  ["scoring", scoring],
  ["writing", writing],
];

/** `convolution 61 %`; at most six, none below half a percent. */
export function shareTexts(shares: readonly Share[]): string[] {
  const total = sumOf(shares);
  return shares
    .filter(([, seconds]) => seconds >= 0.005 * total && seconds > 0)
    .slice(0, 6)
    .map(([name, seconds]) => `${name} ${percent(seconds / total)}`);
}

const sumOf = (shares: readonly Share[]): number => shares.reduce((sum, [, seconds]) => sum + seconds, 0);
