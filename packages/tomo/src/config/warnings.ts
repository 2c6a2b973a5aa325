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
  TOMO_NOTHING_TO_DO: "Metrics or writers are asked for but not configured.",
} as const;

export type WarningCode = keyof typeof configWarnings;
