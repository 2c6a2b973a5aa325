import type { ComponentLookup } from "../config/component_spec.ts";
import { moduleText } from "../config/modules_in.ts";
import { formatWarning } from "../errors/format.ts";
import type { Io } from "./io.ts";

/** What became of each `path` of a config, as data: the file that was loaded, or why none was. */
export const ownRecords = ({ own, ownPaths = [] }: ComponentLookup): readonly object[] =>
  ownPaths.map((path) => {
    const found = own?.(path);
    return found === undefined || "error" in found
      ? { path, error: found?.error.message ?? "" }
      : { ...found.module, path };
  });

/** Says which files were loaded, and why others were not: a line each. */
export function tellOwn({ own, ownPaths = [] }: ComponentLookup, io: Io, prefix = ""): void {
  const lines = ownPaths.map((path) => {
    const found = own?.(path);
    if (found === undefined) return "";
    if ("module" in found) return `${prefix}own component ${moduleText(found.module)}\n`;
    const { message, hint } = found.error;
    return `${formatWarning({ where: {}, message: `${prefix}${message}`, hint }, { cwd: io.cwd, color: false })}\n`;
  });
  io.err([...new Set(lines)].join(""));
}
