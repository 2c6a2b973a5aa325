import type { CatalogueEntry } from "./entry.ts";

export const runErrors = {
  TOMO_NOT_FINITE: {
    exit: 1,
    meaning: "The loss became NaN or infinite.",
    remedy:
      "Lower the learning rate, check the intensities, or turn AMP off; the last good checkpoint is named in the message.",
  },
  TOMO_PREDICTIONS_UNFIT: {
    exit: 1,
    meaning:
      "Predictions or labels from which a classification report is to be made are not finite, not 0 or 1, or of the wrong number.",
    remedy:
      "Look at the case that the message names; a network whose training diverged predicts NaN: choose an earlier checkpoint.",
  },
  TOMO_OWN_FAILED: {
    exit: 1,
    meaning: "A component of your own threw an error, or returned what its kind does not return.",
    remedy: "Look at the line of your file that the message names.",
  },
  TOMO_LAW_BROKEN: {
    exit: 1,
    meaning: "A component breaks a law of its kind, which a test with `tomo/testing` asked.",
    remedy: "Mend what the message names, or the facts that the test states about the component.",
  },
  TOMO_INTERNAL: {
    exit: 1,
    meaning: "Something happened that Tomo did not foresee.",
    remedy: "Run again with --debug and report the stack.",
  },
  TOMO_WRITE_FAILED: {
    exit: 1,
    meaning: "A result could not be written: disk full, no permission, or a read-only folder.",
    remedy: "Free space or choose another folder; nothing half-written was left under the final name.",
  },
  TOMO_RESULT_EXISTS: {
    exit: 1,
    meaning: "A writer with `overwrite: false` found a result of an earlier run.",
    remedy: "Move the file away, write into another folder, or set `overwrite: true`.",
  },
  TOMO_OUT_OF_MEMORY: {
    exit: 1,
    meaning: "There was not enough memory for an array.",
    remedy:
      "Lower num_cache_objects, prefetch_size, num_workers or the batch size; close other programs that use memory.",
  },
  TOMO_WORKER_DIED: {
    exit: 1,
    meaning: "A worker thread that prepares samples ended before it gave its answer.",
    remedy:
      "Look at the case that the message names; `num_workers: 0` runs the same transforms in the main thread.",
  },
  TOMO_CHECKPOINT_MISSING: {
    exit: 4,
    meaning: "No checkpoint has the name that the config or MMAR_CKPT gives.",
    remedy: "Use one of the names in the message, or train first.",
  },
  TOMO_CHECKPOINT_DAMAGED: {
    exit: 4,
    meaning: "A checkpoint was cut or changed: a length or a hash differs from what its state.json says.",
    remedy: "Copy it again, or use another checkpoint; the previous generation is tried by itself.",
  },
  TOMO_CHECKPOINT_VERSION: {
    exit: 4,
    meaning: "A checkpoint was written by a newer Tomo.",
    remedy: "Install that release, or train again.",
  },
  TOMO_CHECKPOINT_UNFIT: {
    exit: 4,
    meaning: "The weights of a checkpoint do not fit the model of the config.",
    remedy: "Use the model arguments that the checkpoint was trained with; its state.json has them.",
  },
} as const satisfies Record<string, CatalogueEntry>;
