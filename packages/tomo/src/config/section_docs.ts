/** What a section of a workflow config is for. */
export interface SectionDoc {
  readonly description: string;
  /** Whether the workflow cannot do without it. */
  readonly required?: boolean;
}

/** Every section by its path. */
export const sectionDocs: Readonly<Record<string, SectionDoc>> = {
  train: { description: "How to train.", required: true },
  "train.loss": {
    description: "The loss, or a list of candidates of which exactly one is not disabled.",
    required: true,
  },
  "train.optimizer": {
    description:
      "The optimizer, or a list of candidates of which exactly one is not disabled. Left out: Adam. The learning rate is a variable.",
  },
  "train.lr_policy": { description: "How the learning rate changes. Left out: it stays." },
  "train.model": { description: "The network.", required: true },
  "train.pre_transforms": {
    description:
      "What happens to every training item, in order. The deterministic ones at the start are cached.",
  },
  "train.image_pipeline": {
    description: "Where the training items come from and how they become batches.",
    required: true,
  },
  "train.aux_ops": { description: "What is computed of every batch besides the loss." },
  "train.batch_transforms": { description: "What happens to every batch, in order." },
  "train.handlers": { description: "What listens to the run." },
  validate: { description: "How to validate during training. Left out: no best model is chosen." },
  "validate.metrics": {
    description: "What is measured; the one with is_key_metric decides which model is the best.",
    required: true,
  },
  "validate.pre_transforms": {
    description: 'What happens to every validation item, in order. {"ref": "X"} is the training transform X.',
  },
  "validate.image_pipeline": { description: "Where the validation items come from.", required: true },
  "validate.inferer": { description: "How the network is applied to a whole image.", required: true },
  pre_transforms: { description: "What happens to every image before the network, in order." },
  post_transforms: {
    description: "What happens after the network, in order; its output is the field model.",
  },
  label_transforms: { description: "What happens to the labels, in order; only with do_validation." },
  val_metrics: { description: "What is measured; only with do_validation." },
  writers: { description: "What is written; only with output_infer_result." },
  inferer: { description: "How the network is applied to a whole image.", required: true },
  model_loader: { description: "Where the trained model comes from.", required: true },
};
