import { crc32 } from "node:zlib";
import { orientationWarning } from "../exif.ts";
import { largestRatio } from "../gzip.ts";
import { rasterFault, requirePossibleSize } from "../raster/fault.ts";
import { type Pass, type PngHeader, parseHeader, passesOf, unpackedBytes } from "./header.ts";

/** A PNG file taken apart and checked, nothing decoded. */
export interface PngStructure {
  readonly header: PngHeader;
  readonly passes: readonly Pass[];
  /** Pieces of the zlib stream, none empty: views of the file's bytes. */
  readonly compressed: readonly Buffer[];
  /** PLTE, three bytes a colour; null where the colour type needs none. */
  readonly palette: Buffer | null;
  /** tRNS as it is. */
  readonly transparency: Buffer | null;
  readonly warnings: readonly string[];
}

const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

export const isPng = (bytes: Buffer): boolean => bytes.subarray(0, 8).equals(signature);

/** Whether the bytes begin as a PNG whose signature was damaged on the way; that is what the signature is made for. */
export const wasPng = (bytes: Buffer): boolean =>
  [0, 1, 2, 3].filter((n) => bytes[n] === signature[n]).length >= 3;

interface Chunk {
  readonly type: string;
  readonly body: Buffer;
}

/**
 * Takes apart the chunks and checks the order of those that matter here, and every checksum.
 * @param bytes The whole file; its signature has been seen.
 * @throws TomoError TOMO_FILE_TRUNCATED, TOMO_FILE_DAMAGED, TOMO_FILE_TOO_LARGE, TOMO_FILE_UNSUPPORTED
 */
export function parsePng(bytes: Buffer, path: string): PngStructure {
  let header: PngHeader | null = null;
  let palette: Buffer | null = null;
  let transparency: Buffer | null = null;
  let previous = "";
  const compressed: Buffer[] = [];
  const warnings: string[] = [];
  for (const { type, body } of chunksOf(bytes, path)) {
    if (type === "IHDR" && header === null) header = parseHeader(body, path);
    else if (header === null) throw damaged(path, `begins with ${type} instead of IHDR`);
    else if (type === "IDAT" && (compressed.length === 0 || previous === "IDAT"))
      pushUnlessEmpty(compressed, body);
    else if (type === "PLTE" && palette === null) palette = body;
    else if (type === "tRNS") transparency = body;
    else if (type === "acTL") warnings.push("it is animated; only its main picture is read");
    else if (type === "eXIf") warnings.push(...orientationWarning(body));
    else if (["IHDR", "IDAT", "PLTE"].includes(type)) throw damaged(path, `has one ${type} chunk too many`);
    previous = type;
  }
  if (header === null || compressed.length === 0) throw damaged(path, "has no image data (IDAT)");
  const needed = header.colourType === 3 ? checkedPalette(palette, path) : null;
  const passes = passesOf(header);
  requireRoom(header, passes, compressed, path);
  return { header, passes, compressed, palette: needed, transparency, warnings };
}

/** The chunks up to IEND, their checksums verified; what comes after IEND is not looked at. */
function* chunksOf(bytes: Buffer, path: string): Generator<Chunk> {
  for (let at = signature.length; ; ) {
    if (at + 12 > bytes.length) throw truncated(path, "before its IEND chunk", at + 12, bytes.length);
    const [length, type] = [bytes.readUInt32BE(at), bytes.toString("latin1", at + 4, at + 8)];
    if (length >= 2 ** 31 || !/^[A-Za-z]{4}$/.test(type))
      throw damaged(path, `has no chunk at byte ${at}, where one must begin`);
    const end = at + 12 + length;
    if (end > bytes.length) throw truncated(path, `in the middle of its ${type} chunk`, end, bytes.length);
    if (bytes.readUInt32BE(end - 4) !== crc32(bytes.subarray(at + 4, end - 4)))
      throw damaged(path, `has a wrong checksum in its ${type} chunk`);
    // a capital first letter: the picture cannot be shown without it
    if (/^[A-Z]/.test(type) && !["IHDR", "PLTE", "IDAT", "IEND"].includes(type))
      throw rasterFault("TOMO_FILE_UNSUPPORTED", path, `needs the PNG extension ${type}`);
    if (type === "IEND") return;
    yield { type, body: bytes.subarray(at + 8, end - 4) };
    at = end;
  }
}

const pushUnlessEmpty = (pieces: Buffer[], piece: Buffer): void => {
  if (piece.length > 0) pieces.push(piece);
};

function checkedPalette(palette: Buffer | null, path: string): Buffer {
  if (palette === null) throw damaged(path, "has no palette (PLTE), which its colour type needs");
  if (palette.length === 0 || palette.length % 3 !== 0 || palette.length > 768)
    throw rasterFault("TOMO_FILE_DAMAGED", path, "has a palette of an impossible length", {
      given: `${palette.length} bytes`,
      expected: "3 bytes a colour, 1 to 256 colours",
    });
  return palette;
}

function requireRoom(
  header: PngHeader,
  passes: readonly Pass[],
  compressed: readonly Buffer[],
  path: string,
): void {
  const { width, height, colourType, samples } = header;
  const room = compressed.reduce((sum, { length }) => sum + length, 0) * largestRatio;
  const share = room / unpackedBytes(passes);
  requirePossibleSize(
    path,
    { width, height, channels: colourType === 3 ? 3 : samples },
    width * height * share,
  );
}

const damaged = (path: string, what: string) => rasterFault("TOMO_FILE_DAMAGED", path, what);

const truncated = (path: string, where: string, needed: number, present: number) =>
  rasterFault("TOMO_FILE_TRUNCATED", path, `ends ${where}`, {
    given: `${present} bytes`,
    expected: `at least ${needed} bytes`,
  });
