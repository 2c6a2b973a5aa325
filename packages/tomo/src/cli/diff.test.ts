import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { lossText } from "../components/own/testing/own_mmar.ts";
import { testMmar } from "../config/testing/mmar.ts";
import { edit, spleenTrain, spleenValidation } from "../config/testing/plan_of.ts";
import { main } from "./main.ts";
import { testIo } from "./testing/io.ts";

const other = edit(
  edit(edit(spleenTrain, '"epochs": 1250', '"epochs": 300'), '"decay_ratio": 0.1', '"decay_ratio": 0.25'),
  '"name": "RandomAxisFlip"',
  '"name": "RandomSpatialFlip"',
);
const mmar = testMmar({
  "config/a.json": spleenTrain,
  "config/b.json": other,
  "config/v.json": spleenValidation,
  "config/bad.json": '{"train": {,}}',
  "config/list.json": '{"training": [{"image": "a.nii"}]}',
  "config/environment.json": { PRETRAIN_WEIGHTS_FILE: "w.h5", DATASET_JSON: "/d.json", DATA_ROOT: "/d" },
  "config/spelt.json": edit(spleenTrain, '"{PRETRAIN_WEIGHTS_FILE}"', '"w.h5"'),
});
const cwd = `${mmar.root}/config`;

async function run(argv: readonly string[], options: Parameters<typeof testIo>[0] = {}) {
  const io = testIo({ cwd, columns: 80, ...options });
  const exit = await main(["diff", ...argv], io);
  return { exit, ...io.printed() };
}

describe("tomo diff", () => {
  it("prints one line a difference, by section, with both places", async () => {
    const { exit, out, err } = await run(["a.json", "b.json"]);
    expect([exit, err]).toEqual([1, ""]);
    expect(out).toBe(`A a.json
B b.json

variables
  ~ epochs: 1250 → 300  A:2:13 B:2:13

train.lr_policy
  ~ decay_ratio: 0.1 → 0.25  A:24:24 B:24:24

train.pre_transforms
  - RandomAxisFlip {"fields":["image","label"],"probability":0}     A:84:7
  + RandomSpatialFlip {"fields":["image","label"],"probability":0}  B:84:7

4 differences
`);
  });

  it("says when two mean the same", async () => {
    expect(await run(["a.json", "a.json"])).toEqual({
      exit: 0,
      out: "a.json and a.json mean the same\n",
      err: "",
    });
    expect(JSON.parse((await run(["a.json", "a.json", "--json"])).out)).toEqual({
      type: "diff",
      a: `${cwd}/a.json`,
      b: `${cwd}/a.json`,
      equal: true,
      differences: [],
    });
  });

  it("tells configs of different workflows apart", async () => {
    const { exit, out } = await run(["a.json", "v.json"]);
    expect(exit).toBe(1);
    expect(out).toMatch(/^A a\.json \(training\)\nB v\.json \(validation\)\n/);
  });

  it("sees what a run would see with -m or -e", async () => {
    expect((await run(["a.json", "spelt.json"])).out).toContain(
      'pretrain_weight_name: "{PRETRAIN_WEIGHTS_FILE}" → "w.h5"',
    );
    expect(await run(["a.json", "spelt.json", "-m", ".."])).toMatchObject({ exit: 0 });
    expect(await run(["config/a.json", "config/spelt.json", "-m", mmar.root])).toMatchObject({ exit: 0 });
    expect(await run(["a.json", "spelt.json", "-e", "environment.json"])).toMatchObject({ exit: 0 });
  });

  it("gives values and places as JSON", async () => {
    const { differences } = JSON.parse((await run(["a.json", "b.json", "--json"])).out);
    expect(differences[0]).toEqual({
      section: "variables",
      what: "epochs",
      kind: "value",
      a: {
        value: 1250,
        written: true,
        where: { file: `${cwd}/a.json`, line: 2, column: 13, configPath: "epochs" },
      },
      b: {
        value: 300,
        written: true,
        where: { file: `${cwd}/b.json`, line: 2, column: 13, configPath: "epochs" },
      },
    });
  });

  it("keeps a difference on its line in a terminal, and whole where nobody looks", async () => {
    for (const columns of [80, 120]) {
      const { out } = await run(["a.json", "v.json"], { columns, outTerminal: true });
      const plain = stripVTControlCharacters(out);
      expect(plain).not.toBe(out);
      for (const line of plain.split("\n")) expect(line.length, line).toBeLessThanOrEqual(columns);
    }
    expect((await run(["a.json", "v.json"])).out).toContain('"n_spatial_dim":3}');
  });

  it("does without signs that the terminal lacks", async () => {
    expect((await run(["a.json", "b.json"], { unicode: false })).out).toContain("1250 -> 300");
  });
});

