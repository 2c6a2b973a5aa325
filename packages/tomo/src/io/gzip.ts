import { resolve } from "node:path";
import { constants, gunzipSync, gzipSync } from "node:zlib";
import { inflate, longestBlock, ops, type Tensor } from "@tomo/torch";
import { TomoError } from "../errors/tomo_error.ts";
import { emptyBytes, tooLarge, truncated } from "./read_file.ts";

/** Deflate cannot expand more than this (258 bytes from 2 bits): what bounds every allocation here. */
export const largestRatio = 1032;
/** zlib takes lengths of 32 bits. */
const largestOutput = 2 ** 32 - 2 ** 20;
/** Room beyond the wanted bytes, for files that hold a little more than their header says. */
const surplus = longestBlock + 1;

/** Whether the bytes begin a gzip member, whatever the file is called. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * The first `length` bytes of gzip data of which all or only a beginning is given; fewer where it ends before. Loads no
 * engine.
 * @param file Name for messages.
 * @throws TomoError TOMO_FILE_DAMAGED
 */
export function gunzipHead(bytes: Uint8Array, length: number, file: string): Uint8Array {
  const output = unzip(bytes, { wanted: length, partial: true, file });
  return output === "too long" ? firstBytes(bytes, length, file) : output.subarray(0, length);
}

/**
 * The first `length` bytes of complete gzip data of one or more members, as uint8. Memory is bounded by `length`, and
 * `length` by what the compressed bytes can hold, so a lying header allocates nothing. The ISIZE trailer is not used.
 * The checksum is verified, unless the data goes on for long after `length`.
 * @param file Name for messages.
 * @throws TomoError TOMO_FILE_TRUNCATED, TOMO_FILE_DAMAGED, TOMO_FILE_TOO_LARGE
 */
export function gunzip(packed: Tensor, length: number, file: string): Tensor {
  const size = packed.numel;
  if (length > size * largestRatio) throw truncated(file, length, size * largestRatio);
  if (length > largestOutput) throw tooLarge(file, length, `${largestOutput} bytes in a gzip file`);
  const output = emptyBytes(length + surplus, file);
  const written = inflate(packed, output, "gzip");
  // zlib knows what is wrong
  if (written === "damaged") throw damaged(packed.toTypedArray<Uint8Array>(), length, file);
  if (written !== "too long" && written < length) throw truncated(file, length, written);
  return ops.slice(output, { end: length });
}

/**
 * One gzip member (some readers take only the first of several), with no time in its header: equal input gives equal
 * bytes. Level 1 is 3–6 times as fast as 6 and some 10 % larger on images.
 */
export function gzip(bytes: Uint8Array, level = 1): Uint8Array {
  const packed = gzipSync(bytes, { level, memLevel: 9, chunkSize: 2 ** 20 });
  packed[9] = 255; // operating system: unknown
  return packed;
}

interface InflateRequest {
  readonly wanted: number;
  /** Whether the input may stop in the middle. */
  readonly partial: boolean;
  readonly file: string;
}

function unzip(bytes: Uint8Array, { wanted, partial, file }: InflateRequest): Uint8Array | "too long" {
  try {
    return gunzipSync(bytes, {
      // one output buffer: no growing, no joining
      chunkSize: Math.max(wanted, 64) + surplus,
      maxOutputLength: wanted + surplus,
      finishFlush: partial ? constants.Z_SYNC_FLUSH : constants.Z_FINISH,
    });
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : "";
    if (code === "ERR_BUFFER_TOO_LARGE") return "too long";
    if (code === "Z_BUF_ERROR")
      throw new TomoError("TOMO_FILE_TRUNCATED", `${file} ends in the middle of its compressed data`, {
        where: { file: resolve(file) },
        given: `${bytes.length} compressed bytes`,
        hint: "copy or download the file again",
        cause,
      });
    if (code === "Z_DATA_ERROR")
      throw new TomoError("TOMO_FILE_DAMAGED", `${file} is not valid gzip: ${(cause as Error).message}`, {
        where: { file: resolve(file) },
        hint: "copy or download the file again",
        cause,
      });
    throw cause;
  }
}

/** Why complete gzip data cannot be unpacked: cut or damaged, in the words of zlib. */
function damaged(bytes: Uint8Array, wanted: number, file: string): TomoError {
  try {
    unzip(bytes, { wanted, partial: false, file });
  } catch (error) {
    if (error instanceof TomoError) return error;
    throw error;
  }
  return new TomoError("TOMO_FILE_DAMAGED", `${file} is not valid gzip`, { where: { file: resolve(file) } });
}

/** For data far longer than wanted: bisects for a beginning of the input that unpacks to just enough. */
function firstBytes(bytes: Uint8Array, length: number, file: string): Uint8Array {
  let [short, long] = [0, bytes.length];
  while (long - short > 1) {
    const middle = (short + long) >>> 1;
    const output = unzip(bytes.subarray(0, middle), { wanted: length, partial: true, file });
    if (output === "too long") long = middle;
    else if (output.length < length) short = middle;
    else return output.subarray(0, length);
  }
  throw truncated(file, length, 0);
}
