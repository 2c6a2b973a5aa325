import type { ComponentLookup, ComponentSpec } from "../config/component_spec.ts";
import type { Kind } from "../config/kinds.ts";
import { TomoError } from "../errors/tomo_error.ts";
import { auxOps } from "./aux_ops/index.ts";
import type { Built } from "./contracts.ts";
import type { Component } from "./define.ts";
import { handlers } from "./handlers/index.ts";
import { imagePipelines } from "./image_pipelines/index.ts";
import { inferers } from "./inferers/index.ts";
import { losses } from "./losses/index.ts";
import { lrPolicies } from "./lr_policies/index.ts";
import { metrics } from "./metrics/index.ts";
import { modelLoaders } from "./model_loaders/index.ts";
import { models } from "./models/index.ts";
import { optimizers } from "./optimizers/index.ts";
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

/** Builds what a checked spec describes; works in any thread. */
export function instantiate<K extends Kind>(spec: ComponentSpec<K>): Built[K] {
  return componentOf(spec).build(spec.args);
}

/** Whether a component with these arguments is random, so that its result must not be cached. */
export function isRandom(spec: ComponentSpec): boolean {
  return componentOf(spec).isRandom(spec.args);
}

function componentOf<K extends Kind>(spec: ComponentSpec<K>): Component<K> {
  const component = find(spec.kind, spec.name);
  if (component !== undefined) return component;
  throw new TomoError("TOMO_UNKNOWN_COMPONENT", `there is no ${spec.name} among the ${spec.kind}`, {
    where: spec.where,
    given: spec.name,
  });
}
