import { isUtf8 } from "node:buffer";
import * as nodeFs from "node:fs";
import { resolve } from "node:path";
import { registry } from "../components/registry.ts";
import { type Migration, migrate } from "../config/migrate/migrate.ts";
import { TomoError } from "../errors/tomo_error.ts";
import { writeFailure, writeFileAtomic } from "../io/atomic_file.ts";
import type { Io } from "./io.ts";
import { migrationText } from "./migrate_text.ts";
import type { CommonOptions } from "./options.ts";

export interface MigrateOptions extends CommonOptions {
  readonly write?: boolean;
}

interface Written {
  /** Where the old text is kept, absolute. */
  readonly backup: string;
}

/**
 * Translates a config and prints what changed; with `--write` also replaces the file.
 * @returns 0 when everything was translated or there was nothing to do, 1 when a person must look at something.
 * @throws TomoError TOMO_CONFIG_MISSING, TOMO_MISSING_SECTION, TOMO_WRITE_FAILED; TomoErrors TOMO_JSON_SYNTAX, TOMO_DUPLICATE_KEY.
 */
export function migrateCommand(given: string, { write, json }: MigrateOptions, io: Io): number {
  const file = resolve(io.cwd, given);
  const text = readText(file);
  const migration = migrate(text, file, registry);
  const pending = migration.text !== text;
  const written = write === true && pending ? replaceFile(file, migration.text) : null;
  io.out(
    json ? jsonText(file, migration, written) : migrationText(migration, { given, written, pending, io }),
  );
  return migration.unresolved.length === 0 ? 0 : 1;
}

function jsonText(
  file: string,
  { from, text, changes, unresolved }: Migration,
  written: Written | null,
): string {
  const backup = written?.backup ?? null;
  return `${JSON.stringify({ type: "migration", file, from, changes, unresolved, backup, text }, null, 2)}\n`;
}

function readText(file: string): string {
  let bytes: Buffer;
  try {
    bytes = nodeFs.readFileSync(file);
  } catch (cause) {
    throw unreadable(file, cause);
  }
  // written back, bytes that are no text would be lost
  if (!isUtf8(bytes))
    throw new TomoError("TOMO_JSON_SYNTAX", "the file is not UTF-8", {
      where: { file },
      hint: "convert it first, for example by iconv -f LATIN1 -t UTF-8",
    });
  const text = bytes.toString("utf8");
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}

function unreadable(file: string, cause: unknown): TomoError {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  const where = { file };
  if (code === "ENOENT") return new TomoError("TOMO_CONFIG_MISSING", "there is no such file", { where });
  if (code !== "EISDIR")
    return new TomoError("TOMO_CONFIG_MISSING", "the file cannot be read", { where, cause });
  return new TomoError("TOMO_CONFIG_MISSING", "this is a folder, not a config", {
    where,
    given: file,
    hint: "name a config in it, such as config/config_train.json",
  });
}

/** Puts the new text in the place of the old one, which stays beside it as FILE.bak, FILE.bak.2, … */
function replaceFile(given: string, text: string): Written {
  const file = nodeFs.realpathSync(given);
  const { mode } = nodeFs.statSync(file);
  try {
    nodeFs.accessSync(file, nodeFs.constants.W_OK);
  } catch (cause) {
    throw writeFailure(file, cause);
  }
  const backup = keepOld(file);
  try {
    writeFileAtomic(file, text);
  } catch (error) {
    nodeFs.rmSync(backup, { force: true });
    throw error;
  }
  nodeFs.chmodSync(file, mode);
  return { backup };
}

/** Copies the file to the first free name, never over a file that is there. */
function keepOld(file: string): string {
  for (let number = 1; ; number++) {
    const backup = `${file}.bak${number === 1 ? "" : `.${number}`}`;
    try {
      nodeFs.copyFileSync(file, backup, nodeFs.constants.COPYFILE_EXCL);
      const copy = nodeFs.openSync(backup, "r+");
      nodeFs.fsyncSync(copy);
      nodeFs.closeSync(copy);
      return backup;
    } catch (cause) {
      if (!(cause instanceof Error && "code" in cause && cause.code === "EEXIST"))
        throw writeFailure(backup, cause);
    }
  }
}
