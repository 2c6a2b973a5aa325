import { readFileSync, writeFileSync } from "node:fs";
import sharp from "sharp";
import { expect } from "vitest";
import type { Picture } from "../report/picture/picture.ts";
import { encodePng } from "../report/picture/png.ts";

/**
 * Compares with a PNG that people have looked at. TOMO_UPDATE_GOLDEN=1 writes it instead: look at it then.
 * @param tolerance Share of the values that may differ by more than 32 of 255.
 */
export async function expectGolden(picture: Picture, file: URL, tolerance = 0): Promise<void> {
  if (process.env.TOMO_UPDATE_GOLDEN === "1") writeFileSync(file, await encodePng(picture));
  const { data, info } = await sharp(readFileSync(file)).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, info.channels]).toEqual([picture.width, picture.height, 3]);
  const limit = tolerance === 0 ? 0 : 32;
  const different = data.filter((value, n) => Math.abs(value - picture.rgb[n]!) > limit).length;
  expect(different / data.length).toBeLessThanOrEqual(tolerance);
}
