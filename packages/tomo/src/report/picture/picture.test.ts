import { existsSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../testing/temporary_folder.ts";
import { black, classColours, colourOfClass, white } from "./palette.ts";
import {
  blend,
  drawCoverage,
  drawFrame,
  drawGrey,
  fillRectangle,
  newPicture,
  type Picture,
} from "./picture.ts";
import { encodePng, writePng } from "./png.ts";

const folder = temporaryFolder();
const pixel = ({ rgb, width }: Picture, x: number, y: number) => [
  ...rgb.subarray(3 * (y * width + x), 3 * (y * width + x) + 3),
];

describe("drawing", () => {
  it("blends by opacity and ignores what is outside", () => {
    const picture = newPicture(3, 2, [100, 100, 100]);
    blend(picture, 1, 1, [200, 0, 100], 0.5);
    for (const [x, y] of [[-1, 0], [3, 0], [0, -1], [0, 2]] as const) blend(picture, x, y, white, 1); // biome-ignore format: one row
    expect(pixel(picture, 1, 1)).toEqual([150, 50, 100]);
    expect(picture.rgb.filter((value) => value !== 100)).toHaveLength(2);
  });

  it("fills and frames rectangles", () => {
    const picture = newPicture(6, 5, black);
    fillRectangle(picture, { x: 1, y: 1, width: 4, height: 3 }, [9, 9, 9]);
    drawFrame(picture, { x: 1, y: 1, width: 4, height: 3 }, white);
    const rows = [0, 1, 2, 3, 4].map((y) => [0, 1, 2, 3, 4, 5].map((x) => pixel(picture, x, y)[0]));
    const [o, w] = [0, 255];
    expect(rows).toEqual([
      [o, o, o, o, o, o],
      [o, w, w, w, w, o],
      [o, w, 9, 9, w, o],
      [o, w, w, w, w, o],
      [o, o, o, o, o, o],
    ]);
  });

  it("lays grey values and coverage at a place", () => {
    const picture = newPicture(4, 3, black);
    const area = { x: 1, y: 1, width: 2, height: 2 };
    drawGrey(picture, Float32Array.of(0, 0.5, 1, 2), area);
    expect([pixel(picture, 2, 1), pixel(picture, 1, 2), pixel(picture, 2, 2)]).toEqual([
      [128, 128, 128],
      [255, 255, 255],
      [255, 255, 255],
    ]);
    drawCoverage(picture, Float32Array.of(1, 0, 0, 0.5), area, [255, 0, 0]);
    expect(pixel(picture, 1, 1)).toEqual([255, 0, 0]);
    expect(pixel(picture, 2, 1)).toEqual([128, 128, 128]);
    expect(pixel(picture, 2, 2)).toEqual([255, 128, 128]);
  });
});

describe("colourOfClass", () => {
  it("gives the first classes colours of their own, then starts over", () => {
    const colours = classColours.map((_, n) => colourOfClass(n + 1).join());
    expect(new Set(colours).size).toBe(classColours.length);
    expect(colourOfClass(classColours.length + 1)).toEqual(colourOfClass(1));
  });
});

describe("encodePng", () => {
  it("is read back as the same pixels", async () => {
    const picture = newPicture(7, 5, black);
    for (let n = 0; n < picture.rgb.length; n++) picture.rgb[n] = (n * 37) % 256;
    const { data, info } = await sharp(await encodePng(picture))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 7, height: 5, channels: 3 });
    expect([...data]).toEqual([...picture.rgb]);
  });

  it("is written under its name only", async () => {
    await writePng(join(folder, "a.png"), newPicture(2, 2, white));
    expect(existsSync(join(folder, "a.png"))).toBe(true);
    await expect(writePng(join(folder, "none", "a.png"), newPicture(2, 2, white))).rejects.toMatchObject({
      code: "TOMO_WRITE_FAILED",
    });
  });
});
