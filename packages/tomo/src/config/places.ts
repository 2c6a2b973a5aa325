import type { Kind } from "./kinds.ts";

/** A place for components in a workflow config. */
export interface Place {
  readonly path: readonly string[];
  readonly kind: Kind;
  /** One component, several in order, or one that may be a list of candidates. */
  readonly holds: "one" | "list" | "candidates";
}

const place = (path: string, kind: Kind, holds: Place["holds"]): Place => ({
  path: path.split("."),
  kind,
  holds,
});

/** Every place of the two workflows, in the order in which people write them. */
export const places: readonly Place[] = [
  place("train.loss", "losses", "candidates"),
  place("train.optimizer", "optimizers", "candidates"),
  place("train.lr_policy", "lr_policies", "one"),
  place("train.model", "models", "one"),
  place("train.pre_transforms", "transforms", "list"),
  place("train.image_pipeline", "image_pipelines", "one"),
  place("train.aux_ops", "aux_ops", "list"),
  place("train.batch_transforms", "transforms", "list"),
  place("train.handlers", "handlers", "list"),
  place("validate.metrics", "metrics", "list"),
  place("validate.pre_transforms", "transforms", "list"),
  place("validate.image_pipeline", "image_pipelines", "one"),
  place("validate.inferer", "inferers", "one"),
  place("pre_transforms", "transforms", "list"),
  place("post_transforms", "transforms", "list"),
  place("label_transforms", "transforms", "list"),
  place("val_metrics", "metrics", "list"),
  place("writers", "writers", "list"),
  place("inferer", "inferers", "one"),
  place("model_loader", "model_loaders", "one"),
];

/** The places of one workflow. */
export const placesOf = (workflow: "train" | "validate"): readonly Place[] =>
  places.filter(({ path }) => (path[0] === "train" || path[0] === "validate") === (workflow === "train"));
