import { type ComponentSpec, splitName } from "../component_spec.ts";
import { type Kind, kindNoun } from "../kinds.ts";
import type { ConfigPath } from "../source/path.ts";
import { checkArguments, reportFlatArguments } from "./check_arguments.ts";
import type { Element } from "./check_element.ts";
import type { CheckContext } from "./context.ts";

/** Checks an element that names a user's own component by its `path`; undefined after errors. */
export function checkOwn<K extends Kind>(
  context: CheckContext,
  kind: K,
  path: ConfigPath,
  element: Element & { readonly path: string },
): ComponentSpec<K> | undefined {
  const { findings, lookup, resolved } = context;
  const at = [...path, "path"];
  const own = lookup.own?.(element.path);
  if (own === undefined) {
    findings.error("TOMO_OWN_COMPONENT", "components of your own are not loaded here", at, {
      given: element.path,
    });
    return undefined;
  }
  if ("error" in own) {
    const { code, message, expected, hint } = own.error;
    findings.error(code, message, at, { given: element.path, expected, hint });
    return undefined;
  }
  const { declaration, module, failure } = own;
  if (declaration.kind !== kind) {
    const message = `${module.path} is ${kindNoun[declaration.kind]}, not ${kindNoun[kind]}`;
    findings.error("TOMO_WRONG_KIND", message, at, { given: element.path, expected: kindNoun[kind] });
    return undefined;
  }
  if (lookup.find(kind, declaration.name) !== undefined) {
    const message = `${module.path} calls itself ${declaration.name}, which is a built-in`;
    findings.error("TOMO_OWN_COMPONENT", message, at, {
      given: element.path,
      hint: `give it a name of its own in its declaration; logs and checkpoints tell components apart by it`,
    });
    return undefined;
  }
  reportFlatArguments(context, declaration, element.unknown, path);
  try {
    const args = checkArguments(context, declaration, [...path, "args"], element.args);
    if (args === undefined) return undefined;
    const { name } = declaration;
    const alias = labelOf(element.name, name);
    return { kind, name, alias, args, where: resolved.where(path), module };
  } catch (error) {
    findings.error("TOMO_OWN_COMPONENT", failure(error), [...path, "args"], {
      hint: "mend its args and check",
    });
    return undefined;
  }
}

/** The name beside a path is a label: its alias, or all of it where it differs from the declared name. */
export function labelOf(written: string, declared: string): string | undefined {
  const { name, alias } = splitName(written);
  return alias ?? (name === "" || name === declared ? undefined : name);
}
