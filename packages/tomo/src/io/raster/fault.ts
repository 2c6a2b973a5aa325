import { resolve } from "node:path";
import { TomoError } from "../../errors/tomo_error.ts";
import { mostSamples } from "./raster.ts";

type RasterFault =
  | "TOMO_NOT_IMAGE"
  | "TOMO_FILE_DAMAGED"
  | "TOMO_FILE_TRUNCATED"
  | "TOMO_FILE_UNSUPPORTED"
  | "TOMO_FILE_TOO_LARGE";

const hints: Partial<Record<RasterFault, string>> = {
  TOMO_FILE_TRUNCATED: "copy or download the file again",
  TOMO_FILE_DAMAGED: "copy or download the file again, or export it again from its source",
};

/** `what` continues the sentence that the path begins. */
export const rasterFault = (
  code: RasterFault,
  path: string,
  what: string,
  details: { given?: string; expected?: string; hint?: string; cause?: unknown } = {},
): TomoError =>
  new TomoError(code, `${path} ${what}`, { where: { file: resolve(path) }, hint: hints[code], ...details });

/**
 * Checks a stated size before anything is allocated for it.
 * @param most Pixels that the compressed data can hold.
 * @throws TomoError TOMO_FILE_TOO_LARGE, TOMO_FILE_TRUNCATED
 */
export function requirePossibleSize(
  path: string,
  { width, height, channels }: { width: number; height: number; channels: number },
  most: number,
): void {
  const given = `${width} x ${height} pixels of ${channels} ${channels === 1 ? "sample" : "samples"}`;
  if (width * height * channels > mostSamples)
    throw rasterFault("TOMO_FILE_TOO_LARGE", path, "has too many pixels for one image", {
      given,
      expected: `at most ${mostSamples} samples`,
    });
  if (width * height > most)
    throw rasterFault("TOMO_FILE_TRUNCATED", path, "is far too short for the size that it states", {
      given,
      expected: `at most ${Math.floor(most)} pixels in its compressed data`,
    });
}