describe("components of the user's own", () => {
  const config = (loss: object) => ({ train: { loss } });
  const own = testMmar({
    "config/a.json": config({ path: "custom.mine.Mine" }),
    "config/b.json": config({ path: "custom/mine.ts#Mine", args: { weight: 1 } }),
    "config/c.json": config({ path: "custom/mine.ts#Mine", args: { weight: 2 } }),
    "config/two.json": config({ path: "custom/mine.ts#Other" }),
    "custom/mine.ts": `${lossText("Mine")}\nexport const Other = { ...Mine, name: "Other" };`,
    "elsewhere/a.json": config({ path: "custom.mine.Mine" }),
  });
  const changed = testMmar({
    "config/a.json": config({ path: "custom.mine.Mine" }),
    "custom/mine.ts": lossText("Mine").replace("default(1)", "default(3)"),
  });
  const broken = testMmar({
    "config/a.json": config({ path: "custom.mine.Mine" }),
    "custom/mine.ts": "throw new Error('no licence');",
  });
  const compare = (a: string, b: string, ...more: string[]) => run([a, b, ...more], { cwd: own.root });

  it("are compared with their defaults, however the path is spelt", async () => {
    const { exit, out, err } = await compare("config/a.json", "config/b.json");
    expect([exit, out]).toEqual([0, "config/a.json and config/b.json mean the same\n"]);
    expect(err).toMatch(/^A own component custom\/mine\.ts#Mine \(sha256 .*\)\nB own component/);
    expect((await compare("config/a.json", "config/c.json")).out).toContain("weight: 1 (default) → 2");
    expect((await compare("config/a.json", "config/two.json")).out).toContain(
      'loss: "custom/mine.ts#Mine" → "custom/mine.ts#Other"',
    );
    expect(await compare("config/a.json", "config/b.json", "-m", own.root)).toMatchObject({ exit: 0 });
  });

  it("differ where the code behind one path does", async () => {
    const { out } = await compare("config/b.json", `${changed.root}/config/a.json`);
    expect(out).toMatch(/code of custom\/mine\.ts#Mine: "sha256 [0-9a-f]{12}…" → "sha256/);
    expect(out).toContain("weight: 1 → 3 (default)");
  });

  it("are compared as they stand where they cannot be loaded, or lie in no MMAR", async () => {
    const failed = await compare("config/a.json", `${broken.root}/config/a.json`, "--json");
    expect(JSON.parse(failed.out).ownComponents.b).toEqual([
      { path: "custom.mine.Mine", error: expect.stringContaining("no licence") },
    ]);
    expect(failed.err).toBe("");
    const alone = await compare("elsewhere/a.json", "elsewhere/a.json");
    expect(alone).toMatchObject({ exit: 0, err: "" });
  });
});

describe("faults", () => {
  it("of both files are told at once", async () => {
    const { exit, out, err } = await run(["bad.json", "list.json"]);
    expect([exit, out]).toEqual([3, ""]);
    expect(err).toContain("bad.json:1:12");
    expect(err).toContain("what looks like a datalist");
    expect(err).toContain("2 errors");
  });

  it("a file that is not there, or not named", async () => {
    expect(await run(["a.json", "nowhere.json"])).toMatchObject({ exit: 3, out: "" });
    expect(await run(["a.json"])).toMatchObject({ exit: 2, out: "" });
  });
});
