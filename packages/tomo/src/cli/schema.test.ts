import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { lossText } from "../components/own/testing/own_mmar.ts";
import { testMmar } from "../config/testing/mmar.ts";
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

  it("with an MMAR knows its own components, loads no other file, and says what it loaded", async () => {
    const mmar = testMmar({
      "config/config_train.json": {
        train: {
          loss: { path: "custom.mine.Mine" },
          lr_policy: { path: "custom/broken.ts#P" },
          pre_transforms: [{ path: "custom/trap.ts#T", disabled: true }],
        },
      },
      "custom/mine.ts": lossText("Mine"),
      "custom/broken.ts": "throw new Error('no licence');",
      "custom/trap.ts": "throw new Error('this was loaded');",
    });
    const { exit, out, err } = await run(mmar.root, "-m", ".");
    expect(exit).toBe(0);
    expect(out).toContain("custom/mine.ts#Mine");
    expect(err).toMatch(
      /^own component custom\/mine\.ts#Mine \(sha256 [0-9a-f]{12}…\)\nwarning: .*no licence/,
    );
    expect(err).not.toContain("this was loaded");

    const all = await run(mmar.root, "-m", ".", "--kind", "all");
    expect(all.err).toContain("wrote 4 schemas to .vscode/tomo");
    expect(readFileSync(join(mmar.root, ".vscode/tomo/train.schema.json"), "utf8")).toBe(out);
    const above = await run(dirname(mmar.root), "-m", basename(mmar.root), "--out", "a");
    expect(above.out).toContain(`"${basename(mmar.root)}/config/config_train*.json"`);
    expect(above.out).toContain('"./a/train.schema.json"');
    mmar.remove();
  });

  it("with an MMAR says what is wrong with its configs", async () => {
    const mmar = testMmar({ "config/config_train.json": '{ "train": {,} }' });
    expect(await run(mmar.root, "-m", ".")).toMatchObject({ exit: 3, out: "" });
    expect((await run(mmar.root, "-m", "nowhere")).err).toContain("no such MMAR");
    mmar.remove();
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
