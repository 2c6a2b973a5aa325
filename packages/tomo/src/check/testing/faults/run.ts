import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { check } from "../../../cli/check.ts";
import { testIo } from "../../../cli/testing/io.ts";
import { type TestMmar, testMmar } from "../../../config/testing/mmar.ts";
import { formatPlace } from "../../../errors/format.ts";
import { sortByPosition } from "../../../errors/report.ts";
import type { Where } from "../../../errors/tomo_error.ts";
import { copyExample, type Example } from "../example_mmar.ts";
import type { Fault } from "./fault.ts";

export interface Found {
  readonly code: string;
  readonly message: string;
  readonly where: Where;
  readonly given?: string;
  readonly expected?: string;
  readonly hint?: string;
}

export interface Outcome {
  readonly fault: Fault;
  readonly exit: number;
  /** What is printed first; undefined where nothing is found. */
  readonly first: Found | undefined;
  readonly rightLine: boolean;
  readonly rightCode: boolean;
  readonly rightRemedy: boolean;
  /** Place and words of what is printed first. */
  readonly place: string;
  readonly words: string;
}

/** A copy of an example, and what is found in it without a slip. */
export interface ExampleCopy {
  readonly root: string;
  readonly isUsual: (found: Found) => boolean;
}

/** Makes slips in copies of the examples, one at a time; a copy is used again for the next slip. */
export class FaultBench {
  readonly #mmars: TestMmar[] = [];
  readonly #copies = new Map<Example, Promise<ExampleCopy>>();

  /** Checks an example with a slip, by the command and its JSON. */
  async outcomeOf(fault: Fault): Promise<Outcome> {
    const { root, isUsual } = await this.copyOf(fault.example);
    const file = join(root, fault.file);
    const right = readFileSync(file, "utf8");
    const slip = withSlip(right, fault);
    writeFileSync(file, slip.text);
    try {
      const { exit, all } = await findingsIn(root);
      return judged(fault, { root, line: slip.line, exit, first: all.find((one) => !isUsual(one)) });
    } finally {
      writeFileSync(file, right);
    }
  }

  /** What the command says of an example whose file has this text in place of its own. */
  async findingsOf(example: Example, file: string, text: (right: string) => string) {
    const { root, isUsual } = await this.copyOf(example);
    const path = join(root, file);
    const right = readFileSync(path, "utf8");
    writeFileSync(path, text(right));
    try {
      const { exit, all } = await findingsIn(root);
      return { exit, all: all.filter((one) => !isUsual(one)) };
    } finally {
      writeFileSync(path, right);
    }
  }

  remove(): void {
    for (const mmar of this.#mmars) mmar.remove();
  }

  copyOf(example: Example): Promise<ExampleCopy> {
    const copy = this.#copies.get(example) ?? this.#newCopy(example);
    this.#copies.set(example, copy);
    return copy;
  }

  async #newCopy(example: Example): Promise<ExampleCopy> {
    const mmar = testMmar();
    this.#mmars.push(mmar);
    const { root } = mmar;
    copyExample(example, root);
    const keyOf = ({ code, where }: Found): string =>
      JSON.stringify([code, where.configPath, where.file === undefined ? "" : relative(root, where.file)]);
    const usual = new Set((await findingsIn(root)).all.map(keyOf));
    return { root, isUsual: (found) => usual.has(keyOf(found)) };
  }
}

/** Errors by position, then warnings. */
export async function findingsIn(
  root: string,
  set?: readonly string[],
): Promise<{ exit: number; all: readonly Found[] }> {
  const io = testIo({ cwd: root });
  const exit = await check({ mmar: root, json: true, set }, io);
  const { files } = JSON.parse(io.printed().out) as { files: { errors: Found[]; warnings: Found[] }[] };
  const of = (part: "errors" | "warnings") => sortByPosition(files.flatMap((file) => file[part]));
  return { exit, all: [...of("errors"), ...of("warnings")] };
}

function judged(
  fault: Fault,
  { root, line, exit, first }: { root: string; line: number; exit: number; first: Found | undefined },
): Outcome {
  const file = fault.inFile ?? fault.file;
  const wanted =
    fault.line === undefined
      ? line
      : lineOf(readFileSync(join(root, file), "utf8"), fault.line, fault.lineNth ?? 1);
  const inFile = first?.where.file !== undefined && relative(root, first.where.file) === file;
  const wholeFile = fault.inFile !== undefined && fault.line === undefined;
  const words = first === undefined ? "" : wordsOf(first).replaceAll(`${root}/`, "");
  return {
    fault,
    exit,
    first,
    rightLine: inFile && (wholeFile || first?.where.line === wanted),
    rightCode: first?.code === fault.code,
    rightRemedy: words.includes(fault.remedy),
    place: first === undefined ? "" : formatPlace(first.where, root),
    words,
  };
}

export const wordsOf = ({ message, expected, hint }: Found): string =>
  [message, ...(expected === undefined ? [] : [`expected ${expected}`]), hint ?? ""]
    .filter((part) => part !== "")
    .join("; ");

/** The text with its slip, and the line on which it differs first. */
function withSlip(text: string, { find, put, nth, what }: Fault): { text: string; line: number } {
  const at = nthIndexOf(text, find, nth);
  if (at < 0) throw new Error(`"${what}": the file has no ${nth}. ${find}`);
  let same = 0;
  while (same < Math.min(find.length, put.length) && find[same] === put[same]) same++;
  return {
    text: text.slice(0, at) + put + text.slice(at + find.length),
    line: text.slice(0, at + same).split("\n").length,
  };
}

function lineOf(text: string, fragment: string, nth: number): number {
  const at = nthIndexOf(text, fragment, nth);
  if (at < 0) throw new Error(`the file has no ${nth}. ${fragment}`);
  return text.slice(0, at).split("\n").length;
}

export function nthIndexOf(text: string, fragment: string, nth: number): number {
  let at = -1;
  for (let n = 0; n < nth; n++) {
    at = text.indexOf(fragment, at + 1);
    if (at < 0) return -1;
  }
  return at;
}
