import { endianness } from "node:os";
import { inflateSync } from "node:zlib";
import { type FilteredRows, inflate, unfilterPng } from "@tomo/torch";
import type { TomoError } from "../../errors/tomo_error.ts";
import { rasterFault } from "../raster/fault.ts";
import { type Pass, type PngHeader, unpackedBytes } from "./header.ts";
import type { PngStructure } from "./structure.ts";

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
  const pixelBytes = Math.max(1, (header.samples * header.bitDepth) / 8) as FilteredRows["pixelBytes"];
  let start = 0;
  for (const { height, rowBytes } of passes) {
    const unknown = unfilterPng(bytes, { byteOffset: start, rows: height, rowBytes, pixelBytes });
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

function inflated({ compressed, passes }: PngStructure, path: string): Buffer {
  const needed = unpackedBytes(passes);
  const stream = compressed.length === 1 ? compressed[0]! : Buffer.concat(compressed);
  const output = Buffer.allocUnsafeSlow(needed + surplus);
  const written = inflate(stream, output, "zlib");
  if (written === "damaged") throw damaged(stream, output.length, path);
  if (written === "too long")
    throw rasterFault("TOMO_FILE_DAMAGED", path, "holds more image data than its size has room for");
  if (written >= needed) return output;
  throw rasterFault("TOMO_FILE_TRUNCATED", path, "has too few image data", {
    given: `${written} bytes`,
    expected: `${needed} bytes`,
  });
}

/** Why a zlib stream cannot be unpacked: cut or damaged, in the words of zlib. */
function damaged(stream: Buffer, room: number, path: string): TomoError {
  const what = "has damaged image data";
  try {
    inflateSync(stream, { maxOutputLength: room });
    return rasterFault("TOMO_FILE_DAMAGED", path, what);
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "Z_BUF_ERROR")
      return rasterFault("TOMO_FILE_TRUNCATED", path, "ends in the middle of its compressed data", { cause });
    return rasterFault("TOMO_FILE_DAMAGED", path, `${what}: ${(cause as Error).message}`, { cause });
  }
}

/** The samples of a pass, one byte each (two at 16 bits): a view where that is what its rows hold. */
function unpacked(bytes: Buffer, start: number, pass: Pass, { bitDepth, samples }: PngHeader): Uint8Array {
  const { width, height, rowBytes } = pass;
  if (bitDepth >= 8) return bytes.subarray(start, start + height * rowBytes);
  // smaller samples: the first in the highest bits of a byte, each row begins a new byte
  const result = new Uint8Array(height * width * samples);
  const mask = 2 ** bitDepth - 1;
  let to = 0;
  for (let row = 0; row < height; row++) {
    const from = start + row * rowBytes;
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
