import { crc32, deflateSync } from "node:zlib";

/** A PNG to write, for tests: every freedom that the format gives. */
export interface PngToEncode {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  readonly colourType: number;
  /** Row by row, samples of a pixel side by side; indices for a palette. */
  readonly samples: ArrayLike<number>;
  readonly interlaced?: boolean;
  /** Filter of each row in turn, over all passes; begins again at the end of the list. */
  readonly filters?: readonly number[];
  /** Length of the IDAT chunks; one chunk if left out. */
  readonly pieceBytes?: number;
  /** Chunks between IHDR and IDAT. */
  readonly before?: readonly Buffer[];
}

export const pngSignature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
export const samplesOf = (colourType: number): number => [1, 0, 3, 1, 2, 0, 4][colourType]!;

export function encodePng(png: PngToEncode): Buffer {
  const { width, height, bitDepth, colourType, interlaced = false, before = [] } = png;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bitDepth, colourType, 0, 0, interlaced ? 1 : 0], 8);
  const packed = deflateSync(filteredRows(png));
  const pieceBytes = png.pieceBytes ?? packed.length;
  const pieces = Array.from({ length: Math.ceil(packed.length / pieceBytes) }, (_, n) =>
    chunk("IDAT", packed.subarray(n * pieceBytes, (n + 1) * pieceBytes)),
  );
  return Buffer.concat([pngSignature, chunk("IHDR", header), ...before, ...pieces, chunk("IEND")]);
}

export function chunk(type: string, body: Uint8Array = new Uint8Array(0)): Buffer {
  const result = Buffer.alloc(12 + body.length);
  result.writeUInt32BE(body.length, 0);
  result.write(type, 4, "latin1");
  result.set(body, 8);
  result.writeUInt32BE(crc32(result.subarray(4, 8 + body.length)), 8 + body.length);
  return result;
}

/** The same file with every checksum right again, as far as its chunks can be followed. */
export function withRightChecksums(file: Buffer): Buffer {
  const result = Buffer.from(file);
  for (let at = 8; at + 12 <= result.length; ) {
    const end = at + 12 + result.readUInt32BE(at);
    if (end > result.length) break;
    result.writeUInt32BE(crc32(result.subarray(at + 4, end - 4)), end - 4);
    at = end;
  }
  return result;
}

/** First column, first row, distance of columns, distance of rows of each pass. */
const adam7 = ["0088", "4088", "0448", "2044", "0224", "1022", "0112"].map((pass) => [...pass].map(Number));

function filteredRows(png: PngToEncode): Buffer {
  const { width, height, interlaced = false, filters = [0] } = png;
  const rows: Buffer[] = [];
  for (const [x0, y0, dx, dy] of (interlaced ? adam7 : [[0, 0, 1, 1]]) as [
    number,
    number,
    number,
    number,
  ][]) {
    let above: Buffer | null = null;
    for (let y = y0; y < height && x0 < width; y += dy) {
      const row = packedRow(png, y, x0, dx);
      const filter = filters[rows.length % filters.length]!;
      rows.push(Buffer.concat([Buffer.of(filter), filtered(row, above, filter, png)]));
      above = row;
    }
  }
  return Buffer.concat(rows);
}

function packedRow(png: PngToEncode, y: number, x0: number, dx: number): Buffer {
  const { width, bitDepth, colourType, samples } = png;
  const count = samplesOf(colourType);
  let bits = "";
  for (let x = x0; x < width; x += dx)
    for (let n = 0; n < count; n++)
      bits += samples[(y * width + x) * count + n]!.toString(2).padStart(bitDepth, "0");
  return Buffer.from((bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, "0"), 2)));
}

/** PNG 3rd edition, 9.2, word by word. */
function filtered(row: Buffer, above: Buffer | null, filter: number, png: PngToEncode): Buffer {
  const distance = Math.max(1, (samplesOf(png.colourType) * png.bitDepth) / 8);
  return row.map((byte, n) => {
    const left = n >= distance ? row[n - distance]! : 0;
    const up = above?.[n] ?? 0;
    const corner = n >= distance ? (above?.[n - distance] ?? 0) : 0;
    return byte - [0, left, up, Math.floor((left + up) / 2), paeth(left, up, corner)][filter]!;
  }) as Buffer;
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [toLeft, toUp, toCorner] = [left, up, corner].map((value) => Math.abs(estimate - value)) as [
    number,
    number,
    number,
  ];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
