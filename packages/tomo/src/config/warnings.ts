/** Every warning a config can give, with what it means; docs/errors.md lists them. */
export const configWarnings = {
  TOMO_LIKELY_TYPO: "A variable that nobody uses looks like a misspelt one that has a meaning.",
  TOMO_IGNORED_KEY: "A section or component has a key that Tomo does not know and ignores, as Clara does.",
  TOMO_NESTED_PLACEHOLDER: "A variable's value holds a placeholder, which is not replaced a second time.",
  TOMO_NO_KEY_METRIC: "No metric has is_key_metric, so the first one decides which model is the best.",
  TOMO_SAME_METRIC_NAME: "Two metrics have the same name, so they share one report and one curve.",
  TOMO_NEVER_VALIDATES: "The run ends before the first validation, so no best model is saved.",
  TOMO_NO_VALIDATION: "The config has no validate section, so no best model is chosen.",
  TOMO_NOTHING_TO_BATCH: "The pipeline expects batches from a transform, but no transform makes any.",
  TOMO_ODD_VALUES:
    "A component is given values that it can work on, but that are hardly meant: a threshold of class indices, logits in a table of results.",
  TOMO_NO_PLACE: "An affine is to be copied from a field that has none.",
  TOMO_OTHER_PREPARATION:
    "Validation prepares images in another way than training: another normalisation, resampling or orientation.",
  TOMO_CACHE_ORDER:
    "The cache keeps little, since a random transform stands before ones that could be cached.",
  TOMO_DATA_ABSENT:
    "The datalist or its files are not on this machine, so cases and labels were not checked.",
  TOMO_SAME_FILE:
    "A datalist names one file twice: as image and label of a case, or as the label of two cases.",
  TOMO_SAME_CASES: "Cases are in the list for training and in that for validation.",
  TOMO_NOT_RUNNABLE: "The config is checked in full, but names a component that cannot run yet.",
  TOMO_NOTHING_TO_DO: "Metrics or writers are asked for but not configured.",
} as const;

export type WarningCode = keyof typeof configWarnings;
