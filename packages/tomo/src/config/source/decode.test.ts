import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readText } from "./decode.ts";

const folder = mkdtempSync(join(tmpdir(), "tomo-decode-"));
afterAll(() => rmSync(folder, { recursive: true }));
const read = (bytes: Uint8Array): string => {
  const file = join(folder, "c.json");
  writeFileSync(file, bytes);
  return readText(file);
};
const wide = (text: string) => Buffer.from(text, "utf16le");

describe("the bytes of a config", () => {
  it("are UTF-8, with a byte order mark or without", () => {
    expect(read(Buffer.from('{"a": "Milz, für 脾"}'))).toBe('{"a": "Milz, für 脾"}');
    expect(read(Buffer.from("\ufeff{}"))).toBe("{}");
    expect(read(Buffer.from(""))).toBe("");
    // the letter itself, written in UTF-8, is no broken one
    expect(read(Buffer.from('"\ufffd"'))).toBe('"\ufffd"');
  });

  it.each([
    ["with a mark", wide("\ufeff{ }")],
    ["with a mark, the other byte order", wide("\ufeff{ }").swap16()],
    ["without a mark", wide('{ "a": 1 }')],
    ["without a mark, the other byte order", wide('{ "a": 1 }').swap16()],
  ])("are told from UTF-16 %s", (_, bytes) => {
    expect(() => read(bytes)).toThrow(
      expect.objectContaining({
        code: "TOMO_JSON_SYNTAX",
        message: "the file is stored as UTF-16",
        expected: "UTF-8",
      }),
    );
  });

  it("name the line of a letter in another encoding", () => {
    expect(() => read(Buffer.from('{\n"a": "für"\n}', "latin1"))).toThrow(
      expect.objectContaining({ where: expect.objectContaining({ line: 2, column: 8 }) }),
    );
  });

  it("are those of a file, not of a folder", () => {
    expect(() => readText(folder)).toThrow(
      expect.objectContaining({ code: "TOMO_CONFIG_MISSING", message: "this is a folder" }),
    );
  });
});
