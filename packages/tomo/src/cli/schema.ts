import { join, relative, resolve, sep } from "node:path";
import { registry } from "../components/registry.ts";
import {
  editorSettings,
  type SchemaKind,
  schemaFileName,
  schemaKinds,
  schemaOf,
} from "../config/schema/index.ts";
import { didYouMean } from "../errors/nearest.ts";
import { TomoError } from "../errors/tomo_error.ts";
import { makeFolder, writeFileAtomic } from "../io/atomic_file.ts";
import type { Io } from "./io.ts";
import type { CommonOptions } from "./options.ts";

export interface SchemaOptions extends CommonOptions {
  readonly kind?: string;
  readonly out?: string;
}

/**
 * Prints the JSON Schema of one kind of file, or writes those of all kinds into a folder and prints VS Code's settings
 * for them.
 * @throws TomoError TOMO_USAGE for a kind that there is not.
 */
export function schemaCommand({ kind = "train", out }: SchemaOptions, io: Io): void {
  if (kind === "all" || out !== undefined) writeAll(out ?? ".", io);
  else io.out(textOf(requireKind(kind)));
}

const textOf = (kind: SchemaKind): string => `${JSON.stringify(schemaOf(kind, registry), null, 2)}\n`;

function writeAll(out: string, io: Io): void {
  const folder = resolve(io.cwd, out);
  makeFolder(folder);
  for (const kind of schemaKinds) writeFileAtomic(join(folder, schemaFileName(kind)), textOf(kind));
  const short = relative(io.cwd, folder).split(sep).join("/");
  const base = short.startsWith("..") ? folder : `./${short === "" ? "" : `${short}/`}`;
  io.err(
    `wrote ${schemaKinds.length} schemas to ${short === "" ? "." : short}; for .vscode/settings.json:\n`,
  );
  const settings = editorSettings((kind) => `${base.replace(/\/?$/, "/")}${schemaFileName(kind)}`);
  io.out(`${JSON.stringify(settings, null, 2)}\n`);
}

function requireKind(given: string): SchemaKind {
  const kind = schemaKinds.find((one) => one === given);
  if (kind !== undefined) return kind;
  throw new TomoError("TOMO_USAGE", `there is no schema for ${given}`, {
    given,
    expected: [...schemaKinds, "all"].join(", "),
    hint: didYouMean(given, [...schemaKinds, "all"]),
  });
}
