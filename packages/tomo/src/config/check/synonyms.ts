/**
 * Words of other libraries, and words that people take for those of Clara: what each may stand for. Which one is meant
 * follows from what can stand in its place.
 */
const meanings: Readonly<Record<string, readonly string[]>> = {
  // attributes of a component
  _target_: ["name"],
  class: ["name"],
  class_name: ["name"],
  type: ["name"],
  params: ["args"],
  parameters: ["args"],
  arguments: ["args"],
  options: ["args"],
  init_args: ["args"],
  // sections
  training: ["train"],
  validation: ["validate"],
  val: ["validate"],
  valid: ["validate"],
  eval: ["validate"],
  metrics: ["val_metrics"],
  val_metrics: ["metrics"],
  key_metric: ["metrics", "val_metrics"],
  transforms: ["pre_transforms"],
  preprocessing: ["pre_transforms"],
  postprocessing: ["post_transforms"],
  postprocess: ["post_transforms"],
  loader: ["model_loader"],
  network: ["model"],
  net: ["model"],
  criterion: ["loss"],
  loss_function: ["loss"],
  scheduler: ["lr_policy"],
  lr_scheduler: ["lr_policy"],
  dataset: ["image_pipeline"],
  dataloader: ["image_pipeline"],
  pipeline: ["image_pipeline"],
  inference: ["inferer"],
  saver: ["writers"],
  callbacks: ["handlers"],
  // variables
  lr: ["learning_rate"],
  base_lr: ["learning_rate"],
  max_epochs: ["epochs"],
  num_epochs: ["epochs"],
  n_epochs: ["epochs"],
  val_interval: ["num_training_epoch_per_valid"],
  amp: ["use_amp"],
  // arguments
  keys: ["fields", "field"],
  key: ["field", "fields"],
  label_key: ["label_field"],
  image_key: ["image_field"],
  spatial_size: ["size", "target_shape"],
  pixdim: ["target_resolution"],
  k_divisible: ["div_int"],
  prob: ["probability"],
  p: ["probability"],
  std: ["variance"],
  out_channels: ["num_classes"],
  spatial_dims: ["n_spatial_dim"],
  n_classes: ["num_classes"],
  classes: ["num_classes"],
  betas: ["beta1"],
  eps: ["epsilon"],
  include_background: ["skip_background"],
  to_onehot_y: ["is_onehot_targets"],
  output_dir: ["write_path"],
  sw_batch_size: ["batch_size"],
  num_samples: ["batch_size"],
  dropout: ["dropout_prob"],
};

/** Which of the words that can stand here another library's word means. */
export const synonymOf = (word: string, candidates: Iterable<string>): string | undefined => {
  const meant = Object.hasOwn(meanings, word) ? meanings[word]! : [];
  const possible = new Set(candidates);
  return meant.find((one) => possible.has(one));
};
