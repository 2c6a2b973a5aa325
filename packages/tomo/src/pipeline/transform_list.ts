import type { Transform } from "../components/contracts.ts";
import { loadModules } from "../components/own/load.ts";
import { instantiate, isRandom } from "../components/registry.ts";
import type { ComponentSpec } from "../config/component_spec.ts";

export type TransformSpec = ComponentSpec<"transforms">;

/** A transform ready to run, with what the pipeline must know about it. */
export interface BuiltTransform {
  readonly spec: TransformSpec;
  readonly random: boolean;
  readonly transform: Transform;
}

/** Builds transforms from their specs, in whatever thread; files of users' own transforms are loaded first. */
export async function buildTransforms(specs: readonly TransformSpec[]): Promise<BuiltTransform[]> {
  await loadModules(specs.flatMap(({ module }) => module ?? []));
  return specs.map((spec) => ({ spec, random: isRandom(spec), transform: instantiate(spec) }));
}

/** Number of transforms before the first random one: what a cache may keep. */
export function deterministicPrefix(transforms: readonly Pick<BuiltTransform, "random">[]): number {
  const first = transforms.findIndex(({ random }) => random);
  return first < 0 ? transforms.length : first;
}
