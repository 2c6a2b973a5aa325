import { endianness } from "node:os";
import { inflateSync } from "node:zlib";
import { rasterFault } from "../raster/fault.ts";
import { type Pass, type PngHeader, unpackedBytes } from "./header.ts";
import type { PngStructure } from "./structure.ts";
import { unfilter } from "./unfilter.ts";

/** Bytes that may come after the last pixel; some encoders write them. */
const surplus = 4096;
const bigHost = endianness() === "BE";

/**
 * The samples as stored, never scaled: row by row, those of a pixel side by side; palette indices for a palette.
 * @throws TomoError TOMO_FILE_TRUNCATED, TOMO_FILE_DAMAGED
 */
export function decodeSamples(png: PngStructure, path: string): Uint8Array | Uint16Array {
  const { header, passes } = png;
  const bytes = inflated(png, path);
  const pixelBytes = Math.max(1, (header.samples * header.bitDepth) / 8);
  let start = 0;
  for (const { height, rowBytes } of passes) {
    const unknown = unfilter(bytes, start, height, rowBytes, pixelBytes);
    if (unknown !== null)
      throw rasterFault("TOMO_FILE_DAMAGED", path, "has a row with a filter that PNG does not define", {
        given: `${unknown}`,
        expected: "0 to 4",
      });
    start += height * (rowBytes + 1);
  }
  const samples = header.interlaced
    ? interleaved(bytes, header, passes)
    : unpacked(bytes, 0, passes[0]!, header);
  return header.bitDepth === 16 ? asUint16(samples) : samples;
}

/** In one buffer of the right length: no growing, no joining. */
function inflated({ compressed, passes }: PngStructure, path: string): Buffer {
  const needed = unpackedBytes(passes);
  const stream = compressed.length === 1 ? compressed[0]! : Buffer.concat(compressed);
  const output = guarded(path, () =>
    inflateSync(stream, { chunkSize: needed + surplus, maxOutputLength: needed + surplus }),
  );
  if (output.length >= needed) return output;
  throw rasterFault("TOMO_FILE_TRUNCATED", path, "has too few image data", {
    given: `${output.length} bytes`,
    expected: `${needed} bytes`,
  });
}

function guarded(path: string, inflate: () => Buffer): Buffer {
  try {
    return inflate();
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : "";
    if (code === "Z_BUF_ERROR")
      throw rasterFault("TOMO_FILE_TRUNCATED", path, "ends in the middle of its compressed data", { cause });
    if (code === "ERR_BUFFER_TOO_LARGE")
      throw rasterFault("TOMO_FILE_DAMAGED", path, "holds more image data than its size has room for", {
        cause,
      });
    if (code === "Z_DATA_ERROR" || code === "Z_NEED_DICT")
      throw rasterFault("TOMO_FILE_DAMAGED", path, `has damaged image data: ${(cause as Error).message}`, {
        cause,
      });
    throw cause;
  }
}

/** The rows of a pass without their filter bytes, one byte a sample (two at 16 bits): a view where that fits in place. */
function unpacked(bytes: Buffer, start: number, pass: Pass, { bitDepth, samples }: PngHeader): Uint8Array {
  const { width, height, rowBytes } = pass;
  if (bitDepth >= 8) {
    for (let row = 0; row < height; row++) {
      const from = start + row * (rowBytes + 1) + 1;
      bytes.copyWithin(start + row * rowBytes, from, from + rowBytes);
    }
    return bytes.subarray(start, start + height * rowBytes);
  }
  // smaller samples: the first in the highest bits of a byte, each row begins a new byte
  const result = new Uint8Array(height * width * samples);
  const mask = 2 ** bitDepth - 1;
  let to = 0;
  for (let row = 0; row < height; row++) {
    const from = start + row * (rowBytes + 1) + 1;
    for (let column = 0, bit = 0; column < width; column++, bit += bitDepth)
      result[to++] = (bytes[from + (bit >> 3)]! >> (8 - bitDepth - (bit & 7))) & mask;
  }
  return result;
}

/** The pixels of all passes in their places. */
function interleaved(bytes: Buffer, header: PngHeader, passes: readonly Pass[]): Uint8Array {
  const size = header.samples * Math.max(1, header.bitDepth / 8);
  const result = new Uint8Array(header.width * header.height * size);
  let start = 0;
  for (const pass of passes) {
    const pixels = unpacked(bytes, start, pass, header);
    let from = 0;
    for (let row = 0; row < pass.height; row++) {
      let to = ((pass.y + row * pass.dy) * header.width + pass.x) * size;
      for (let column = 0; column < pass.width; column++, to += (pass.dx - 1) * size)
        for (let byte = 0; byte < size; byte++) result[to++] = pixels[from++]!;
    }
    start += pass.height * (pass.rowBytes + 1);
  }
  return result;
}

/** Big-endian pairs of bytes as numbers; the bytes are swapped in place where the memory is aligned. */
function asUint16(bytes: Uint8Array): Uint16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : Uint8Array.from(bytes);
  const { buffer, byteOffset, byteLength } = aligned;
  if (!bigHost) Buffer.from(buffer, byteOffset, byteLength).swap16();
  return new Uint16Array(buffer, byteOffset, byteLength / 2);
}
