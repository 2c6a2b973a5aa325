import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { expectGolden } from "../../testing/golden_picture.ts";
import { describeWithSharedData, sharedData } from "../../testing/shared_data.ts";
import { dark } from "../picture/palette.ts";
import type { Picture } from "../picture/picture.ts";
import { drawContactSheet, type Film } from "./contact_sheet.ts";
import type { HardCase } from "./hardest.ts";

const hard = (n: number, label: 0 | 1, change: Partial<HardCase> = {}): HardCase => ({
  case: `case_${n}`,
  path: `images/case_${n}.png`,
  className: ["Edema", "Pleural_Thickening_left_and_right"][n % 2]!,
  prediction: label === 1 ? 0.01 * n : 1 - 0.01 * n,
  label,
  threshold: 0.5,
  misplaced: 30 - n,
  others: 31,
  ...change,
});
const cases = (count: number, label: 0 | 1) => Array.from({ length: count }, (_, n) => hard(n, label));
/** A ramp with a bright bar. */
const film = (width: number, height: number): Film => ({
  width,
  height,
  pixels: Float32Array.from({ length: width * height }, (_, n) => {
    const [x, y] = [(n % width) / width, Math.floor(n / width) / height];
    return 100 * x + 200 * y + (Math.abs(x - 0.5) < 0.1 ? 150 : 0);
  }),
});
const pixel = ({ rgb, width }: Picture, x: number, y: number) => [
  ...rgb.subarray(3 * (y * width + x), 3 * (y * width + x) + 3),
];

describe("drawContactSheet", () => {
  it("looks as it was looked at", async () => {
    const long = "hospital_a/patient_00012345/study_20240102/series_3/film_PA_00000001";
    const selection = {
      falseNegatives: [
        hard(1, 1),
        hard(2, 1, { case: long }),
        hard(3, 1, { misplaced: 12000, others: 25000 }),
      ],
      falsePositives: [hard(4, 0), hard(5, 0), hard(6, 0), hard(7, 0, { prediction: 12345.678 })],
    };
    const films = new Map([
      ["case_1", film(60, 60)],
      [long, film(90, 30)],
      ["case_3", film(20, 64)],
      ["case_4", film(300, 400)],
      ["case_5", { width: 4, height: 4, pixels: new Float32Array(16).fill(7) }],
      ["case_6", { width: 2, height: 1, pixels: Float32Array.of(Number.NaN, Number.NaN) }],
    ]);
    await expectGolden(
      drawContactSheet(selection, films),
      new URL("golden/hardest_cases.png", import.meta.url),
    );
  });

  it("grows with its cases: three to six columns, as many rows as needed", () => {
    const size = (negatives: number, positives: number) => {
      const sheet = drawContactSheet(
        { falseNegatives: cases(negatives, 1), falsePositives: cases(positives, 0) },
        new Map(),
      );
      return [sheet.width, sheet.height] as const;
    };
    const [narrow, low] = size(0, 0);
    expect(size(1, 0)[0]).toBe(narrow);
    expect(size(4, 1)[0]).toBeGreaterThan(narrow);
    expect(size(24, 0)[0]).toBe(size(6, 6)[0]);
    const row = size(7, 0)[1] - size(6, 0)[1];
    expect(size(24, 0)[1] - size(6, 0)[1]).toBe(3 * row);
    expect(size(1, 0)[1]).toBeGreaterThan(low);
  });

  it("keeps text out of images and of other tiles", () => {
    const wide = "W".repeat(80);
    const selection = {
      falseNegatives: Array.from({ length: 8 }, (_, n) =>
        hard(n, 1, { case: `${n}${wide}`, className: wide, misplaced: 1e9, others: 1e9, prediction: -1e300 }),
      ),
      falsePositives: [],
    };
    const sheet = drawContactSheet(selection, new Map());
    const strays: [x: number, y: number][] = [];
    // 16 + 184 pixels of the first tile, then a gap of 12
    for (let column = 0; column < 5; column++)
      for (let x = 16 + 184 + column * 196 + 1; x < 16 + (column + 1) * 196 - 1; x++)
        for (let y = 90; y < sheet.height - 60; y++)
          if (pixel(sheet, x, y).join() !== dark.background.join()) strays.push([x, y]);
    expect(strays).toEqual([]);
  });

  it("shows black and white at the percentiles, so that one hot pixel changes nothing", () => {
    const draw = (hot: number) => {
      const { pixels, ...size } = film(100, 100);
      return drawContactSheet(
        { falseNegatives: [hard(1, 1)], falsePositives: [] },
        new Map([["case_1", { ...size, pixels: pixels.with(5050, hot) }]]),
      );
    };
    const [plain, hot] = [draw(150), draw(1e6)];
    const changed = plain.rgb.filter((value, n) => Math.abs(value - hot.rgb[n]!) > 12).length;
    // the kernel of the thumbnail reaches over 8 by 8 pixels
    expect(changed).toBeLessThanOrEqual(3 * 64);
  });

  it("gives the same pixels again and leaves films alone", () => {
    const image = film(50, 40);
    const before = image.pixels.slice();
    const draw = () =>
      drawContactSheet({ falseNegatives: [hard(1, 1)], falsePositives: [] }, new Map([["case_1", image]]));
    expect(Buffer.from(draw().rgb).equals(Buffer.from(draw().rgb))).toBe(true);
    expect(image.pixels).toEqual(before);
  });

  it("draws films of any size, and refuses pixels that do not fit it", () => {
    const draw = (one: Film) =>
      drawContactSheet({ falseNegatives: [hard(1, 1)], falsePositives: [] }, new Map([["case_1", one]]));
    for (const [width, height] of [[1, 1], [4000, 2], [2, 4000], [0, 0]]) // biome-ignore format: one row
      expect(draw(film(width!, height!)).width).toBeGreaterThan(0);
    expect(() => draw({ width: 3, height: 3, pixels: new Float32Array(8) })).toThrow(RangeError);
  });
});

describeWithSharedData("chest_xray", "drawContactSheet on real films", () => {
  it("shows them with contrast", async () => {
    const name = "00000061_012";
    const { data, info } = await sharp(sharedData(`chest_xray/images/${name}.png`))
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const sheet = drawContactSheet(
      { falseNegatives: [hard(1, 1, { case: name })], falsePositives: [] },
      new Map([[name, { width: info.width, height: info.height, pixels: Float32Array.from(data) }]]),
    );
    const greys = Array.from({ length: 184 }, (_, n) => pixel(sheet, 16 + n, 180)[0]!);
    expect(Math.max(...greys) - Math.min(...greys)).toBeGreaterThan(120);
  });
});
