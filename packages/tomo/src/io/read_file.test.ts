import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../testing/temporary_folder.ts";
import { tomoErrorOf } from "../testing/tomo_error_of.ts";
import { readFile, withFile } from "./read_file.ts";

const folder = temporaryFolder();
const path = join(folder, "liver_001.nii.gz");
writeFileSync(
  path,
  Uint8Array.from({ length: 1000 }, (_, n) => n % 251),
);
mkdirSync(join(folder, "empty"));

describe("readFile", () => {
  it("gives the whole file in a buffer of its own, however many pieces it takes", () => {
    const expected = Uint8Array.from({ length: 1000 }, (_, n) => n % 251);
    for (const pieceBytes of [1, 7, 999, 1000, 4096]) {
      const buffer = readFile(path, { pieceBytes });
      expect(buffer).toBeInstanceOf(ArrayBuffer);
      expect(new Uint8Array(buffer)).toEqual(expected);
    }
    writeFileSync(join(folder, "nothing"), "");
    expect(readFile(join(folder, "nothing")).byteLength).toBe(0);
  });

  it.each([
    ["liver_01.nii.gz", /did you mean liver_001.nii.gz\?/],
    ["completely_different_name.txt", /none like it/],
    ["empty/a.nii", /is empty/],
    ["no_such/deeper/a.nii", /there is no folder .*no_such$/],
    ["liver_001.nii.gz/a.nii", /there is no folder/],
  ])("says what is near the missing file %s", (name, hint) => {
    const error = tomoErrorOf(() => readFile(join(folder, name)));
    expect(error.code).toBe("TOMO_FILE_MISSING");
    expect(error.message).toContain(name);
    expect(error.where.file).toBe(join(folder, name));
    expect(error.hint).toMatch(hint);
  });

  it("refuses a folder, a device, and a pipe without waiting for its writer", () => {
    const pipe = join(folder, "pipe");
    const program = "mkfifo";
    execFileSync(program, [pipe]);
    expect(tomoErrorOf(() => readFile(pipe)).message).toBe(`${pipe} is not a file`);
    expect(tomoErrorOf(() => readFile(folder))).toMatchObject({
      code: "TOMO_FILE_UNREADABLE",
      message: `${folder} is a folder`,
    });
    expect(tomoErrorOf(() => readFile("/dev/null")).message).toBe("/dev/null is not a file");
  });

  it("passes on the reason of the system", () => {
    const error = tomoErrorOf(() => readFile(join(folder, "n".repeat(300))));
    expect(error).toMatchObject({ code: "TOMO_FILE_UNREADABLE" });
    expect(error.message).toMatch(/name too long/);
  });

  it.skipIf(process.getuid?.() === 0)("says when permission is missing (not as root)", () => {
    const secret = join(folder, "secret");
    writeFileSync(secret, "");
    chmodSync(secret, 0);
    expect(tomoErrorOf(() => readFile(secret)).message).toMatch(/no permission/);
  });
});

describe("withFile", () => {
  it("reads ranges", () => {
    withFile(path, (file) => {
      expect(file.size).toBe(1000);
      expect([...new Uint8Array(file.read(998, 2))]).toEqual([998 % 251, 999 % 251]);
    });
  });

  it("refuses a range beyond the end before it allocates", () => {
    const error = tomoErrorOf(() => withFile(path, (file) => file.read(10, 2 ** 50)));
    expect(error).toMatchObject({ code: "TOMO_FILE_TRUNCATED", given: "1000 bytes" });
  });

  it("notices a file that shrinks while it is read", () => {
    const shrinking = join(folder, "shrinking");
    writeFileSync(shrinking, new Uint8Array(100));
    const act = () =>
      withFile(shrinking, (file) => {
        truncateSync(shrinking, 50);
        return file.read(0, 100);
      });
    expect(tomoErrorOf(act)).toMatchObject({ code: "TOMO_FILE_TRUNCATED", given: "50 bytes" });
  });
});
