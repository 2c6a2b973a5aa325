import { didYouMean } from "../../errors/nearest.ts";
import { splitName } from "../component_spec.ts";
import { isList, isObject, type Json, type JsonObject, kindOf } from "../source/json.ts";
import type { ConfigPath } from "../source/path.ts";
import { checkComponent } from "./check_component.ts";
import { isEnabled } from "./check_element.ts";
import { type CheckContext, valueAt } from "./context.ts";
import type { ReadElement } from "./sections.ts";

const section = ["train", "pre_transforms"];

/**
 * Reads elements of validate.pre_transforms, where `{"ref": "X"}` stands for the training transform whose class name
 * or alias is X, with its arguments. A ref to a disabled transform takes no part either.
 */
export const refReader =
  (context: CheckContext): ReadElement<"transforms"> =>
  (path) => {
    if (!isEnabled(context, path)) return undefined;
    const element = valueAt(context, path);
    if (!isObject(element) || element.ref === undefined) return checkComponent(context, "transforms", path);
    const target = findTarget(context, element.ref, [...path, "ref"]);
    if (target === undefined || !isEnabled(context, target)) return undefined;
    const spec = checkComponent(context, "transforms", target);
    return spec === undefined ? undefined : { ...spec, where: context.resolved.where(path) };
  };

function findTarget(context: CheckContext, ref: unknown, path: ConfigPath): ConfigPath | undefined {
  const { findings } = context;
  if (typeof ref !== "string") {
    findings.error("TOMO_WRONG_TYPE", `"ref" must not be ${kindOf(ref)}`, path, {
      given: ref,
      expected: "the class name or alias of a training transform",
    });
    return undefined;
  }
  const list = valueAt(context, section);
  const matches = indicesOf(list, ref);
  if (matches.length === 1) return [...section, matches[0]!];
  const known = namesIn(list).flatMap(({ name, alias }) => alias ?? name);
  if (matches.length === 0)
    findings.error("TOMO_UNKNOWN_REF", `train.pre_transforms has no transform ${ref}`, path, {
      given: ref,
      expected: known.join(", ") || undefined,
      hint: didYouMean(ref, known),
    });
  else
    findings.error(
      "TOMO_UNKNOWN_REF",
      `train.pre_transforms has ${matches.length} transforms named ${ref}`,
      path,
      {
        given: ref,
        hint: `tell them apart by an alias: "${ref}#first"`,
      },
    );
  return undefined;
}

/** Where in a list of elements those stand that a ref can mean: by alias or full name, else by class name. */
export function indicesOf(list: Json | undefined, ref: string): readonly number[] {
  const names = namesIn(list);
  const byAlias = names.filter(({ alias, full }) => alias === ref || full === ref);
  return (byAlias.length > 0 ? byAlias : names.filter(({ name }) => name === ref)).map(({ index }) => index);
}

const namesIn = (
  list: Json | undefined,
): readonly { full: string; name: string; alias?: string; index: number }[] =>
  (isList(list) ? list : []).flatMap((element, index) => {
    const full = isObject(element) ? nameOf(element) : undefined;
    return full === undefined ? [] : [{ full, ...splitName(full), index }];
  });

/** The label of a component of the user's own is its `name`, else the name of its class. */
function nameOf({ name, path }: JsonObject): string | undefined {
  if (typeof name === "string") return name;
  return typeof path === "string" ? path.split(/[#.]/).at(-1) : undefined;
}
