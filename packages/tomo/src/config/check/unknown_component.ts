import { didYouMean, nearest } from "../../errors/nearest.ts";
import {
  claraComponents,
  claraKindsOf,
  monaiNames,
  otherNames,
  renamed,
  wayRound,
} from "../clara_catalogue.ts";
import { type Kind, kindNoun, kinds } from "../kinds.ts";
import { own } from "../source/json.ts";
import type { ConfigPath } from "../source/path.ts";
import type { CheckContext } from "./context.ts";

/** Says why a name cannot stand here: of another kind, not there yet, renamed, or misspelt. */
export function reportUnknownComponent(
  context: CheckContext,
  kind: Kind,
  name: string,
  path: ConfigPath,
): void {
  const { lookup } = context;
  const other = kinds.find((one) => lookup.find(one, name) !== undefined) ?? otherClaraKind(kind, name);
  if (other !== undefined)
    context.findings.error("TOMO_WRONG_KIND", `${name} is ${kindNoun[other]}, not ${kindNoun[kind]}`, path, {
      given: name,
      expected: oneOf(lookup.names(kind)),
    });
  else if (claraComponents[kind].includes(name)) reportNotYet(context, kind, name, path);
  else reportUnknown(context, kind, name, path);
}

function reportUnknown(context: CheckContext, kind: Kind, name: string, path: ConfigPath): void {
  const known = [...context.lookup.names(kind), ...claraComponents[kind]];
  const newName = own(renamed, name);
  const monai = own(monaiNames, name) ?? own(monaiNames, `${name}d`);
  const other = own(otherNames, name);
  const hint =
    (newName && `Clara Train 3.x calls it ${newName}; its arguments may differ`) ??
    (monai && `this is MONAI's name; Clara Train calls it ${monai}, with arguments of its own`) ??
    (other && `Clara Train's nearest is ${other}, with arguments of its own`) ??
    didYouMean(name, known) ??
    elsewhere(context, name) ??
    `tomo list ${kind} shows them all`;
  const message = `there is no ${bareNoun(kind)} named ${name}`;
  context.findings.error("TOMO_UNKNOWN_COMPONENT", message, path, { given: name, hint });
}

const bareNoun = (kind: Kind): string => kindNoun[kind].replace(/^an? /, "");

const otherClaraKind = (kind: Kind, name: string): Kind | undefined => {
  const found = claraKindsOf(name);
  return found.includes(kind) ? undefined : found[0];
};

function reportNotYet({ findings, lookup }: CheckContext, kind: Kind, name: string, path: ConfigPath): void {
  findings.error(
    "TOMO_NOT_YET",
    `Tomo does not have ${kindNoun[kind].replace(/^an? /, "the ")} ${name} yet`,
    path,
    {
      given: name,
      expected: oneOf(lookup.names(kind)),
      hint: own(wayRound, name),
    },
  );
}

const oneOf = (names: readonly string[]): string | undefined =>
  names.length === 0
    ? undefined
    : names.length > 12
      ? `one of ${names.length} (tomo list)`
      : names.join(", ");

/** A misspelt name of another kind. */
function elsewhere({ lookup }: CheckContext, name: string): string | undefined {
  for (const kind of kinds) {
    const found = nearest(name, [...lookup.names(kind), ...claraComponents[kind]]);
    if (found !== undefined) return `the nearest name is ${found}, ${kindNoun[kind]}`;
  }
  return undefined;
}
