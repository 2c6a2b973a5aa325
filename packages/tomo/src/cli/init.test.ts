import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { writeDecathlon } from "../init/testing/data.ts";
import { temporaryFolder } from "../testing/temporary_folder.ts";
import { main } from "./main.ts";
import { testIo } from "./testing/io.ts";

const cwd = temporaryFolder();
beforeAll(() => writeDecathlon(join(cwd, "meine Daten"), 5));

const run = async (...argv: string[]) => {
  const io = testIo({ cwd });
  const exit = await main(["init", ...argv], io);
  return { exit, ...io.printed() };
};
const words = ["--task", "segmentation", "--data", "meine Daten"];

describe("init", () => {
  it("says what it found, what it decided and why, what it wrote, and what to type next", async () => {
    const { exit, out, err } = await run("mein MMAR's", ...words);
    expect([exit, err]).toEqual([0, ""]);
    const lines = out.split("\n");
    expect(lines[0]).toMatch(
      /^found images and labels of equal names .*: 4 training cases, 1 for validation$/,
    );
    expect(out).toContain(
      "network: SegResnet, 2 classes (background, class1)\n  values 0, 1 in 5 label files\n",
    );
    expect(out).toContain("wrote in mein MMAR's: config/config_train.json, ");
    expect(lines.slice(-5)).toEqual([
      "next:",
      ...["check", "train", "validate"].map((command) => `  npx tomo ${command} -m 'mein MMAR'\\''s'`),
      "",
    ]);
    const checked = testIo({ cwd });
    expect(await main(["check", "-m", "mein MMAR's"], checked)).toBe(0);
    expect(checked.printed().out.match(/: ok — /g)).toHaveLength(2);
    expect(checked.printed().out).not.toContain("warning");
  });

  it("prints the same as JSON", async () => {
    const { out } = await run("json", ...words, "--json");
    expect(JSON.parse(out)).toMatchObject({
      type: "init",
      mmar: join(cwd, "json"),
      task: "segmentation",
      found: { root: join(cwd, "meine Daten") },
      warnings: [],
      files: { replaced: [], kept: [] },
      next: ["npx tomo check -m json", "npx tomo train -m json", "npx tomo validate -m json"],
    });
  });

  it("does not touch a folder that is not empty, and with --force only files of its own", async () => {
    const folder = join(cwd, "voll");
    mkdirSync(join(folder, "config"), { recursive: true });
    writeFileSync(join(folder, "README.md"), "mine");
    writeFileSync(join(folder, "config/mine.json"), "{}");
    writeFileSync(join(folder, "config/config_train.json"), "{}");
    const refused = await run("voll", ...words);
    expect(refused.exit).toBe(2);
    expect(refused.err).toContain("TOMO_INIT_FOLDER");
    expect(readdirSync(folder).sort()).toEqual(["README.md", "config"]);
    const { exit, out } = await run("voll", ...words, "--force");
    expect(exit).toBe(0);
    expect(out).toContain("replaced in voll: config/config_train.json\n");
    expect(out).toContain("kept, since init did not write them: README.md\n");
    expect(readFileSync(join(folder, "README.md"), "utf8")).toBe("mine");
    expect(readFileSync(join(folder, "config/mine.json"), "utf8")).toBe("{}");
  });

  it.each([
    [["a", "--data", "."], "--task is missing", "segmentation or classification"],
    [["a", "--task", "segmentation"], "--data is missing", "--data FOLDER"],
    [["a", "--task", "segmentaton", "--data", "."], "cannot be segmentaton", 'did you mean "segmentation"?'],
    [["a", ...words, "--model", "SegResNet"], "--model cannot be SegResNet", 'did you mean "SegResnet"?'],
    [["a", "--task", "classification", "--data", ".", "--model", "x"], "cannot be x", "DenseNet121"],
  ])("%j is a usage error", async (argv, message, remedy) => {
    const { exit, out, err } = await run(...argv);
    expect([exit, out]).toEqual([2, ""]);
    expect(err).toContain(message);
    expect(err).toContain(remedy);
  });

  it("leaves nothing behind when the data is not there, or is no data", async () => {
    expect(await run("neu", "--task", "segmentation", "--data", "meine Datn")).toMatchObject({
      exit: 4,
      err: expect.stringContaining('did you mean "meine Daten"?'),
    });
    expect(readdirSync(cwd)).not.toContain("neu");
  });
});
