import type { ComponentLookup, ComponentSpec } from "../config/component_spec.ts";
import type { Kind } from "../config/kinds.ts";
import { TomoError } from "../errors/tomo_error.ts";
import { auxOps } from "./aux_ops/index.ts";
import type { Built } from "./contracts.ts";
import type { Component } from "./define.ts";
import type { Effects } from "./effects/effect.ts";
import { handlers } from "./handlers/index.ts";
import { imagePipelines } from "./image_pipelines/index.ts";
import { inferers } from "./inferers/index.ts";
import { losses } from "./losses/index.ts";
import { lrPolicies } from "./lr_policies/index.ts";
import { metrics } from "./metrics/index.ts";
import { modelLoaders } from "./model_loaders/index.ts";
import { models } from "./models/index.ts";
import { optimizers } from "./optimizers/index.ts";
import { buildOwn, runOwn } from "./own/guard.ts";
import { ownComponent } from "./own/table.ts";
import { transforms } from "./transforms/index.ts";
import { writers } from "./writers/index.ts";

/** Every built-in component, by kind, in the order in which `tomo list` and docs/components.md show them. */
export const components: { readonly [K in Kind]: readonly Component<K>[] } = {
  models,
  losses,
  optimizers,
  lr_policies: lrPolicies,
  transforms,
  image_pipelines: imagePipelines,
  aux_ops: auxOps,
  metrics,
  inferers,
  writers,
  model_loaders: modelLoaders,
  handlers,
};

/** The component of this kind with this name, as the config writes it. */
export function find<K extends Kind>(kind: K, name: string): Component<K> | undefined {
  return components[kind].find((component) => component.name === name);
}

/** What the config check looks names up in. */
export const registry: ComponentLookup = {
  find,
  names: (kind) => components[kind].map(({ name }) => name),
};

/** Builds what a checked spec describes; works in any thread that has loaded the modules of own components. */
export function instantiate<K extends Kind>(spec: ComponentSpec<K>): Built[K] {
  const component = componentOf(spec);
  return spec.module === undefined ? component.build(spec.args) : buildOwn(component, spec);
}

/** Whether a component with these arguments is random, so that its result must not be cached. */
export const isRandom = (spec: ComponentSpec): boolean =>
  runOwn(spec, () => componentOf(spec).isRandom(spec.args));

/** What the static check may know of a component; undefined where it declares nothing. */
export function effectOf<K extends Kind>(spec: ComponentSpec<K>): Effects[K] | undefined {
  const effect = runOwn(spec, () => componentOf(spec).effect?.(spec.args));
  if (spec.module === undefined || typeof effect !== "function") return effect;
  const follow = effect as (...given: unknown[]) => unknown;
  return ((...given: unknown[]) => runOwn(spec, () => follow(...given))) as Effects[K];
}

/** The declaration of a component, built-in or a user's own. @throws TomoError TOMO_UNKNOWN_COMPONENT */
export function componentOf<K extends Kind>(spec: ComponentSpec<K>): Component<K> {
  const component =
    spec.module === undefined
      ? find(spec.kind, spec.name)
      : (ownComponent(spec.module) as Component<K> | undefined);
  if (component !== undefined) return component;
  throw new TomoError("TOMO_UNKNOWN_COMPONENT", `there is no ${spec.name} among the ${spec.kind}`, {
    where: spec.where,
    given: spec.module?.path ?? spec.name,
  });
}

/** Fields whose files these transforms read. */
export const loadedFields = (transforms: readonly ComponentSpec<"transforms">[]): string[] => [
  ...new Set(transforms.flatMap((spec) => runOwn(spec, () => componentOf(spec).reads?.(spec.args) ?? []))),
];
