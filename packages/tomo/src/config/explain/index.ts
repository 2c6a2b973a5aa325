import { TomoError } from "../../errors/tomo_error.ts";
import type { ComponentLookup } from "../component_spec.ts";
import { parsePath } from "../source/path.ts";
import { explainArgument, explainComponent } from "./component.ts";
import { locate } from "./element.ts";
import type { Explanation } from "./explanation.ts";
import { explainSection } from "./section.ts";
import { unknownPath } from "./unknown_path.ts";
import { explainVariable, isVariableName, type VariableContext } from "./variables.ts";

export type { Entry, Explanation, Origin, VariableOrigins, VariableRow } from "./explanation.ts";
export { explainVariables, type VariableContext } from "./variables.ts";

/**
 * Says what stands at a path of the resolved config, what it means, and which layers gave or shadowed it. In a list of
 * components a class name or alias can stand for the index.
 * @throws TomoError TOMO_USAGE when there is no such path.
 */
export function explain(context: VariableContext, text: string, lookup: ComponentLookup): Explanation {
  const path = parsePath(text);
  if (path === undefined || path.length === 0)
    throw new TomoError("TOMO_USAGE", `"${text}" is not a path`, {
      expected: "keys and indices, for example train.pre_transforms[2].args.fields",
      hint: 'a key with dots or blanks is written ["…"]',
    });
  const { resolved } = context;
  if (isVariableName(context, String(path[0]))) {
    const variable = explainVariable(context, path);
    if (path.length === 1 || variable.origins.length > 0) return variable;
    throw unknownPath(context, path, lookup);
  }
  const located = locate(resolved, path);
  const found =
    located === undefined
      ? undefined
      : located.rest.length === 0 || (located.rest.length === 1 && located.rest[0] === "args")
        ? explainComponent(resolved, located, lookup)
        : located.rest[0] === "args"
          ? explainArgument(resolved, located, lookup)
          : explainSection(resolved, [...located.path, ...located.rest], lookup);
  const explanation = found ?? explainSection(resolved, path, lookup);
  if (explanation === undefined) throw unknownPath(context, path, lookup);
  return explanation;
}
