import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { copyExample } from "../check/testing/example_mmar.ts";
import { type TestMmar, testMmar } from "../config/testing/mmar.ts";
import { main } from "./main.ts";
import { testIo } from "./testing/io.ts";

let mmar: TestMmar;
beforeEach(() => {
  mmar = testMmar();
  copyExample("segmentation_mr_hippocampus", mmar.root);
});
afterEach(() => mmar.remove());

const run = async (words: readonly string[], io: Parameters<typeof testIo>[0] = {}) => {
  const test = testIo({ cwd: mmar.root, ...io });
  const exit = await main(["check", ...words], test);
  return { exit, ...test.printed() };
};

function edit(file: string, from: string, to: string): void {
  const path = join(mmar.root, file);
  const text = readFileSync(path, "utf8");
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

describe("tomo check", () => {
  it("checks all workflow configs of the MMAR, a line each when they are right", async () => {
    const { exit, out, err } = await run([]);
    expect([exit, err]).toEqual([0, ""]);
    expect(out.trimEnd().split("\n")).toEqual([
      expect.stringMatching(
        /^config\/config_train\.json: ok — SegResnet, 4\+2 cases, 4 patches of 48×64×48 a step/,
      ),
      expect.stringMatching(/^config\/config_validation\.json: ok — SegResnet, 2 cases, windows of 48×64×48/),
    ]);
  });

  it("says all at once: errors of all files by place, then warnings, then the sums", async () => {
    edit("config/config_train.json", '"roi_size": [48, 64, 48]', '"roi_size": [50, 64, 48]');
    edit("config/config_train.json", '"epochs": 30', '"epochs": 3');
    edit("config/config_validation.json", '"fields": "model"', '"fields": "modle"');
    const { exit, out } = await run([]);
    expect(exit).toBe(3);
    const order = [
      "roi_size",
      '"modle"',
      "warning:",
      "config/config_train.json: 1 error, 1 warning",
      "config/config_validation.json: ",
    ];
    const places = order.map((words) => out.indexOf(words));
    expect(places).toEqual(places.toSorted((left, right) => left - right));
    expect(places).not.toContain(-1);
    expect(out).toContain('did you mean "model"?');
  });

  it("shows the line with a caret in a terminal", async () => {
    edit("config/config_train.json", '"num_classes": 3', '"num_clases": 3');
    const { out: coloured } = await run(["-c", "config/config_train.json"], { outTerminal: true });
    const out = stripVTControlCharacters(coloured);
    expect(out).toMatch(/\| .*"num_clases": 3/);
    expect(out).toContain("^^^^^^^^^^^^");
  });

  it("takes several configs, in the MMAR or absolute, and tells by their content what they are", async () => {
    writeFileSync(
      join(mmar.root, "other.json"),
      readFileSync(join(mmar.root, "config/config_validation.json")),
    );
    const other = join(mmar.root, "other.json");
    const { exit, out } = await run(["-c", other, "config/config_train.json", "--json"]);
    expect(exit).toBe(0);
    const { files } = JSON.parse(out) as { files: { file: string; kind: string }[] };
    expect(files.map(({ file, kind }) => [file, kind])).toEqual([
      [other, "validate"],
      [join(mmar.root, "config/config_train.json"), "train"],
    ]);
  });

  it("gives one JSON document: files with errors, warnings and summary", async () => {
    edit("config/config_train.json", '"num_classes": 3', '"num_classes": 0');
    edit("config/config_train.json", '"epochs": 30', '"epochs": 3');
    const { exit, out } = await run(["--json"]);
    expect(exit).toBe(3);
    expect(JSON.parse(out)).toMatchObject({
      exit: 3,
      files: [
        {
          kind: "train",
          errors: [
            {
              code: "TOMO_BAD_VALUE",
              where: { line: expect.any(Number), configPath: "train.model.args.num_classes" },
            },
          ],
          warnings: [{ code: "TOMO_NEVER_VALIDATES" }],
          summary: { cases: { training: 4, validation: 2 }, step: "4 patches of 48×64×48 a step" },
        },
        { kind: "validate", errors: [], warnings: [] },
      ],
    });
  });

  it("ends with 4 for faults of the data alone, and with 0 where the data is somewhere else", async () => {
    edit("data/dataset_0.json", "image_2.nii.gz", "image_22.nii.gz");
    expect(await run([])).toMatchObject({
      exit: 4,
      out: expect.stringContaining('did you mean "image_2.nii.gz"?'),
    });
    const away = await run(["--set", "DATA_ROOT=/no/where"]);
    expect(away.exit).toBe(0);
    expect(away.out).toContain('warning: none of the 8 files of "training" exists');
  });

  it("tells faults of files that several configs share once", async () => {
    edit("config/environment.json", '"DATA_ROOT": "data",', '"DATA_ROOT": "data"');
    const { exit, out } = await run([]);
    expect(exit).toBe(3);
    expect(out.match(/a comma is missing/g)).toHaveLength(1);
  });

  it("names other files where a config is none, or is not there", async () => {
    const datalist = await run(["-c", "data/dataset_0.json"]);
    expect(datalist).toMatchObject({ exit: 3, out: expect.stringContaining("what looks like a datalist") });
    const absent = await run(["-c", "config/config_trian.json"]);
    expect(absent).toMatchObject({
      exit: 3,
      out: expect.stringContaining('did you mean "config_train.json"?'),
    });
    const nowhere = await run(["-m", "no/such/mmar"]);
    expect(nowhere).toMatchObject({ exit: 3, err: expect.stringContaining("there is no such MMAR folder") });
  });
});
