/** A 2-D picture with its samples as the file has them: never scaled, never cut to 8 bits, no gamma applied. */
export interface Raster {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** Samples a pixel: grey 1, grey with alpha 2, RGB 3, RGB with alpha 4. */
  readonly channels: 1 | 2 | 3 | 4;
  /** Bits a sample in the file, 1 to 16: samples are 0 … 2^bitDepth - 1. 8 for the colours of a palette. */
  readonly bitDepth: number;
  /** Row by row from the top, each from the left, the channels of a pixel side by side. */
  readonly data: Uint8Array | Uint16Array;
  /** Whether some pixel is not wholly opaque, by alpha or by a transparent colour. */
  readonly transparent: boolean;
  /** Facts that change nothing here but may surprise, each a clause for the log. */
  readonly warnings: readonly string[];
}

/** Largest number of samples (pixels times channels) that is decoded: 1 GiB as float32. */
export const mostSamples = 2 ** 28;
