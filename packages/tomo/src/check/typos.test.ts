import { afterAll, expect, it } from "vitest";
import { registry } from "../components/registry.ts";
import { kinds } from "../config/kinds.ts";
import { type Example, exampleNames } from "./testing/example_mmar.ts";
import { FaultBench, type Found } from "./testing/faults/run.ts";

const bench = new FaultBench();
afterAll(() => bench.remove());

/** One slip of the finger in the middle of a word: a letter lost, doubled, or changed places with its neighbour. */
const slips: readonly ((word: string, at: number) => string)[] = [
  (word, at) => word.slice(0, at) + word.slice(at + 1),
  (word, at) => word.slice(0, at) + word[at] + word.slice(at),
  (word, at) => word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2),
];

interface Typo {
  readonly example: Example;
  readonly file: string;
  readonly text: string;
  readonly offset: number;
  readonly word: string;
  readonly written: string;
}

/** A slip in every third or so of the keys and component names of a config; which one follows from its place. */
function typosIn(example: Example, file: string, text: string): Typo[] {
  const words = [
    ...text.matchAll(/"([A-Za-z_][A-Za-z0-9_]{3,})"(?=\s*:)|(?<="name":\s*)"([A-Z][A-Za-z0-9]{3,})"/g),
  ];
  return words.flatMap((match, n) => {
    const word = match[1] ?? match[2]!;
    // names of metrics are free
    const isFree = match[2] !== undefined && kinds.every((kind) => registry.find(kind, word) === undefined);
    if (isFree || n % 3 !== 0) return [];
    const at = 1 + (n % (word.length - 2));
    const written = slips[n % slips.length]!(word, at);
    return written === word ? [] : [{ example, file, text, offset: match.index + 1, word, written }];
  });
}

const files = ["config/config_train.json", "config/config_validation.json"];

it("names the line and the right word for slips of the finger in keys and names", {
  timeout: 120_000,
}, async () => {
  const misses: string[] = [];
  let [count, lines, remedies] = [0, 0, 0];
  for (const example of exampleNames)
    for (const file of files) {
      let typos: Typo[] = [];
      await bench.findingsOf(example, file, (text) => {
        typos = typosIn(example, file, text);
        return text;
      });
      for (const { text, offset, word, written } of typos) {
        const { all } = await bench.findingsOf(
          example,
          file,
          () => text.slice(0, offset) + written + text.slice(offset + word.length),
        );
        const line = text.slice(0, offset).split("\n").length;
        const first: Found | undefined = all[0];
        const hitLine = first?.where.line === line;
        const hitRemedy =
          first !== undefined && `${first.message} ${first.expected} ${first.hint}`.includes(word);
        count++;
        if (hitLine) lines++;
        if (hitRemedy) remedies++;
        if (!hitLine || !hitRemedy)
          misses.push(
            `${example} ${file}:${line} ${word} → ${written}: ${first?.where.line} ${first?.code} ${first?.message} ${first?.hint}`,
          );
      }
    }
  expect(count).toBeGreaterThan(150);
  expect(lines / count, misses.join("\n")).toBeGreaterThanOrEqual(0.95);
  expect(remedies / count, misses.join("\n")).toBeGreaterThanOrEqual(0.9);
});
