import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { golden } from "../config/migrate/testing/migrated.ts";
import { spleenTrain } from "../config/testing/plan_of.ts";
import { temporaryFolder } from "../testing/temporary_folder.ts";
import { main } from "./main.ts";
import { testIo } from "./testing/io.ts";

const root = temporaryFolder();
let count = 0;

/** A folder of its own with an old config in it. */
function folderWith(text: string): { cwd: string; file: string; read: (name?: string) => string } {
  const cwd = join(root, `${count++}`);
  mkdirSync(cwd);
  const file = join(cwd, "old.json");
  writeFileSync(file, text);
  return { cwd, file, read: (name = "old.json") => readFileSync(join(cwd, name), "utf8") };
}

async function run(cwd: string, argv: readonly string[], options: Parameters<typeof testIo>[0] = {}) {
  const io = testIo({ cwd, columns: 80, ...options });
  const exit = await main(["migrate", ...argv], io);
  return { exit, ...io.printed() };
}

const before = golden("ga_spleen_train", "before");
const after = golden("ga_spleen_train", "after");
const untranslatable =
  '{"pre_transforms": [{"name": "FlipAxisRandom", "args": {"fields": "image", "axis": [0]}}]}';

describe("tomo migrate", () => {
  it("prints each change with its place and its reason, and writes nothing", async () => {
    const { cwd, read } = folderWith(before);
    const { exit, out, err } = await run(cwd, ["old.json"]);
    expect([exit, err]).toEqual([0, ""]);
    expect(out).toMatch(
      /^old\.json: a config of the Transfer Learning Toolkit 2\.0 \(GA\)\n\ntrain\.lr_policy\n/,
    );
    expect(out).toContain(
      [
        "train.pre_transforms[3]",
        '  42:9    - "name": "CropSubVolumeBatchPosNegRatio"',
        '          + "name": "FastCropByPosNegRatio"',
        "            renamed; with fast_crop (inferred, no document says so)",
        '  51:11   - "fast_crop": true',
      ].join("\n"),
    );
    expect(out).toContain("30 changes\nNothing is written yet: tomo migrate old.json --write does it");
    expect([read(), readdirSync(cwd)]).toEqual([before, ["old.json"]]);
  });

  it("replaces the file with --write and keeps the old one, under a new name each time", async () => {
    const { cwd, file, read } = folderWith(before);
    chmodSync(file, 0o640);
    const { exit, out } = await run(cwd, ["old.json", "--write"]);
    expect([exit, read(), read("old.json.bak")]).toEqual([0, after, before]);
    expect(out).toContain("Written; the old file is old.json.bak.");
    expect(statSync(file).mode & 0o777).toBe(0o640);
    writeFileSync(file, `${before} `);
    await run(cwd, ["old.json", "--write"]);
    expect([read("old.json.bak"), read("old.json.bak.2")]).toEqual([before, `${before} `]);
    expect(readdirSync(cwd).sort()).toEqual(["old.json", "old.json.bak", "old.json.bak.2"]);
  });

  it("has nothing to do with a config of 3.x, nor with its own result", async () => {
    for (const text of [spleenTrain, after]) {
      const { cwd, read } = folderWith(text);
      const { exit, out } = await run(cwd, ["old.json", "--write"]);
      expect([exit, out]).toEqual([0, "old.json: nothing to do, this is a config of Clara Train 3.x\n"]);
      expect([read(), existsSync(join(cwd, "old.json.bak"))]).toEqual([text, false]);
    }
  });

  it("ends with 1 as long as a place needs a person", async () => {
    const { cwd, read } = folderWith(untranslatable);
    const first = await run(cwd, ["old.json", "--write"]);
    expect(first.exit).toBe(1);
    expect(first.out.replaceAll(/\s+/g, " ")).toContain(
      "1 place needs a person 1:21 pre_transforms[0] FlipAxisRandom with axis [0] has no translation",
    );
    expect(first.out).toContain('no changes, 1 place needs a person: look for "tomo migrate:" in the file');
    expect(read()).toContain("/* tomo migrate: FlipAxisRandom");
    const second = await run(cwd, ["old.json", "--write"]);
    expect([second.exit, existsSync(join(cwd, "old.json.bak.2"))]).toEqual([1, false]);
    expect(second.out).toContain("Remove each comment when its place is mended.");
    writeFileSync(join(cwd, "old.json"), read().replace('FlipAxisRandom"', 'RandomAxisFlip"'));
    const mended = await run(cwd, ["old.json"]);
    expect(mended.exit).toBe(1);
    expect(mended.out).toContain("comment of an earlier run");
    expect(mended.out).toContain("Remove each comment when its place is mended.");
  });

  it("writes to what a link points to", async () => {
    const { cwd, read } = folderWith(before);
    symlinkSync("old.json", join(cwd, "link.json"));
    await run(cwd, ["link.json", "--write"]);
    expect([read(), lstatSync(join(cwd, "link.json")).isSymbolicLink()]).toEqual([after, true]);
  });

  it("gives everything as JSON", async () => {
    const { cwd, file } = folderWith(before);
    const { exit, out, err } = await run(cwd, ["old.json", "--json"]);
    expect([exit, err]).toEqual([0, ""]);
    const result = JSON.parse(out);
    expect(result).toMatchObject({
      type: "migration",
      file,
      from: "GA",
      text: after,
      backup: null,
      unresolved: [],
    });
    expect(result.changes[0]).toEqual({
      line: 13,
      column: 7,
      path: "train.lr_policy",
      before: '"name": "ReduceLRPoly"',
      after: '"name": "ReducePoly"',
      why: "renamed",
      evidence: "pair",
    });
    expect(JSON.parse((await run(cwd, ["old.json", "--json", "--write"])).out).backup).toBe(`${file}.bak`);
  });

  it("keeps to the width of a terminal, in colours", async () => {
    for (const columns of [80, 120]) {
      const { cwd } = folderWith(golden("ga_tumour_train", "before"));
      const { out } = await run(cwd, ["old.json"], { columns, outTerminal: true });
      const plain = stripVTControlCharacters(out);
      expect(plain).not.toBe(out);
      for (const line of plain.split("\n")) expect(line.length, line).toBeLessThanOrEqual(columns);
    }
  });
});

