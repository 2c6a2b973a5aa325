import { rasterFault } from "../raster/fault.ts";

/** The IHDR chunk, checked (PNG 3rd edition, 11.2.1). */
export interface PngHeader {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** Bits a sample, of palette indices for colour type 3. */
  readonly bitDepth: 1 | 2 | 4 | 8 | 16;
  /** 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha. */
  readonly colourType: ColourType;
  /** Samples a pixel as stored: 1 for a palette. */
  readonly samples: 1 | 2 | 3 | 4;
  /** Adam7. */
  readonly interlaced: boolean;
}

const colourTypes = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
} as const;
export type ColourType = keyof typeof colourTypes;

/** @param body The 13 bytes of the chunk. @throws TomoError TOMO_FILE_DAMAGED */
export function parseHeader(body: Buffer, path: string): PngHeader {
  if (body.length !== 13)
    throw fault(path, "has a header of the wrong length", `${body.length} bytes`, "13 bytes");
  const [width, height] = [body.readUInt32BE(0), body.readUInt32BE(4)];
  const [bitDepth, colourType, compression, filter, interlace] = body.subarray(8);
  if (width === 0 || height === 0 || width >= 2 ** 31 || height >= 2 ** 31)
    throw fault(path, "states an impossible size", `${width} x ${height} pixels`, "1 to 2147483647 each way");
  const type = colourTypes[colourType as ColourType];
  if (type === undefined)
    throw fault(path, "has a colour type that PNG does not define", `${colourType}`, "0, 2, 3, 4 or 6");
  if (!(type.depths as readonly unknown[]).includes(bitDepth))
    throw fault(
      path,
      `has a bit depth that PNG does not allow for colour type ${colourType}`,
      `${bitDepth}`,
      type.depths.join(", "),
    );
  if (compression !== 0 || filter !== 0 || interlace === undefined || interlace > 1)
    throw fault(
      path,
      "names a method that PNG does not define",
      `compression ${compression}, filter ${filter}, interlace ${interlace}`,
      "compression 0, filter 0, interlace 0 or 1",
    );
  return {
    width,
    height,
    bitDepth: bitDepth as PngHeader["bitDepth"],
    colourType: colourType as ColourType,
    samples: type.samples,
    interlaced: interlace === 1,
  };
}

const fault = (path: string, what: string, given: string, expected: string) =>
  rasterFault("TOMO_FILE_DAMAGED", path, what, { given, expected });

/** A regular sub-grid of the image: all of it, or one of Adam7's seven. */
export interface Pass {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** First column and row, and the distance between neighbours, in pixels of the image. */
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  /** Bytes of a row, without its filter byte. */
  readonly rowBytes: number;
}

const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** The sub-grids in the order of the file; those without a pixel are left out, as the file leaves them out. */
export function passesOf({ width, height, bitDepth, samples, interlaced }: PngHeader): Pass[] {
  return (interlaced ? adam7 : ([[0, 0, 1, 1]] as const))
    .map(([x, y, dx, dy]) => {
      const columns = Math.ceil((width - x) / dx);
      const rowBytes = Math.ceil((columns * samples * bitDepth) / 8);
      return { width: columns, height: Math.ceil((height - y) / dy), x, y, dx, dy, rowBytes };
    })
    .filter((pass) => pass.width > 0 && pass.height > 0);
}

/** Bytes of the unpacked data: each row with its filter byte. */
export const unpackedBytes = (passes: readonly Pass[]): number =>
  passes.reduce((sum, { height, rowBytes }) => sum + height * (rowBytes + 1), 0);
