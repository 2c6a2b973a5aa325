import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { TomoError, TomoErrors } from "../../errors/tomo_error.ts";
import { parsePath } from "./path.ts";
import { parseSource, readLargeSource, readSource, type Source } from "./read.ts";

const folder = mkdtempSync(join(tmpdir(), "tomo-read-"));
afterAll(() => rmSync(folder, { recursive: true }));

const text = `{
  // comments are fine
  "epochs": 10, /* so are these */
  "train": {
    "pre_transforms": [
      { "name": "LoadNifti" },
      { "name": "Crop",
        "args": { "pos": 1, "size": [96, 96, 96,], }
      },
    ]
  }
}
`;

const at = (source: Source, path: string, part?: "key" | "value") => {
  const { line, column } = source.locate(parsePath(path)!, part);
  return `${line}:${column}`;
};

const faultsOf = (json: string): TomoError[] => {
  try {
    parseSource(json, "/c.json");
  } catch (error) {
    if (error instanceof TomoErrors) return [...error.errors];
    if (error instanceof TomoError) return [error];
    throw error;
  }
  return [];
};
const short = (error: TomoError) => `${error.where.line}:${error.where.column} ${error.message}`;

describe("parseSource", () => {
  const source = parseSource(text, "/mmar/config/config_train.json");

  it("accepts comments and trailing commas", () => {
    expect(source.value).toEqual({
      epochs: 10,
      train: {
        pre_transforms: [{ name: "LoadNifti" }, { name: "Crop", args: { pos: 1, size: [96, 96, 96] } }],
      },
    });
  });

  it.each([
    ["epochs", "value", "3:13"],
    ["epochs", "key", "3:3"],
    ["train.pre_transforms[1].args.pos", "value", "8:26"],
    ["train.pre_transforms[1].args.pos", "key", "8:19"],
    ["train.pre_transforms[1].args.size[2]", "value", "8:46"],
    ["train.pre_transforms[1]", "value", "7:7"],
    ["train.pre_transforms[1]", "key", "7:7"],
  ] as const)("locates the %s (%s) at %s", (path, part, place) => {
    expect(at(source, path, part)).toBe(place);
  });

  it("locates what is absent at the key of its nearest ancestor", () => {
    expect(at(source, "train.pre_transforms[1].args.neg")).toBe("8:9");
    expect(at(source, "train.pre_transforms[0].args")).toBe("6:7");
    expect(at(source, "validate.metrics")).toBe("1:1");
  });

  it("gives file, line, column and config path for messages", () => {
    expect(source.where(parsePath("train.pre_transforms[1].args.pos")!)).toEqual({
      file: "/mmar/config/config_train.json",
      line: 8,
      column: 26,
      configPath: "train.pre_transforms[1].args.pos",
    });
  });

  it("counts \\r\\n as one line end", () => {
    expect(at(parseSource(text.replaceAll("\n", "\r\n"), "/c.json"), "epochs")).toBe("3:13");
  });

  it("locates every value of any JSON at its own text", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (value) => {
        const json = JSON.stringify(value, null, 2);
        const read = parseSource(json, "/c.json");
        expect(JSON.stringify(read.value)).toBe(JSON.stringify(value));
        const lines = json.split("\n");
        for (const key of Object.keys(value)) {
          const { line, column } = read.locate([key], "key");
          expect(lines[line - 1]!.slice(column - 1).startsWith(JSON.stringify(key))).toBe(true);
        }
      }),
    );
  });

  it("keeps __proto__ as plain data", () => {
    const { value } = parseSource('{"__proto__": {"polluted": 1}}', "/c.json");
    expect(Object.keys(value)).toEqual(["__proto__"]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe("syntax errors", () => {
  it.each([
    ['{\n  "use_amp": ture,\n  "b": 1\n}', ["2:14 ture is not JSON"]],
    ['{"a": True}', ["1:7 True is not JSON"]],
    ["{'a': 1}", ["1:2 a string is in single quotes"]],
    ['{\n  "a": 1\n  "b": 2\n}', ['2:8 a comma is missing before "b"']],
    ['{"a" 1}', ["1:6 a colon is missing before 1"]],
    ['{"a": }', ["1:7 a value is missing before }"]],
    ['{"a": "x\n}', ["1:7 a string has no closing quote on its line"]],
    ['{\n  "a": {\n    "b": 1\n', ["2:8 this { is never closed"]],
    ['{"a": [1, 2', ["1:7 this [ is never closed"]],
    ['{"a": 1}}', ["1:9 } follows after the end of the config"]],
    ['{"a": "C:\\data"}', ["1:7 a string has an unknown escape"]],
    ["", ["1:1 the file is empty"]],
    ["[1]", ["1:1 the file does not hold an object"]],
    [
      '{\n  "a": ture,\n  "b": 2\n  "c": flase\n}',
      ["2:8 ture is not JSON", '3:8 a comma is missing before "c"', "4:8 flase is not JSON"],
    ],
  ] as const)("%j", (json, messages) => {
    const errors = faultsOf(json);
    expect(errors.map(short)).toEqual(messages);
    expect(new Set(errors.map((error) => error.code))).toEqual(new Set(["TOMO_JSON_SYNTAX"]));
  });

  it("suggests the word that was meant", () => {
    expect(faultsOf('{"a": ture}')[0]).toMatchObject({ given: "ture", hint: "did you mean true?" });
    expect(faultsOf('{"a": None}')[0]?.hint).toBe("did you mean null?");
    expect(faultsOf('{"a": spleen}')[0]?.hint).toBe("text needs double quotes");
  });

  it("reports every duplicate key with the line of the first", () => {
    const errors = faultsOf('{\n "a": 1,\n "b": {"c": 1,\n  "c": 2},\n "a": 3\n}');
    expect(errors.map(short)).toEqual([
      '5:2 the key "a" stands twice in the same object',
      '4:3 the key "c" stands twice in the same object',
    ]);
    expect(errors[0]?.hint).toContain("line 2");
  });

  it("ends in a message, whatever the text", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(text.length), fc.nat(20), (junk, start, length) => {
        const damaged = text.slice(0, start) + junk + text.slice(start + length);
        for (const error of faultsOf(damaged)) expect(error.message).not.toContain("\n");
      }),
    );
  });

  it.each([5_000, 200_000])("refuses %i nested lists without overflowing the stack", (depth) => {
    const errors = faultsOf(`{"a": ${"[".repeat(depth)}${"]".repeat(depth)}}`);
    for (const error of errors) expect(error.message).toBe("the file is nested too deeply");
    if (depth > 100_000) expect(errors).toHaveLength(1);
  });
});

describe("files", () => {
  const write = (name: string, content: string) => {
    const file = join(folder, name);
    writeFileSync(file, content);
    return file;
  };

  it("reads a file with a byte order mark", () => {
    expect(readSource(write("bom.json", '\ufeff{"a": 1}')).value).toEqual({ a: 1 });
  });

  it("says which file cannot be read", () => {
    const file = join(folder, "absent.json");
    expect(() => readSource(file)).toThrow(
      expect.objectContaining({ code: "TOMO_CONFIG_MISSING", where: { file } }),
    );
  });

  it("reads large files fast and still knows positions", () => {
    const source = readLargeSource(write("list.json", '{\n "training": [\n  {"image": "a.nii"}\n ]\n}'));
    expect(source.value).toEqual({ training: [{ image: "a.nii" }] });
    expect(at(source, "training[0].image")).toBe("3:13");
  });

  it("reads a large file with comments as well", () => {
    expect(readLargeSource(write("c.json", '{"a": [1,], // one\n}')).value).toEqual({ a: [1] });
  });
});
