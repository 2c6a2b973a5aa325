/** What a config can name; folder names under components/ and section names are the same words. */
export const kinds = [
  "models",
  "losses",
  "optimizers",
  "lr_policies",
  "transforms",
  "image_pipelines",
  "aux_ops",
  "metrics",
  "inferers",
  "writers",
  "model_loaders",
  "handlers",
] as const;

export type Kind = (typeof kinds)[number];

/** `a loss`, `an image pipeline`: the kind in the singular, for messages. */
export const kindNoun: Readonly<Record<Kind, string>> = {
  models: "a model",
  losses: "a loss",
  optimizers: "an optimizer",
  lr_policies: "a learning-rate policy",
  transforms: "a transform",
  image_pipelines: "an image pipeline",
  aux_ops: "an aux-op",
  metrics: "a metric",
  inferers: "an inferer",
  writers: "a writer",
  model_loaders: "a model loader",
  handlers: "a handler",
};
