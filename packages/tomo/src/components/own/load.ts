import { createHash } from "node:crypto";
import { extname, relative } from "node:path";
import type { ModuleRef } from "../../config/component_spec.ts";
import type { OwnPlace } from "../../config/own_path.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import { readFile } from "../../io/read_file.ts";
import type { Component } from "../define.ts";
import { declarationFaults } from "./declaration.ts";
import { firstLine, ownLine } from "./failure.ts";
import { pick } from "./pick.ts";
import { keepOwn, ownComponent, ownFiles } from "./table.ts";
import { translations } from "./translations.ts";
import { apiModules } from "./virtual.ts";

/** What a file gave. */
export interface OwnModule {
  readonly component: Component;
  readonly module: ModuleRef;
}

type Jiti = Awaited<ReturnType<typeof startJiti>>;

/**
 * Loads the files of own components anew, checks their declarations, and keeps them for this thread. One call loads a
 * file that several paths name once.
 * @throws TomoError TOMO_OWN_COMPONENT
 */
export async function ownLoader(): Promise<(place: OwnPlace) => Promise<OwnModule>> {
  const jiti = await startJiti();
  // edited files are read again
  for (const file of Object.keys(jiti.cache)) if (ownFiles.has(file)) delete jiti.cache[file];
  return async (place) => {
    const bytes = readFile(place.file);
    const sha256 = hashOf(bytes);
    const exports = await evaluate(jiti, { ...place, bytes });
    const picked = pick(exports, place);
    const module: ModuleRef = {
      path: `${place.shown}#${picked.name}`,
      file: place.file,
      export: picked.name,
      sha256,
    };
    const faults = declarationFaults(picked.component);
    if (faults.length > 0)
      throw new TomoError(
        "TOMO_OWN_COMPONENT",
        `${module.path} is not declared in full: ${faults.join("; ")}`,
        { hint: "people read these texts in `tomo check`, `tomo explain` and in messages" },
      );
    keepOwn(module, picked.component);
    return { component: picked.component, module };
  };
}

/**
 * Loads files that were checked in another thread.
 * @throws TomoError TOMO_OWN_CHANGED for a file that is another one by now
 */
export async function loadModules(modules: readonly ModuleRef[]): Promise<void> {
  const wanted = modules.filter((module) => ownComponent(module) === undefined);
  if (wanted.length === 0) return;
  const jiti = await startJiti();
  for (const module of wanted) {
    const bytes = readFile(module.file);
    if (hashOf(bytes) !== module.sha256)
      throw new TomoError("TOMO_OWN_CHANGED", `${module.path} was changed since the config was checked`, {
        where: { file: module.file },
        hint: "start the run again",
      });
    const shown = module.path.slice(0, module.path.lastIndexOf("#"));
    const exports = await evaluate(jiti, { file: module.file, shown, bytes });
    keepOwn(module, pick(exports, { file: module.file, shown, export: module.export }).component);
  }
}

interface Source {
  readonly file: string;
  /** As messages name it. */
  readonly shown: string;
  readonly bytes: ArrayBuffer;
}

const hashOf = (bytes: ArrayBuffer): string =>
  createHash("sha256").update(new Uint8Array(bytes)).digest("hex");

async function startJiti() {
  const { createJiti } = await import("jiti");
  return createJiti(import.meta.url, {
    fsCache: translations(),
    // a default export must not hide the others
    interopDefault: false,
    virtualModules: apiModules(),
  });
}

/** What a file exports; its text is evaluated once a loader, and by jiti even where Node could import it. */
async function evaluate(jiti: Jiti, { file, shown, bytes }: Source): Promise<unknown> {
  const known = jiti.cache[file];
  if (known?.loaded === true && ownFiles.has(file)) return known.exports;
  const before = new Set(Object.keys(jiti.cache));
  ownFiles.add(file);
  try {
    const source = Buffer.from(bytes).toString("utf8");
    // an import by Node itself would find another Tomo, or none
    const options = { id: file, filename: file, ext: extname(file), async: true, forceTranspile: true };
    return await jiti.evalModule(source, { ...options, cache: jiti.cache });
  } catch (error) {
    delete jiti.cache[file];
    throw loadFailure(error, file, shown);
  } finally {
    for (const loaded of Object.keys(jiti.cache))
      if (!before.has(loaded) && !loaded.includes("node_modules")) ownFiles.add(loaded);
  }
}

function loadFailure(error: unknown, file: string, shown: string): TomoError {
  const syntax =
    error instanceof Error
      ? /ParseError: ([\s\S]*?)\s*\n?\s*(\/.*|[A-Z]:.*):(\d+):(\d+)/.exec(error.message)
      : null;
  if (syntax !== null) {
    const [, message, where, line, column] = syntax as unknown as string[];
    const at = where === file ? shown : relative(file, where!);
    return new TomoError(
      "TOMO_OWN_COMPONENT",
      `${at}:${line}:${column} is no TypeScript: ${message!.trim()}`,
      {
        cause: error,
      },
    );
  }
  const line = ownLine(error);
  const place = line === undefined ? shown : `${line.file === file ? shown : line.file}:${line.line}`;
  const hint = /Cannot find (module|package)/.test(String(error))
    ? "files are imported by relative paths; packages must be installed beside the MMAR; tomo, @tomo/torch and zod are always there"
    : undefined;
  return new TomoError("TOMO_OWN_COMPONENT", `${place} failed while it was loaded: ${firstLine(error)}`, {
    hint,
    cause: error,
  });
}
