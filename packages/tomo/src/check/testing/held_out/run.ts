import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { type TestMmar, testMmar } from "../../../config/testing/mmar.ts";
import { formatPlace } from "../../../errors/format.ts";
import { reportOf } from "../../../errors/report.ts";
import { copyExample, type Example } from "../example_mmar.ts";
import { type Found, findingsIn, nthIndexOf, wordsOf } from "../faults/run.ts";
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

interface Copy {
  readonly mmar: TestMmar;
  /** What is found without a slip. */
  readonly usual: ReadonlySet<string>;
}

/** Makes the slips in copies of the examples, one after the other. */
export class HeldOutBench {
  readonly #copies = new Map<Example, Copy>();

  async outcomeOf(slip: HeldOut): Promise<Outcome> {
    const { mmar, usual } = await this.#copyOf(slip.example);
    const right = new Map<string, Buffer>();
    for (const { file } of slip.edits)
      if (!right.has(file)) right.set(file, readFileSync(join(mmar.root, file)));
    try {
      for (const edit of slip.edits) apply(mmar.root, edit, slip.what);
      if (slip.stored !== undefined) {
        const path = join(mmar.root, slip.edits[0]!.file);
        writeFileSync(path, slip.stored(readFileSync(path, "utf8")));
      }
      const { exit, all } = await findingsIn(mmar.root, slip.set).catch(failure);
      const found = all.filter((one) => !usual.has(keyOf(one, mmar.root)));
      return judged(slip, mmar.root, exit, found);
    } finally {
      for (const [file, bytes] of right) writeFileSync(join(mmar.root, file), bytes);
    }
  }

  remove(): void {
    for (const { mmar } of this.#copies.values()) mmar.remove();
  }

  async #copyOf(example: Example): Promise<Copy> {
    const known = this.#copies.get(example);
    if (known !== undefined) return known;
    const mmar = testMmar();
    copyExample(example, mmar.root);
    const { all } = await findingsIn(mmar.root);
    const copy = { mmar, usual: new Set(all.map((one) => keyOf(one, mmar.root))) };
    this.#copies.set(example, copy);
    return copy;
  }
}

/** What the command line prints of what a command throws. */
function failure(thrown: unknown): { exit: number; all: readonly Found[] } {
  const { exit, errors } = reportOf(thrown);
  return { exit, all: errors };
}

const keyOf = ({ code, where }: Found, root: string): string =>
  JSON.stringify([code, where.configPath, where.file === undefined ? "" : relative(root, where.file)]);

function apply(root: string, { file, find, put, nth }: Edit, what: string): void {
  const path = join(root, file);
  if (find === null) return writeFileSync(path, put);
  const text = readFileSync(path, "utf8");
  const at = nthIndexOf(text, find, nth);
  if (at < 0) throw new Error(`"${what}": ${file} has no ${nth}. ${find}`);
  writeFileSync(path, text.slice(0, at) + put + text.slice(at + find.length));
}

function judged(slip: HeldOut, root: string, exit: number, found: readonly Found[]): Outcome {
  const isAt = (one: Found | undefined, wanted: Wanted) => one !== undefined && stands(one, wanted, root);
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
function stands({ where }: Found, { file, lines, nth }: Wanted, root: string): boolean {
  if (lines?.[0]?.startsWith("--set") === true) return where.configPath === lines[0];
  if (where.file === undefined || relative(root, where.file) !== file) return false;
  if (lines === null) return true;
  const path = join(root, file);
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  return lines.some((line) => {
    const at = nthIndexOf(text, line, nth);
    return at >= 0 && where.line === text.slice(0, at).split("\n").length;
  });
}
