import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { TomoError, TomoErrors } from "../errors/tomo_error.ts";
import { temporaryFolder } from "../testing/temporary_folder.ts";
import { readDatalist } from "./datalist.ts";
import type { LabelRule } from "./label_vectors.ts";

const folder = temporaryFolder();
mkdirSync(join(folder, "images"), { recursive: true });
for (const n of [0, 1, 2]) writeFileSync(join(folder, `images/${n}.png`), "");

/** Reads a datalist with one line a case, so that lines in messages are known: the first case stands in line 3. */
function read(labels: readonly unknown[], format: unknown, rule: Partial<LabelRule> = {}) {
  const file = join(folder, "dataset.json");
  const items = labels.map((label, n) => JSON.stringify({ image: `images/${n % 3}.png`, label }));
  const head = format === undefined ? '"name": "films"' : `"label_format": ${JSON.stringify(format)}`;
  writeFileSync(file, `{${head},\n"training": [\n${items.join(",\n")}\n]}`);
  return readDatalist({
    file,
    key: "training",
    baseDir: folder,
    pathFields: ["image"],
    labels: { format: null, required: true, ...rule },
  });
}

function errorsOf(body: () => unknown): readonly TomoError[] {
  try {
    body();
  } catch (error) {
    if (error instanceof TomoErrors) return error.errors;
    if (error instanceof TomoError) return [error];
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("labels of a classification list", () => {
  it("are lists of numbers that fit label_format; a single number is a list of one", () => {
    const list = read(
      [
        [0, 2],
        [1, 0],
      ],
      [1, 3],
    );
    expect(list.labelFormat).toEqual([1, 3]);
    expect(list.items.map(({ fields }) => fields.label)).toEqual([
      [0, 2],
      [1, 0],
    ]);
    expect(read([1, 0], [1]).items.map(({ fields }) => fields.label)).toEqual([[1], [0]]);
  });

  it("are checked one by one, with the line of each that does not fit", () => {
    const errors = errorsOf(() => read([[0, 1], [0], [0, 3], "a.png", [0, 0.5], undefined], [1, 3]));
    expect(errors.map(({ code, where }) => [code, where.line, where.configPath])).toEqual([
      ["TOMO_LABEL_FORMAT", 4, "training[1].label"],
      ["TOMO_LABEL_RANGE", 5, "training[2].label[1]"],
      ["TOMO_LABEL_FORMAT", 6, "training[3].label"],
      ["TOMO_LABEL_RANGE", 7, "training[4].label[1]"],
      ["TOMO_LABEL_FORMAT", 8, "training[5]"],
    ]);
    expect(errors[0]!.message).toBe("the label has 1 entry, label_format 2");
    expect(errors[1]!.expected).toBe("0 to 2, since label_format says 3 there");
  });

  it("allow 0 and 1 in a binary entry only", () => {
    const [error] = errorsOf(() => read([[2]], [1]));
    expect(error).toMatchObject({
      code: "TOMO_LABEL_RANGE",
      given: "[2]",
      expected: "0 or 1, since label_format says 1 there",
    });
  });

  it("are counted, not listed, when very many do not fit", () => {
    const errors = errorsOf(() =>
      read(
        Array.from({ length: 50 }, () => [0]),
        [1, 1],
      ),
    );
    expect(errors).toHaveLength(21);
    expect(errors.at(-1)!.message).toBe("30 more labels do not fit label_format");
  });

  it("may be absent in inference", () => {
    const list = read([undefined, [1, 0]], [1, 1], { required: false });
    expect(list.items[0]!.fields.label).toBeUndefined();
  });
});

describe("label_format", () => {
  it("is asked for with a line to paste when it is missing", () => {
    const [error] = errorsOf(() => read([[0, 1, 3]], undefined));
    expect(error).toMatchObject({ code: "TOMO_LABEL_FORMAT", message: "the datalist has no label_format" });
    expect(error!.hint).toContain('"label_format": [1, 1, 4]');
  });

  it.each([[[]], [[0, 1]], [["1"]], ["1"], [{ a: 1 }], [[1.5]]])("cannot be %j", (format) => {
    const [error] = errorsOf(() => read([[0, 1]], format));
    expect(error).toMatchObject({
      code: "TOMO_LABEL_FORMAT",
      where: { line: 1, configPath: expect.stringMatching(/^label_format(\[0\])?$/) },
    });
  });

  it("of the pipeline goes before that of the list", () => {
    expect(read([[0, 4]], [1, 1], { format: [1, 5] }).labelFormat).toEqual([1, 5]);
  });
});
