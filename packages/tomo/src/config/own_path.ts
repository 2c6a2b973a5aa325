import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, delimiter, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { didYouMean } from "../errors/nearest.ts";
import { TomoError } from "../errors/tomo_error.ts";

/** A file that a `path` of the config names, found in an allowed folder. */
export interface OwnPlace {
  /** Absolute, without symbolic links. */
  readonly file: string;
  /** Relative to its allowed folder, with `/`. */
  readonly shown: string;
  /** Null: the default export, or the only component of the file. */
  readonly export: string | null;
}

const endings = ["ts", "js", "mjs", "mts", "cjs"] as const;
const isFileName = new RegExp(`\\.(${endings.join("|")})$`);
const isDotted = /^[\p{ID_Start}_$][\p{ID_Continue}$]*(\.[\p{ID_Start}_$][\p{ID_Continue}$]*)+$/u;

/** Folders that code may be loaded from: the MMAR, and those of TOMO_PATH. */
export function ownFolders(
  { mmar, cwd }: { readonly mmar: string; readonly cwd: string },
  env: Readonly<Record<string, string | undefined>> = process.env,
): readonly string[] {
  const listed = (env.TOMO_PATH ?? "").split(delimiter).filter((folder) => folder.trim() !== "");
  return [mmar, ...listed.map((folder) => resolve(cwd, folder))];
}

/**
 * Finds what `custom/my_loss.ts#MyLoss` or `custom.my_loss.MyLoss` names, in the first of the folders that has it.
 * @throws TomoError TOMO_PATH_FORM, TOMO_PATH_REFUSED, TOMO_PATH_MISSING
 */
export function findOwn(path: string, folders: readonly string[]): OwnPlace {
  const { files, exported } = readForm(path);
  const allowed = folders.filter((folder) => existsSync(folder)).map((folder) => realpathSync(folder));
  for (const folder of allowed)
    for (const file of files) {
      const full = resolve(folder, file);
      // the folder as the user writes it may be a link itself
      const isInside = [...allowed, ...folders].some((one) => isBelow(full, resolve(one)));
      if (!isInside)
        throw refused(path, `${full} is outside the folders that code may be loaded from`, folders);
      if (!existsSync(full)) continue;
      const real = realpathSync(full);
      const home = allowed.find((one) => isBelow(real, one));
      if (home === undefined)
        throw refused(path, `${file} is a link to ${real}, outside these folders`, folders);
      if (!statSync(real).isFile()) throw refused(path, `${file} is no file`, folders);
      return { file: real, shown: relative(home, real).split(sep).join("/"), export: exported };
    }
  throw missing(path, files, folders);
}

interface Form {
  /** As the config writes them, in the order in which they are tried. */
  readonly files: readonly string[];
  readonly exported: string | null;
}

function readForm(path: string): Form {
  const at = path.lastIndexOf("#");
  const file = at < 0 ? path : path.slice(0, at);
  const exported = at < 0 ? null : path.slice(at + 1).trim();
  if (exported === "") throw badForm(path, `nothing stands behind "#"`);
  if (isFileName.test(file)) return { files: [file], exported };
  if (at >= 0) throw badForm(path, `"${file}" is no TypeScript or JavaScript file`);
  if (!isDotted.test(path)) throw badForm(path, "it has neither a file nor a dot");
  const parts = path.split(".");
  const module = parts.slice(0, -1).join("/");
  return { files: endings.map((ending) => `${module}.${ending}`), exported: parts.at(-1)! };
}

const badForm = (path: string, reason: string): TomoError =>
  new TomoError("TOMO_PATH_FORM", `the path names no class of your own: ${reason}`, {
    given: JSON.stringify(path),
    expected: '"custom/my_loss.ts#MyLoss", or "custom.my_loss.MyLoss" with at least one dot',
  });

const refused = (path: string, reason: string, folders: readonly string[]): TomoError =>
  new TomoError("TOMO_PATH_REFUSED", `the path is refused: ${reason}`, {
    given: JSON.stringify(path),
    expected: foldersText(folders),
    hint: "put the file into the MMAR, or its folder into the environment variable TOMO_PATH",
  });

function missing(path: string, files: readonly string[], folders: readonly string[]): TomoError {
  const what = files.length === 1 ? files[0]! : `${files[0]!.slice(0, -3)}.{${endings.join(",")}}`;
  return new TomoError("TOMO_PATH_MISSING", `there is no file ${what}`, {
    given: JSON.stringify(path),
    expected: foldersText(folders),
    hint: claraHint(path) ?? nearFile(files[0]!, folders) ?? pythonHint(files[0]!, folders) ?? where,
  });
}

const where = "it is looked for in the MMAR, then in the folders of the environment variable TOMO_PATH";

const foldersText = (folders: readonly string[]): string =>
  `a file below ${["the MMAR", ...folders.slice(1)].join(" or ")}`;

/** Clara's own classes have a module too. */
const claraHint = (path: string): string | undefined =>
  /^(ai4med|medical|nvmidl|dlmed)\./.test(path)
    ? `this is a class of Clara's own: write "name": "${path.split(".").at(-1)}" in place of "path"`
    : undefined;

function nearFile(file: string, folders: readonly string[]): string | undefined {
  for (const folder of folders) {
    const beside = dirname(resolve(folder, file));
    if (!existsSync(beside) || !statSync(beside).isDirectory()) continue;
    const names = readdirSync(beside).filter((name) => isFileName.test(name));
    const hint = didYouMean(basename(file), names);
    if (hint !== undefined) return hint;
  }
  return undefined;
}

const pythonHint = (file: string, folders: readonly string[]): string | undefined =>
  folders.some((folder) => existsSync(join(folder, file.replace(/\.\w+$/, ".py"))))
    ? "Tomo loads TypeScript and JavaScript: write the Python class anew, docs/byoc.md shows how"
    : undefined;

function isBelow(file: string, folder: string): boolean {
  const between = relative(folder, file);
  return between !== "" && between !== ".." && !between.startsWith(`..${sep}`) && !isAbsolute(between);
}
