import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../testing/temporary_folder.ts";
import { main } from "./main.ts";
import { testIo } from "./testing/io.ts";

const run = async (cwd: string, ...argv: string[]) => {
  const io = testIo({ cwd });
  const exit = await main(["schema", ...argv], io);
  return { exit, ...io.printed() };
};
const files = ["datalist", "environment", "train", "validation"].map((kind) => `${kind}.schema.json`);

describe("schema", () => {
  it.each([
    [[], "Training workflow"],
    [["--kind", "validation"], "Validation and inference workflow"],
    [["--kind", "environment"], "Variables"],
    [["--kind", "datalist"], "Datalist"],
  ])("%j prints one schema", async (argv, title) => {
    const { exit, out, err } = await run("/", ...argv);
    expect([exit, err]).toEqual([0, ""]);
    expect(JSON.parse(out).title).toContain(title);
  });

  it.each([
    [["--out", ".vscode/tomo"], ".vscode/tomo"],
    [["--kind", "all"], "."],
    [["--kind", "all", "--out", "a"], "a"],
  ])("%j writes all, and prints the settings for them", async (argv, folder) => {
    const cwd = temporaryFolder();
    const { exit, out, err } = await run(cwd, ...argv);
    expect(exit).toBe(0);
    expect(err).toContain(`wrote 4 schemas to ${folder}`);
    expect(readdirSync(join(cwd, folder)).sort()).toEqual(files);
    const { "json.schemas": settings } = JSON.parse(out);
    for (const { url } of settings)
      expect(JSON.parse(readFileSync(join(cwd, url), "utf8"))).toHaveProperty("properties.$schema");
  });

  it("names a folder outside the working directory in full", async () => {
    const root = temporaryFolder();
    const [cwd, elsewhere] = [join(root, "a"), join(root, "b")];
    mkdirSync(cwd);
    const { out } = await run(cwd, "--out", "../b");
    expect(out).toContain(`"${elsewhere}/train.schema.json"`);
  });

  it("says which kinds there are", async () => {
    expect(await run("/", "--kind", "trian")).toMatchObject({
      exit: 2,
      err: expect.stringContaining('did you mean "train"?'),
    });
  });

  it("says that a folder cannot be made", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "file"), "");
    const { exit, err } = await run(cwd, "--out", "file/schemas");
    expect(exit).not.toBe(0);
    expect(err).toContain("TOMO_WRITE_FAILED");
  });
});
