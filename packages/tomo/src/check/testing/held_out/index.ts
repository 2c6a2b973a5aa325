import { chain } from "./chain.ts";
import { data } from "./data.ts";
import { names } from "./names.ts";
import { several } from "./several.ts";
import type { HeldOut } from "./slip.ts";
import { structure } from "./structure.ts";
import { syntax } from "./syntax.ts";
import { values } from "./values.ts";

/** Faulty configs that no message was tuned on when they were written. */
export const heldOut: Readonly<Record<string, readonly HeldOut[]>> = {
  "Not JSON": syntax,
  "Keys and sections": structure,
  "Names of components": names,
  "Names of arguments, types and ranges": values,
  "Fields, sizes, order, and variables": chain,
  "Datalists, and words after --set": data,
  "Several at once": several,
};
