import { rasterFault } from "../raster/fault.ts";
import type { Raster } from "../raster/raster.ts";
import type { PngHeader } from "./header.ts";
import { decodeSamples } from "./samples.ts";
import { type PngStructure, parsePng } from "./structure.ts";

/**
 * Decodes a PNG (3rd edition): all colour types, 1 to 16 bits, interlaced or not. A palette becomes RGB. Gamma and
 * colour profiles are not applied.
 * @param bytes The whole file; its signature has been seen.
 * @throws TomoError TOMO_FILE_TRUNCATED, TOMO_FILE_DAMAGED, TOMO_FILE_TOO_LARGE, TOMO_FILE_UNSUPPORTED
 */
export function decodePng(bytes: Buffer, path: string): Raster {
  const png = parsePng(bytes, path);
  const { width, height, bitDepth, samples } = png.header;
  const { warnings } = png;
  const stored = decodeSamples(png, path);
  if (png.palette === null) {
    const transparent = hasAlpha(stored, png.header) || hasTransparentColour(stored, png);
    return { width, height, channels: samples, bitDepth, data: stored, transparent, warnings };
  }
  const { data, transparent } = coloured(stored, png.palette, png.transparency, path);
  return { width, height, channels: 3, bitDepth: 8, data, transparent, warnings };
}

/** The colours of palette indices; tRNS has the alpha of the first entries, the others are opaque. */
function coloured(
  indices: Uint8Array | Uint16Array,
  palette: Buffer,
  transparency: Buffer | null,
  path: string,
): { data: Uint8Array; transparent: boolean } {
  const data = new Uint8Array(3 * indices.length);
  const used = new Uint8Array(256);
  let to = 0;
  for (let n = 0; n < indices.length; n++) {
    const index = indices[n]!;
    used[index] = 1;
    data[to++] = palette[3 * index]!;
    data[to++] = palette[3 * index + 1]!;
    data[to++] = palette[3 * index + 2]!;
  }
  const last = used.lastIndexOf(1);
  if (3 * last >= palette.length)
    throw rasterFault("TOMO_FILE_DAMAGED", path, "has a pixel beyond its palette", {
      given: `colour ${last}`,
      expected: `0 to ${palette.length / 3 - 1}`,
    });
  const transparent = [...(transparency ?? [])].some((alpha, n) => alpha < 255 && used[n] === 1);
  return { data, transparent };
}

function hasAlpha(data: Uint8Array | Uint16Array, { samples, bitDepth }: PngHeader): boolean {
  if (samples === 1 || samples === 3) return false;
  const opaque = 2 ** bitDepth - 1;
  for (let n = samples - 1; n < data.length; n += samples) if (data[n] !== opaque) return true;
  return false;
}

/** tRNS of grey and RGB names one colour as transparent, two bytes a sample. */
function hasTransparentColour(
  data: Uint8Array | Uint16Array,
  { header: { samples }, transparency }: PngStructure,
): boolean {
  if (transparency === null || samples % 2 === 0 || transparency.length !== 2 * samples) return false;
  const colour = Array.from({ length: samples }, (_, n) => transparency.readUInt16BE(2 * n));
  for (let n = 0; n < data.length; n += samples)
    if (colour.every((value, channel) => data[n + channel] === value)) return true;
  return false;
}
