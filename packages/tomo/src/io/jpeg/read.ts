import { rasterFault } from "../raster/fault.ts";
import type { Raster } from "../raster/raster.ts";
import { decodeWithTurbo } from "./codec.ts";
import { parseJpeg } from "./structure.ts";

/**
 * Decodes a JPEG of 8 bits, grey or colour, baseline or progressive, to the same values as libjpeg-turbo. Its EXIF
 * orientation is not applied.
 * @param bytes The whole file; its first marker has been seen.
 * @throws TomoError TOMO_FILE_TRUNCATED, TOMO_FILE_DAMAGED, TOMO_FILE_TOO_LARGE, TOMO_FILE_UNSUPPORTED
 */
export function decodeJpeg(bytes: Buffer, path: string): Raster {
  const { width, height, channels, warnings } = parseJpeg(bytes, path);
  const decoded = guarded(path, () => decodeWithTurbo(bytes));
  if (decoded.width !== width || decoded.height !== height || decoded.channels !== channels)
    throw rasterFault("TOMO_FILE_DAMAGED", path, "does not decode to the picture that its header states", {
      given: `${decoded.width} x ${decoded.height} pixels of ${decoded.channels} channels`,
      expected: `${width} x ${height} pixels of ${channels} channels`,
    });
  return { width, height, channels, bitDepth: 8, data: decoded.data, transparent: false, warnings };
}

function guarded<T>(path: string, decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    // lack of memory is not the file's fault
    if (cause instanceof RangeError) throw cause;
    throw rasterFault("TOMO_FILE_DAMAGED", path, "has damaged JPEG data", {
      cause: cause instanceof Error ? cause : undefined,
    });
  }
}
