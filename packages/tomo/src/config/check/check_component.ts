import { type ComponentSpec, splitName } from "../component_spec.ts";
import type { Kind } from "../kinds.ts";
import type { ConfigPath } from "../source/path.ts";
import { checkArguments, reportFlatArguments } from "./check_arguments.ts";
import { checkElement } from "./check_element.ts";
import { checkOwn } from "./check_own.ts";
import type { CheckContext } from "./context.ts";
import { reportUnknownComponent } from "./unknown_component.ts";

/** Checks the element at `path`; undefined after errors, which are in the findings. */
export function checkComponent<K extends Kind>(
  context: CheckContext,
  kind: K,
  path: ConfigPath,
): ComponentSpec<K> | undefined {
  const element = checkElement(context, kind, path);
  if (element === undefined) return undefined;
  if (element.path !== undefined) return checkOwn(context, kind, path, { ...element, path: element.path });
  const { name, alias } = splitName(element.name);
  const declaration = context.lookup.find(kind, name);
  if (declaration === undefined) {
    reportUnknownComponent(context, kind, name, [...path, "name"]);
    return undefined;
  }
  const beside = reportFlatArguments(context, declaration, element.unknown, path);
  const args = checkArguments(context, declaration, [...path, "args"], { ...beside, ...element.args });
  if (args === undefined) return undefined;
  return { kind, name, alias, args, where: context.resolved.where(path) };
}
