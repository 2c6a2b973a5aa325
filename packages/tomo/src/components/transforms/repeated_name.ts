import type { ArgFault } from "../define.ts";

/** A fault for a list of new fields in which a name stands twice, so that one of the two would be lost. */
export function repeatedName(argument: string, names: readonly string[]): ArgFault[] {
  const repeated = names.find((name, n) => names.indexOf(name) < n);
  return repeated === undefined
    ? []
    : [{ argument, message: `"${repeated}" stands there twice`, expected: "different names" }];
}
