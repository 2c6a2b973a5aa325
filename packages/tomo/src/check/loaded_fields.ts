import type { ComponentSpec } from "../config/component_spec.ts";

/** Fields that loaders read from files. */
export const loadedFields = (transforms: readonly ComponentSpec<"transforms">[]): string[] => [
  ...new Set(
    transforms
      .filter(({ name }) => name.startsWith("Load"))
      .flatMap(({ args }) => (args.fields ?? []) as readonly string[]),
  ),
];
