import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { scope, tensor } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { medicalImage } from "../../data/medical_image.ts";
import type { FieldValue, Sample } from "../../data/sample.ts";
import { describeWithOracle, runOracle } from "../../testing/oracle.ts";
import { temporaryFolder } from "../../testing/temporary_folder.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import type { Writer } from "../contracts.ts";
import { WriteClassificationResult } from "./write_classification_result.ts";

const root = temporaryFolder();
let folders = 0;
const freshFolder = (): string => join(root, `eval_${++folders}`, "results");
const writerOf = (args: object): Writer =>
  WriteClassificationResult.build(WriteClassificationResult.args.parse({ field: "model", ...args }));
const context = {
  caseFolder: (): string => {
    throw new Error("the table belongs to no case");
  },
  datalistPath: ({ caseId }: Sample): string => `images/${caseId}.png`,
};
const sampleOf = (index: number, model: FieldValue, caseId = `film_${index}`): Sample => ({
  caseId,
  index,
  fields: { model },
});
function run(writer: Writer, samples: readonly Sample[]): string {
  writer.start!();
  for (const sample of samples) expect(writer.write(sample, context)).toEqual([]);
  const [path] = writer.finish!();
  return path!;
}

describe("WriteClassificationResult", () => {
  it("writes preds_<field>.csv: path and shortest float32 numbers, without header", () => {
    const write_path = freshFolder();
    const rows = [sampleOf(0, [Math.fround(0.1), 1 / 3]), sampleOf(1, [1e-9, 1])];
    const path = run(writerOf({ write_path }), rows);
    expect(path).toBe(join(write_path, "preds_model.csv"));
    expect(readFileSync(path, "utf8")).toBe("images/film_0.png,0.1,0.33333334\nimages/film_1.png,1e-9,1\n");
    expect(readdirSync(write_path)).toEqual(["preds_model.csv"]);
  });

  it("quotes paths, and takes one number a case", () => {
    const path = run(writerOf({ write_path: freshFolder() }), [sampleOf(0, 0.5, 'a, "b"')]);
    expect(readFileSync(path, "utf8")).toBe('"images/a, ""b"".png",0.5\n');
  });

  it("keeps the order of the datalist, or that of arrival", () => {
    const samples = [sampleOf(2, 2), sampleOf(0, 0), sampleOf(1, 1)];
    const numbers = (args: object) =>
      readFileSync(run(writerOf({ write_path: freshFolder(), ...args }), samples), "utf8")
        .trim()
        .split("\n")
        .map((row) => row.split(",")[1]);
    expect(numbers({})).toEqual(["0", "1", "2"]);
    expect(numbers({ ordered: false })).toEqual(["2", "0", "1"]);
  });

  it("forgets an earlier run, finished or not, and its table", () => {
    const write_path = freshFolder();
    const writer = writerOf({ write_path });
    const path = run(writer, [sampleOf(0, 1)]);
    expect(run(writer, [sampleOf(0, 2)])).toBe(path);
    expect(readFileSync(path, "utf8")).toBe("images/film_0.png,2\n");
    writer.start!();
    writer.write(sampleOf(0, 3), context);
    // interrupted here
    expect(existsSync(path)).toBe(false);
    run(writer, [sampleOf(0, 4)]);
    expect(readFileSync(path, "utf8")).toBe("images/film_0.png,4\n");
  });

  it("with overwrite false refuses before the first case, and a table that appears meanwhile", () => {
    const write_path = freshFolder();
    const writer = writerOf({ write_path, overwrite: false });
    const path = run(writer, [sampleOf(0, 1)]);
    expect(tomoErrorOf(() => writer.start!())).toMatchObject({
      code: "TOMO_RESULT_EXISTS",
      where: { file: path },
    });
    expect(tomoErrorOf(() => writer.finish!()).code).toBe("TOMO_RESULT_EXISTS");
    expect(readFileSync(path, "utf8")).toBe("images/film_0.png,1\n");
  });

  it("refuses rows of different lengths and fields without numbers, with the case", () => {
    const writer = writerOf({ write_path: freshFolder() });
    writer.start!();
    writer.write(sampleOf(0, [0.1, 0.2]), context);
    expect(tomoErrorOf(() => writer.write(sampleOf(1, [0.1]), context))).toMatchObject({
      code: "TOMO_SHAPE_MISMATCH",
      where: { case: "film_1", field: "model" },
      expected: "2, as in images/film_0.png",
    });
    scope(() => {
      const image = medicalImage(tensor([1, 2], [1, 2]), "HW");
      for (const value of [image, "a.png", null])
        expect(tomoErrorOf(() => writer.write(sampleOf(1, value), context)).code).toBe(
          "TOMO_FIELD_NOT_NUMBERS",
        );
    });
  });

  it("says so when the table cannot be written or removed", () => {
    const file = join(root, "a_file");
    writeFileSync(file, "");
    expect(tomoErrorOf(() => run(writerOf({ write_path: join(file, "sub") }), [])).code).toBe(
      "TOMO_WRITE_FAILED",
    );
    const write_path = freshFolder();
    mkdirSync(join(write_path, "preds_model.csv"), { recursive: true });
    expect(tomoErrorOf(() => writerOf({ write_path }).start!()).code).toBe("TOMO_WRITE_FAILED");
  });
});

describeWithOracle(["numpy"], "WriteClassificationResult against Python's csv module", () => {
  it("gives back paths and the very float32 values", () => {
    const value = (n: number): number => Math.fround(Math.sin(n) * 10 ** ((n % 9) - 5));
    const names = ["a, b", 'say "c"', "line\nbreak", "plain", "ümlaut"];
    const samples = names.map((name, n) =>
      sampleOf(
        n,
        [0, 1, 2].map((c) => value(3 * n + c)),
        name,
      ),
    );
    const path = run(writerOf({ write_path: freshFolder() }), samples);
    const script = `
import csv, json, sys, numpy as np
rows = list(csv.reader(open(sys.argv[1], newline="", encoding="utf8")))
print(json.dumps([[r[0], *(float(np.float32(c)) for c in r[1:])] for r in rows]))`;
    expect(runOracle(script, [path])).toEqual(
      names.map((name, n) => [`images/${name}.png`, ...[0, 1, 2].map((c) => value(3 * n + c))]),
    );
  });
});
