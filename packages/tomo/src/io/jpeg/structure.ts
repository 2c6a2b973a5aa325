import { orientationWarning } from "../exif.ts";
import { rasterFault, requirePossibleSize } from "../raster/fault.ts";

/** A JPEG file whose segments were followed to the end, nothing decoded. */
export interface JpegStructure {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** Grey or colour. */
  readonly channels: 1 | 3;
  readonly warnings: readonly string[];
}

/** Frame types by their marker (ITU-T T.81, table B.1). */
const frames: Readonly<Record<number, string>> = {
  192: "baseline",
  193: "extended sequential",
  194: "progressive",
  195: "lossless",
  197: "hierarchical",
  198: "hierarchical",
  199: "hierarchical",
  201: "arithmetic-coded",
  202: "arithmetic-coded",
  203: "lossless",
  205: "hierarchical",
  206: "hierarchical",
  207: "lossless",
};
const readable = [0xc0, 0xc1, 0xc2];
const startOfScan = 0xda;
const endOfImage = 0xd9;
const exif = "Exif\0\0";

/** A block of 8 x 8 takes a bit at least, and at worst a quarter of each axis is stored of every channel. */
const mostPixelsPerByte = 8 * 64 * 16;
/** A few bytes a scan can ask for a pass over the whole picture; encoders write about ten. */
const mostScans = 500;

export const isJpeg = (bytes: Buffer): boolean => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;

/**
 * Follows the markers from SOI to EOI; what comes after EOI is not looked at.
 * @param bytes The whole file; its first marker has been seen.
 * @throws TomoError TOMO_FILE_TRUNCATED, TOMO_FILE_DAMAGED, TOMO_FILE_TOO_LARGE, TOMO_FILE_UNSUPPORTED
 */
export function parseJpeg(bytes: Buffer, path: string): JpegStructure {
  let frame: Omit<JpegStructure, "warnings"> | null = null;
  let scans = 0;
  const warnings: string[] = [];
  for (const { marker, body } of segmentsOf(bytes, path)) {
    if (marker in frames) {
      if (frame !== null) throw damaged(path, "has two frame headers (SOF)");
      frame = parseFrame(marker, body, path);
    } else if (marker === startOfScan) {
      if (frame === null) throw damaged(path, "has image data before its frame header (SOF)");
      if (++scans > mostScans) throw damaged(path, `has more than ${mostScans} scans`);
    } else if (marker === 0xe1 && body.toString("latin1", 0, exif.length) === exif)
      warnings.push(...orientationWarning(body.subarray(exif.length)));
  }
  if (frame === null || scans === 0) throw damaged(path, "has no image data (SOF, SOS)");
  requirePossibleSize(path, frame, bytes.length * mostPixelsPerByte);
  return { ...frame, warnings };
}

interface Segment {
  readonly marker: number;
  readonly body: Buffer;
}

function* segmentsOf(bytes: Buffer, path: string): Generator<Segment> {
  for (let at = 2; ; ) {
    // any number of 0xff may stand before a marker
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++;
    if (at + 2 > bytes.length) throw truncated(path, "before its end marker (EOI)");
    const marker = bytes[at + 1]!;
    if (bytes[at] !== 0xff || marker === 0)
      throw damaged(path, `has no marker at byte ${at}, where one must be`);
    if (marker === endOfImage) return;
    at += 2;
    if (isBare(marker)) continue;
    if (at + 2 > bytes.length) throw truncated(path, "in the middle of a segment");
    const end = at + bytes.readUInt16BE(at);
    if (end < at + 2) throw damaged(path, `has a segment of an impossible length at byte ${at}`);
    if (end > bytes.length) throw truncated(path, "in the middle of a segment");
    yield { marker, body: bytes.subarray(at + 2, end) };
    at = marker === startOfScan ? endOfScan(bytes, end) : end;
  }
}

/** TEM and restart markers have no length. */
const isBare = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);

/** Position of the marker behind the compressed data, where 0xff is followed by 0 or by a restart marker. */
function endOfScan(bytes: Buffer, start: number): number {
  for (let at = bytes.indexOf(0xff, start); at !== -1; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1];
    if (next !== undefined && next !== 0 && next !== 0xff && !isBare(next)) return at;
  }
  return bytes.length;
}

function parseFrame(marker: number, body: Buffer, path: string): Omit<JpegStructure, "warnings"> {
  if (body.length < 6) throw damaged(path, "has a frame header (SOF) that is too short");
  const [precision, channels] = [body[0], body[5]];
  const [height, width] = [body.readUInt16BE(1), body.readUInt16BE(3)];
  if (!readable.includes(marker))
    throw unsupported(path, `is ${frames[marker]} JPEG`, "a baseline or progressive JPEG");
  if (precision !== 8) throw unsupported(path, `is JPEG of ${precision} bits`, "8 bits");
  if (channels !== 1 && channels !== 3)
    throw unsupported(
      path,
      `is JPEG of ${channels} channels${channels === 4 ? " (CMYK)" : ""}`,
      "1 channel (grey) or 3 (colour)",
    );
  if (width === 0 || height === 0)
    throw rasterFault("TOMO_FILE_DAMAGED", path, "states an impossible size", {
      given: `${width} x ${height} pixels`,
      expected: "at least 1 each way",
    });
  if (channels === 3) requireUsualSampling(body, path);
  return { width, height, channels };
}

/** What TurboJPEG can decode: colours of full size, or halved or quartered along an axis. */
function requireUsualSampling(body: Buffer, path: string): void {
  if (body.length < 15) throw damaged(path, "has a frame header (SOF) that is too short");
  // horizontal factor in the high half of a byte, vertical in the low half
  const [luma, blue, red] = [7, 10, 13].map((at) => `${body[at]! >> 4}x${body[at]! & 15}`) as [
    string,
    string,
    string,
  ];
  const usual =
    (blue === "1x1" && ["1x1", "2x1", "2x2", "1x2", "4x1", "1x4"].includes(luma)) ||
    (luma === "2x2" && ["1x2", "2x1"].includes(blue)) ||
    (luma === blue && ["1x2", "2x1", "1x3", "3x1"].includes(luma));
  if (usual && blue === red) return;
  const sampling = `${luma} ${blue} ${red}`;
  throw unsupported(
    path,
    `is JPEG with an unusual sampling of its colours, ${sampling}`,
    "2x2 1x1 1x1 or finer",
  );
}

const damaged = (path: string, what: string) => rasterFault("TOMO_FILE_DAMAGED", path, what);

const truncated = (path: string, where: string) => rasterFault("TOMO_FILE_TRUNCATED", path, `ends ${where}`);

const unsupported = (path: string, what: string, expected: string) =>
  rasterFault("TOMO_FILE_UNSUPPORTED", path, what, {
    expected,
    hint: "convert it to PNG, grey or RGB, with 8 or 16 bits",
  });
