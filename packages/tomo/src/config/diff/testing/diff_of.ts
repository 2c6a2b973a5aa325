import { registry } from "../../../components/registry.ts";
import { parseSource } from "../../source/read.ts";
import { type Difference, diffConfigs, type Said } from "../diff.ts";
import { type Side, sideOfSource } from "../side.ts";

export const sideOf = (config: unknown, file: string): Side =>
  sideOfSource(parseSource(typeof config === "string" ? config : JSON.stringify(config), file), registry);

export const diffOf = (a: unknown, b: unknown): Difference[] =>
  diffConfigs(sideOf(a, "/a.json"), sideOf(b, "/b.json"));

/** `train.loss smooth: 0.1 -> 0.00001*`; a star marks a default, a dash what is not there. */
export function rows(differences: readonly Difference[]): string[] {
  const text = (said: Said | null): string =>
    said === null ? "-" : `${JSON.stringify(said.value)}${said.written ? "" : "*"}`;
  return differences.map(
    ({ section, what, kind, a, b }) =>
      `${section} ${what}${kind === "order" ? " place" : ""}: ${text(a)} -> ${text(b)}`,
  );
}

/** The same differences with the sides exchanged, in an order of their own. */
export const mirrored = (differences: readonly Difference[]): string[] =>
  rows(differences.map((difference) => ({ ...difference, a: difference.b, b: difference.a }))).sort();
