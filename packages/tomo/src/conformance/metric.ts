import { scope } from "@tomo/torch";
import type { CaseScore, Metric } from "../components/contracts.ts";
import type { Component } from "../components/define.ts";
import { medicalImage } from "../data/medical_image.ts";
import type { Sample } from "../data/sample.ts";
import { argumentsFrom, declarationLaw, type WrittenArgs } from "./declaration.ts";
import { checkLaws, holds, type Law, same } from "./law.ts";
import { plainOf } from "./snapshot.ts";
import { harmless, likelihoods, made } from "./tensors.ts";

export interface MetricFacts {
  /** Arguments as a config writes them; name and field are "metric" and "model" if left out. */
  readonly args?: WrittenArgs;
  /** Cases as validation hands them over; by default `model` from 0.1 to 0.9 and `label` of 0 and 1, CDHW. */
  readonly samples?: () => readonly Sample[];
}

/** @throws TomoError TOMO_LAW_BROKEN with all laws that the metric breaks */
export const checkMetric = (component: Component<"metrics">, facts: MetricFacts = {}): void =>
  checkLaws(component.name, metricLaws(component, facts));

/** The laws that every metric obeys, one by one, for a test runner. */
export function metricLaws(component: Component<"metrics">, facts: MetricFacts = {}): readonly Law[] {
  const args = { name: "metric", field: "model", ...facts.args };
  const law = (name: string, check: (metric: Metric, samples: readonly Sample[]) => void): Law => ({
    name,
    check: () =>
      scope(() =>
        check(component.build(argumentsFrom(component, args)), (facts.samples ?? defaultSamples)()),
      ),
  });
  return [
    declarationLaw(component, args),
    law("scores a case by its name", (metric, samples) => {
      for (const sample of samples) {
        const score = metric.score(sample);
        same(score.caseId, sample.caseId, "the case of a score");
        holds(
          typeof score.value === "number",
          `the value of ${sample.caseId} is no number`,
          "NaN = no value",
        );
        for (const [part, value] of Object.entries(score.parts))
          holds(typeof value === "number", `the part ${part} of ${sample.caseId} is no number`);
      }
    }),
    law("writes into nothing, leaks nothing, scores the same again", (metric, samples) => {
      for (const sample of samples)
        harmless(sample.fields, () => {
          const first = plainOf(metric.score(sample));
          same(plainOf(metric.score(sample)), first, "the second score");
        });
    }),
    law("reads no field that it does not name", (metric, samples) => {
      for (const sample of samples) {
        const kept = Object.entries(sample.fields).filter(([name]) => metric.fields.includes(name));
        const score = metric.score({ ...sample, fields: Object.fromEntries(kept) });
        same(plainOf(score), plainOf(metric.score(sample)), "the score without fields that it does not name");
      }
    }),
    law("does not depend on the order of the cases", (metric, samples) => {
      const scores = samples.map(metric.score);
      const [there, back] = [metric.summarise(scores), metric.summarise(scores.toReversed())];
      holds(isClose(there.value, back.value), `the value is ${there.value}, backwards ${back.value}`);
      same(back.count, there.count, "the number of cases with a value, backwards,");
    }),
    law("has a summary of any cases, of none too", (metric, samples) => {
      const scores: readonly CaseScore[] = samples.map(metric.score);
      for (const some of [[], scores.slice(0, 1), scores]) {
        const { value, count, parts, warnings } = metric.summarise(some);
        const shown = `of ${some.length} cases`;
        holds(typeof value === "number", `the value ${shown} is no number`);
        holds(Number.isInteger(count) && count >= 0, `the count ${shown} is ${count}`);
        holds(
          Object.values(parts).every((part) => typeof part === "number"),
          `a part ${shown} is no number`,
        );
        holds(Array.isArray(warnings), `the warnings ${shown} are no list`);
      }
    }),
  ];
}

const isClose = (a: number, b: number): boolean =>
  Object.is(a, b) || Math.abs(a - b) <= 1e-9 * (1 + Math.abs(a));

function defaultSamples(): readonly Sample[] {
  const shape = [1, 4, 4, 4];
  return [0, 1, 2].map((index) => ({
    caseId: `case_${index}`,
    index,
    fields: {
      model: medicalImage(likelihoods(shape), "CDHW"),
      label: medicalImage(
        made(shape, (n) => (n % (index + 2) === 0 ? 1 : 0)),
        "CDHW",
      ),
    },
  }));
}
