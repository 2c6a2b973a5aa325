import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { formatPlace } from "../../../errors/format.ts";
import { reportOf } from "../../../errors/report.ts";
import { type FaultBench, type Found, findingsIn, nthIndexOf, wordsOf } from "../faults/run.ts";
import type { Edit, HeldOut, Wanted } from "./slip.ts";

export interface Outcome {
  readonly slip: HeldOut;
  readonly exit: number;
  /** What the slip brings; what the example gets without it is left out. */
  readonly found: readonly Found[];
  readonly rightLine: boolean;
  readonly rightRemedy: boolean;
  /** Place, code and words of each message. */
  readonly messages: readonly { readonly place: string; readonly code: string; readonly words: string }[];
}

/** Makes the slip in a copy of its example, and takes it back. */
export async function outcomeOf(bench: FaultBench, slip: HeldOut): Promise<Outcome> {
  const { root, isUsual } = await bench.copyOf(slip.example);
  const right = new Map<string, Buffer>();
  for (const { file } of slip.edits) if (!right.has(file)) right.set(file, readFileSync(join(root, file)));
  try {
    const changed = slip.edits.map((edit) => apply(root, edit, slip.what));
    if (slip.stored !== undefined) {
      const path = join(root, slip.edits[0]!.file);
      writeFileSync(path, slip.stored(readFileSync(path, "utf8")));
    }
    const { exit, all } = await findingsIn(root, slip.set).catch(failure);
    return judged(
      slip,
      { root, changed },
      exit,
      all.filter((one) => !isUsual(one)),
    );
  } finally {
    for (const [file, bytes] of right) writeFileSync(join(root, file), bytes);
  }
}

/** What the command line prints of what a command throws. */
function failure(thrown: unknown): { exit: number; all: readonly Found[] } {
  const { exit, errors } = reportOf(thrown);
  return { exit, all: errors };
}

/** Makes a change and returns the first line that differs. */
function apply(root: string, { file, find, put, nth }: Edit, what: string): number {
  const path = join(root, file);
  const text = find === null ? "" : readFileSync(path, "utf8");
  const at = find === null ? 0 : nthIndexOf(text, find, nth);
  if (at < 0) throw new Error(`"${what}": ${file} has no ${nth}. ${find}`);
  const old = find ?? "";
  let same = 0;
  while (same < Math.min(old.length, put.length) && old[same] === put[same]) same++;
  // a line that is taken away leaves the next one in its place
  if (put[same] === "\n" && same === old.length) same++;
  const now = text.slice(0, at) + put + text.slice(at + old.length);
  writeFileSync(path, now);
  return now.slice(0, at + same).split("\n").length;
}

/** Where the MMAR lies, and the line that each edit changed. */
interface Made {
  readonly root: string;
  readonly changed: readonly number[];
}

function judged(slip: HeldOut, made: Made, exit: number, found: readonly Found[]): Outcome {
  const { root } = made;
  const isAt = (one: Found | undefined, wanted: Wanted) =>
    one !== undefined && stands(one, wanted, made, slip.wanted.indexOf(wanted));
  const said = (one: Found | undefined, { remedy }: Wanted) => one !== undefined && remedy.test(wordsOf(one));
  const [first] = found;
  const [only] = slip.wanted;
  const alone = slip.wanted.length === 1;
  return {
    slip,
    exit,
    found,
    rightLine: alone
      ? isAt(first, only!)
      : slip.wanted.some((one) => isAt(first, one)) &&
        slip.wanted.every((wanted) => found.some((one) => isAt(one, wanted))),
    rightRemedy: alone
      ? said(first, only!)
      : slip.wanted.every((wanted) => found.some((one) => isAt(one, wanted) && said(one, wanted))),
    messages: found.map((one) => ({
      place: formatPlace(one.where, root),
      code: one.code,
      words: wordsOf(one).replaceAll(`${root}/`, ""),
    })),
  };
}

/** Whether a message names the place. */
function stands(
  { where }: Found,
  { file, lines, nth }: Wanted,
  { root, changed }: Made,
  edit: number,
): boolean {
  if (lines?.[0]?.startsWith("--set") === true) return where.configPath === lines[0];
  if (where.file === undefined || relative(root, where.file) !== file) return false;
  if (lines === undefined) return where.line === changed[edit];
  if (lines === null) return true;
  const path = join(root, file);
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  return lines.some((line) => {
    const at = nthIndexOf(text, line, nth);
    return at >= 0 && where.line === text.slice(0, at).split("\n").length;
  });
}
