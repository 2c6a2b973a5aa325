import { fileURLToPath } from "node:url";
import { TorchError } from "@tomo/torch";
import type { ErrorCode } from "../../errors/catalogue.ts";
import { TomoError, type Where } from "../../errors/tomo_error.ts";
import { ownFiles } from "./table.ts";

/** The innermost line of a user's file that an error, or what caused it, came through. */
export function ownLine(error: unknown): { readonly file: string; readonly line: number } | undefined {
  if (!(error instanceof Error)) return undefined;
  const deeper = error.cause === error ? undefined : ownLine(error.cause);
  if (deeper !== undefined) return deeper;
  for (const frame of (error.stack ?? "").split("\n")) {
    const place = /(?:\(|at (?:async )?)((?:file:\/\/)?[^()]+?):(\d+):\d+\)?$/.exec(frame.trim());
    if (place === null) continue;
    const file = place[1]!.startsWith("file://") ? fileURLToPath(place[1]!) : place[1]!;
    if (ownFiles.has(file)) return { file, line: Number(place[2]) };
  }
  return undefined;
}

/** What a user's component threw, with the line of the user's file; lack of memory stays what it is. */
export function ownFailure(error: unknown, what: string, code: ErrorCode, where: Where): unknown {
  if (error instanceof TorchError && error.code === "TORCH_OUT_OF_MEMORY") return error;
  const line = ownLine(error);
  const place = line === undefined ? where : { ...line, configPath: where.configPath };
  if (error instanceof TomoError) {
    const { message, given, expected, hint, cause } = error;
    // a place in the data says more than one in the code
    const at = error.where.file === undefined ? { ...place, ...defined(error.where) } : error.where;
    return new TomoError(error.code, message, { where: at, given, expected, hint, cause: cause ?? error });
  }
  return new TomoError(code, `${what} failed: ${firstLine(error)}`, { where: place, cause: error });
}

const defined = (where: Where): Where =>
  Object.fromEntries(Object.entries(where).filter(([, value]) => value !== undefined));

export const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message || error.name : String(error)).split("\n", 1)[0]!;
