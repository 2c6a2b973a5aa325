import type { Transform } from "../components/contracts.ts";
import type { Component } from "../components/define.ts";
import { transforms as builtIn } from "../components/transforms/index.ts";
import type { ComponentSpec } from "../config/component_spec.ts";
import { TomoError } from "../errors/tomo_error.ts";

export type TransformSpec = ComponentSpec<"transforms">;

/** A transform ready to run, with what the pipeline must know about it. */
export interface BuiltTransform {
  readonly spec: TransformSpec;
  readonly random: boolean;
  readonly transform: Transform;
}

/**
 * Builds transforms from their specs. `extraComponents` are URLs of modules that export further transforms; their
 * names win over built-in ones. They are code of the caller's choice: nothing in a config can name them.
 */
export async function buildTransforms(
  specs: readonly TransformSpec[],
  extraComponents: readonly string[] = [],
): Promise<BuiltTransform[]> {
  const known = new Map<string, Component<"transforms">>(builtIn.map((one) => [one.name, one]));
  for (const url of extraComponents)
    for (const exported of Object.values((await import(url)) as Record<string, unknown>))
      if (isTransform(exported)) known.set(exported.name, exported);
  return specs.map((spec) => {
    const component = known.get(spec.name);
    if (component === undefined)
      throw new TomoError("TOMO_UNKNOWN_COMPONENT", `there is no transform "${spec.name}"`, {
        where: spec.where,
      });
    return { spec, random: component.isRandom(spec.args), transform: component.build(spec.args) };
  });
}

/** Number of transforms before the first random one: what a cache may keep. */
export function deterministicPrefix(transforms: readonly Pick<BuiltTransform, "random">[]): number {
  const first = transforms.findIndex(({ random }) => random);
  return first < 0 ? transforms.length : first;
}

const isTransform = (value: unknown): value is Component<"transforms"> =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "transforms";
