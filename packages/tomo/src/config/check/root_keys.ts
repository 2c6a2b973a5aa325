import { nearest } from "../../errors/nearest.ts";
import { isList, isObject } from "../source/json.ts";
import { isVariable } from "../variables/layers.ts";
import { isIgnored } from "./check_element.ts";
import type { CheckContext } from "./context.ts";
import { synonymOf } from "./synonyms.ts";

const trainOnly = ["train"];
const validationOnly = ["model_loader", "val_metrics", "post_transforms", "label_transforms", "writers"];

/**
 * Checks the top level: scalars are variables and may be anything; a section with a misspelt name is an error,
 * other sections are ignored, as Clara does, with a warning where one has its place elsewhere.
 * @param elsewhere Sections that stand in another place, and what is to be done with them
 */
export function checkRootKeys(
  context: CheckContext,
  workflow: "train" | "validate",
  sections: readonly string[],
  elsewhere: Readonly<Record<string, string>>,
): void {
  const { findings, resolved } = context;
  const keys = Object.keys(resolved.value);
  reportOtherWorkflow(context, workflow, keys);
  for (const key of keys) {
    const value = resolved.value[key]!;
    if (sections.includes(key) || isIgnored(key) || key === "$schema" || isVariable(key, value)) continue;
    const meant = synonymOf(key, sections) ?? nearest(key, sections);
    if (meant !== undefined && !keys.includes(meant))
      findings.error("TOMO_UNKNOWN_KEY", `the config has no section "${key}"`, [key], {
        at: "key",
        hint: `did you mean "${meant}"?`,
      });
    else if (Object.hasOwn(elsewhere, key) && (isObject(value) || isList(value)))
      findings.warn("TOMO_IGNORED_KEY", `"${key}" is no section of the top level, it is ignored`, [key], {
        at: "key",
        hint: elsewhere[key],
      });
  }
}

/** A training config given to `tomo validate`, or the other way round. */
function reportOtherWorkflow({ findings }: CheckContext, workflow: string, keys: readonly string[]): void {
  const [own, other] = workflow === "train" ? [trainOnly, validationOnly] : [validationOnly, trainOnly];
  const found = keys.find((key) => other.includes(key));
  if (found === undefined || keys.some((key) => own.includes(key))) return;
  const [isFor, command] = workflow === "train" ? ["validation", "validate"] : ["training", "train"];
  findings.error("TOMO_MISSING_SECTION", `this is a ${isFor} config`, [found], {
    at: "key",
    hint: `run it with tomo ${command}, or name another file with -c`,
  });
}
