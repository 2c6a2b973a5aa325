import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { classified, oneClass } from "../../testing/classified.ts";
import { temporaryFolder } from "../../testing/temporary_folder.ts";
import type { Film } from "./contact_sheet.ts";
import type { HardestCases } from "./hardest.ts";
import { clearClassificationReports, writeClassificationReports } from "./write.ts";

const root = temporaryFolder();
const input = classified(40, ["Edema", "Mass"]);
const film: Film = { width: 4, height: 3, pixels: Float32Array.from({ length: 12 }, (_, n) => n) };
const films = async ({ falseNegatives, falsePositives }: HardestCases) =>
  new Map([...falseNegatives, ...falsePositives].map((found) => [found.case, film]));
const few = { resamples: 50 };

describe("writeClassificationReports", () => {
  it("writes all files, and nothing else, into a folder that it makes", async () => {
    const folder = join(root, "eval", "reports");
    const { files, summary } = await writeClassificationReports(folder, input, films, few);
    expect(files.map((file) => basename(file))).toEqual([
      "classification_report.txt",
      "classification_report.csv",
      "classification_report.json",
      "roc.svg",
      "roc.png",
      "hardest_cases.png",
    ]);
    expect(readdirSync(folder).sort()).toEqual(files.map((file) => basename(file)).sort());
    expect(JSON.parse(readFileSync(files[2]!, "utf8")).mean.value).toBe(summary.mean.value);
    for (const file of files.slice(4)) expect((await sharp(file).metadata()).format).toBe("png");
  });

  it("writes the same bytes again", async () => {
    const [a, b] = [join(root, "a"), join(root, "b")];
    await writeClassificationReports(a, input, films, few);
    await writeClassificationReports(b, input, films, few);
    for (const name of readdirSync(a))
      expect(readFileSync(join(a, name)).equals(readFileSync(join(b, name))), name).toBe(true);
  });

  it("asks for the films of the shown cases only", async () => {
    let asked: HardestCases | null = null;
    await writeClassificationReports(join(root, "asked"), classified(300, ["a"]), async (chosen) => {
      asked = chosen;
      return new Map();
    }, few); // biome-ignore format: one row
    expect(asked!.falseNegatives).toHaveLength(12);
    expect(asked!.falsePositives).toHaveLength(12);
  });

  it("writes nothing when a prediction is NaN", async () => {
    const folder = join(root, "nan");
    const bad = oneClass([0.1, Number.NaN], [0, 1]);
    await expect(writeClassificationReports(folder, bad, films, few)).rejects.toMatchObject({
      code: "TOMO_PREDICTIONS_UNFIT",
      where: { case: "case_1", field: "predictions" },
    });
    expect(existsSync(folder)).toBe(false);
  });

  it("says where it cannot write", async () => {
    const file = join(root, "file");
    writeFileSync(file, "");
    await expect(writeClassificationReports(join(file, "eval"), input, films, few)).rejects.toMatchObject({
      code: "TOMO_WRITE_FAILED",
    });
  });
});

describe("clearClassificationReports", () => {
  it("removes the reports and leaves other files", async () => {
    const folder = join(root, "clear");
    await writeClassificationReports(folder, input, films, few);
    writeFileSync(join(folder, "mine.txt"), "");
    clearClassificationReports(folder);
    clearClassificationReports(folder);
    expect(readdirSync(folder)).toEqual(["mine.txt"]);
    clearClassificationReports(join(root, "nowhere"));
  });
});
