import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { registry } from "../components/registry.ts";
import type { ComponentLookup } from "../config/component_spec.ts";
import { resolveConfig } from "../config/resolve.ts";
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
import { tellOwn } from "./own_text.ts";

export interface SchemaOptions extends CommonOptions {
  readonly kind?: string;
  readonly out?: string;
  readonly mmar?: string;
  readonly config?: readonly string[];
}

/**
 * Prints the JSON Schema of one kind of file, or writes those of all kinds into a folder and prints VS Code's settings
 * for them. With an MMAR they know the components that its configs name by `path`, whose files are loaded.
 * @throws TomoError TOMO_USAGE for a kind that there is not; whatever is wrong with the MMAR's configs
 */
export async function schemaCommand(options: SchemaOptions, io: Io): Promise<void> {
  const { kind = "train", mmar } = options;
  const isAll = kind === "all" || options.out !== undefined;
  const one = isAll ? "train" : requireKind(kind);
  const lookup = mmar === undefined ? registry : await componentsIn(mmar, options, io);
  const textOf = (of: SchemaKind) => `${JSON.stringify(schemaOf(of, lookup), null, 2)}\n`;
  if (!isAll) io.out(textOf(one));
  else writeAll(options, textOf, io);
}

/** With those of the user; what was loaded, and what could not be, is said. */
async function componentsIn(mmar: string, { config }: SchemaOptions, io: Io): Promise<ComponentLookup> {
  const { findConfigs } = await import("../check/check_mmar.ts");
  const { componentsFor } = await import("../components/own/lookup.ts");
  const options = { mmar, cwd: io.cwd };
  const names = config ?? findConfigs(options);
  const lookup = await componentsFor(...names.map((name) => resolveConfig({ ...options, config: name })));
  tellOwn(lookup, io);
  return lookup;
}

function writeAll({ out, mmar }: SchemaOptions, textOf: (kind: SchemaKind) => string, io: Io): void {
  const folder = resolve(io.cwd, out ?? (mmar === undefined ? "." : join(mmar, ".vscode/tomo")));
  makeFolder(folder);
  for (const kind of schemaKinds) writeFileAtomic(join(folder, schemaFileName(kind)), textOf(kind));
  const short = shortPath(folder, io);
  io.err(`wrote ${schemaKinds.length} schemas to ${short}; for .vscode/settings.json:\n`);
  const base = short === "." ? "." : isAbsolute(short) ? short : `./${short}`;
  const home = mmar === undefined ? "." : shortPath(resolve(io.cwd, mmar), io);
  const settings = editorSettings(
    (kind) => `${base.replace(/\/$/, "")}/${schemaFileName(kind)}`,
    home === "." ? undefined : home,
  );
  io.out(`${JSON.stringify(settings, null, 2)}\n`);
}

/** Relative to the working directory where it lies in it. */
function shortPath(folder: string, { cwd }: Io): string {
  const short = relative(cwd, folder).split(sep).join("/");
  if (short === "") return ".";
  return short.startsWith("..") ? folder : short;
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
