import { describe, it } from "vitest";
import type { Component } from "../components/define.ts";
import { type TransformFacts, transformLaws } from "../conformance/transform.ts";

export { applyTransform, imageIn, streamOf } from "../conformance/run_transform.ts";
export { snapshot } from "../conformance/snapshot.ts";
export { expectSamePlaces } from "../conformance/transform.ts";

/** The laws that every transform obeys, as a suite; called once by the test of each. */
export function describeTransform(component: Component<"transforms">, facts: TransformFacts): void {
  describe(`${component.name}: laws of every transform`, () => {
    for (const { name, check } of transformLaws(component, facts, true)) it(name, check);
  });
}
