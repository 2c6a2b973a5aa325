import type { ComponentLookup } from "../component_spec.ts";
import type { ResolvedConfig } from "../resolve.ts";
import { isList, isObject, type Json } from "../source/json.ts";
import type { ConfigPath } from "../source/path.ts";
import type { Findings } from "./findings.ts";

/** What every check of one config works with. */
export interface CheckContext {
  readonly resolved: ResolvedConfig;
  readonly lookup: ComponentLookup;
  readonly findings: Findings;
}

/** The value at a path of the resolved tree, or undefined. */
export function valueAt({ resolved }: Pick<CheckContext, "resolved">, path: ConfigPath): Json | undefined {
  let value: Json | undefined = resolved.value;
  for (const step of path) {
    if (isList(value)) value = typeof step === "number" ? value[step] : undefined;
    else value = isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}
