import { resolve } from "node:path";
import { readRaster } from "../io/raster/read.ts";
import { type FoundCase, firstPath, spread } from "./found.ts";

/** What the pictures of a classification are like. */
export interface PictureFacts {
  readonly looked: number;
  /** Pixels, of the median picture. */
  readonly width: number;
  readonly height: number;
  /** Whether some picture has true colours. */
  readonly colour: boolean;
  /** Of the files, ascending. */
  readonly bitDepths: readonly number[];
  /** Mean and standard deviation of the pixels, one each a channel: 1 of grey, 3 of colours. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

const mostPictures = 64;

/** Reads some of the pictures. @throws TomoError as readRaster */
export function lookAtPictures(root: string, cases: readonly FoundCase[]): PictureFacts {
  const looks = spread(cases, mostPictures).map(({ image }) => lookAt(resolve(root, firstPath(image))));
  const colour = looks.some((look) => look.colour);
  const middle = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
  // each picture weighs the same, whatever its size
  const average = (of: (look: Look) => number) =>
    looks.reduce((sum, look) => sum + of(look), 0) / looks.length;
  const channels = colour ? [0, 1, 2] : [0];
  const mean = channels.map((c) => average((look) => look.mean[c]!));
  const square = channels.map((c) => average((look) => look.square[c]!));
  return {
    looked: looks.length,
    width: middle(looks.map(({ width }) => width)),
    height: middle(looks.map(({ height }) => height)),
    colour,
    bitDepths: [...new Set(looks.map(({ bitDepth }) => bitDepth))].sort((a, b) => a - b),
    mean,
    deviation: mean.map((value, c) => Math.sqrt(Math.max(0, square[c]! - value * value))),
  };
}

interface Look {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  readonly colour: boolean;
  /** Of red, green and blue; three times the same of grey. */
  readonly mean: readonly number[];
  /** Mean of the squares. */
  readonly square: readonly number[];
}

function lookAt(path: string): Look {
  const { width, height, bitDepth, channels, data } = readRaster(path);
  const sums = [0, 0, 0];
  const squares = [0, 0, 0];
  let colour = false;
  for (let at = 0; at < data.length; at += channels)
    for (let c = 0; c < 3; c++) {
      const value = data[at + (channels < 3 ? 0 : c)]!;
      sums[c]! += value;
      squares[c]! += value * value;
      colour ||= value !== data[at];
    }
  const pixels = width * height;
  const per = (values: readonly number[]) => values.map((value) => value / pixels);
  return { width, height, bitDepth, colour, mean: per(sums), square: per(squares) };
}