describe("faults", () => {
  it.each<[string, string | Buffer | null, number, string]>([
    ["no file", null, 3, "there is no such file"],
    ["bad JSON", '{\n  "train": {,}\n}', 3, "old.json:2:13"],
    ["a datalist", '{"training": [{"image": "a.nii"}]}', 3, "what looks like a datalist"],
    ["an environment", '{"DATA_ROOT": "/data"}', 3, "what looks like an environment file"],
    ["not UTF-8", Buffer.from('{"train": {"\xe9": 1}}', "latin1"), 3, "the file is not UTF-8"],
  ])("%s", async (_, content, exit, message) => {
    const { cwd, file } = folderWith("");
    if (content !== null) writeFileSync(file, content);
    const result = await run(cwd, [content === null ? "nowhere.json" : "old.json", "--write"]);
    expect([result.exit, result.out]).toEqual([exit, ""]);
    expect(result.err).toContain(message);
  });

  it("a folder", async () => {
    const { cwd } = folderWith("");
    expect(await run(cwd, ["."])).toMatchObject({
      exit: 3,
      err: expect.stringContaining("this is a folder"),
    });
  });

  it("no file named, or two", async () => {
    const { cwd } = folderWith("");
    expect((await run(cwd, [])).exit).toBe(2);
    expect((await run(cwd, ["a", "b"])).exit).toBe(2);
  });

  it("a copy that cannot be kept, so that nothing is written", async () => {
    const { cwd } = folderWith("");
    const longest = `${"x".repeat(250)}.json`;
    writeFileSync(join(cwd, longest), before);
    const { exit, err } = await run(cwd, [longest, "--write"]);
    expect([exit, readFileSync(join(cwd, longest), "utf8")]).toEqual([1, before]);
    expect(err).toContain("TOMO_WRITE_FAILED");
  });

  it.skipIf(process.getuid?.() === 0)("a file that must not be written", async () => {
    const { cwd, file, read } = folderWith(before);
    chmodSync(file, 0o444);
    const { exit, err } = await run(cwd, ["old.json", "--write"]);
    expect([exit, read(), readdirSync(cwd)]).toEqual([1, before, ["old.json"]]);
    expect(err).toContain("TOMO_WRITE_FAILED");
  });
});
