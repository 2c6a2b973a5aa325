import { resolve } from "node:path";
import { closestCanonical, orientationOf } from "../data/orientation.ts";
import { TomoError } from "../errors/tomo_error.ts";
import type { NiftiHeader } from "../io/nifti/header.ts";
import { readNifti, readNiftiHeader } from "../io/nifti/read.ts";
import { toFloat32 } from "../io/nifti/voxels.ts";
import { type FoundCase, firstPath, some, spread } from "./found.ts";

/** What the files of a segmentation are like; sizes along the axes that LoadNifti gives. */
export interface VolumeFacts {
  /** Of the files, such as RAS. With several, volumes are to be turned to RAS+, and sizes are those after it. */
  readonly orientations: readonly string[];
  /** Cases whose headers were read. */
  readonly looked: number;
  readonly channels: number;
  readonly size: { readonly smallest: Size; readonly median: Size; readonly largest: Size };
  /** mm, of the median case. */
  readonly spacing: Size;
  /** Label files whose voxels were read, and the values in them, ascending. */
  readonly labels: { readonly looked: number; readonly values: readonly number[] };
  /** Intensities of some images, as the header scales them. */
  readonly intensity: {
    readonly looked: number;
    /** Images that reach below -200. */
    readonly negative: number;
    /** 0.5 and 99.5 percentiles inside the labels; null where these are empty. */
    readonly foreground: readonly [low: number, high: number] | null;
  };
  readonly warnings: readonly string[];
}
export type Size = readonly [number, number, number];

const mostHeaders = 300;
const mostLabels = 24;
const mostImages = 8;
/** Voxels of labels that are looked at; then it is enough. */
const mostVoxels = 4e8;
const samplesPerCase = 50_000;

/**
 * Reads the headers of the cases, and the voxels of some.
 * @throws TomoError as readNifti; TOMO_DATA_LAYOUT for files that are no volumes; TOMO_LABEL_RANGE for labels that are
 *   no class indices
 */
export function lookAtVolumes(root: string, cases: readonly FoundCase[]): VolumeFacts {
  const chosen = spread(cases, mostHeaders);
  const headers = chosen.map((item) => headerOf(root, item));
  const channels = channelsOf(root, chosen, headers);
  const orientations = [...new Set(headers.map(({ affine }) => orientationOf(affine)))].sort();
  const orders = headers.map(({ affine, shape }) =>
    orientations.length > 1 ? closestCanonical(affine, shape.slice(0, 3)).order : ([0, 1, 2] as const),
  );
  const sizes = headers.map(({ shape }, n) => orders[n]!.map((axis) => shape[axis]!));
  const along = (at: (sorted: number[]) => number) => (axis: number) =>
    at(sizes.map((size) => size[axis]!).toSorted((a, b) => a - b));
  const each = (at: (sorted: number[]) => number): Size => [along(at)(0), along(at)(1), along(at)(2)];
  const middle = (values: readonly number[]) => values[values.length >> 1]!;
  const spacings = [0, 1, 2].map((axis) =>
    headers.map(({ spacing }, n) => spacing[orders[n]![axis]!]!).toSorted((a, b) => a - b),
  );
  return {
    looked: chosen.length,
    orientations,
    channels,
    size: {
      smallest: each((sorted) => sorted[0]!),
      median: each(middle),
      largest: each((sorted) => sorted.at(-1)!),
    },
    spacing: [middle(spacings[0]!), middle(spacings[1]!), middle(spacings[2]!)],
    ...voxelFacts(root, cases),
    warnings: [...spacingWarning(spacings), ...gridWarning(root, chosen, headers)],
  };
}

function headerOf(root: string, { image }: FoundCase): NiftiHeader {
  const path = resolve(root, firstPath(image));
  const header = readNiftiHeader(path);
  const [, , depth = 1] = header.shape;
  if (header.shape.length > 4 || depth === 1)
    throw new TomoError("TOMO_DATA_LAYOUT", "the image is no volume", {
      where: { file: path },
      given: header.shape.join("×"),
      expected: "three axes, or a fourth with the channels",
      hint: "init writes configs for volumes; stack the slices of a case into one file",
    });
  return header;
}

function channelsOf(root: string, cases: readonly FoundCase[], headers: readonly NiftiHeader[]): number {
  const counts = cases.map(({ image }, n) =>
    typeof image === "string" ? (headers[n]!.shape[3] ?? 1) : image.length,
  );
  const odd = counts.findIndex((count) => count !== counts[0]);
  if (odd < 0) return counts[0]!;
  throw new TomoError("TOMO_DATA_LAYOUT", "images have different numbers of channels", {
    where: { file: resolve(root, firstPath(cases[odd]!.image)) },
    given: `${counts[odd]} channels`,
    expected: `${counts[0]}, as ${firstPath(cases[0]!.image)} has`,
  });
}

function spacingWarning(spacings: readonly (readonly number[])[]): string[] {
  const wide = spacings.find((sorted) => sorted.at(-1)! > 1.5 * sorted[0]!);
  if (wide === undefined) return [];
  const range = `${round(wide[0]!)} to ${round(wide.at(-1)!)} mm`;
  return [`voxels differ in size (${range} along one axis): resample the files to one size for good results`];
}

/** Labels that do not lie on the grid of their image would stop the training. */
function gridWarning(root: string, cases: readonly FoundCase[], headers: readonly NiftiHeader[]): string[] {
  const odd = cases.filter(({ label }, n) => {
    const { shape } = readNiftiHeader(resolve(root, String(label)));
    return [0, 1, 2].some((axis) => (shape[axis] ?? 1) !== headers[n]!.shape[axis]);
  });
  if (odd.length === 0) return [];
  return [
    `labels of other size than their images, which will stop a training: ${some(odd.map(({ label }) => String(label)))}`,
  ];
}

function voxelFacts(root: string, cases: readonly FoundCase[]): Pick<VolumeFacts, "labels" | "intensity"> {
  const values = new Set<number>();
  const inside: number[] = [];
  const images = new Set(spread(cases, mostImages));
  let [voxels, looked, negative] = [0, 0, 0];
  for (const item of spread(cases, mostLabels)) {
    if (voxels > mostVoxels && !images.has(item)) continue;
    const path = resolve(root, String(item.label));
    const { data, slope, inter } = readNifti(path);
    const label = toFloat32(data, slope, inter);
    addValues(label, values, path);
    voxels += label.length;
    looked++;
    if (!images.has(item)) continue;
    const image = readNifti(resolve(root, firstPath(item.image)));
    const intensities = toFloat32(image.data, image.slope, image.inter);
    if (sample(intensities, samplesPerCase).some((value) => value < -200)) negative++;
    if (intensities.length >= label.length) inside.push(...foregroundOf(intensities, label));
  }
  inside.sort((a, b) => a - b);
  const at = (share: number) => inside[Math.round(share * (inside.length - 1))]!;
  return {
    labels: { looked, values: [...values].sort((a, b) => a - b) },
    intensity: {
      looked: images.size,
      negative,
      foreground: inside.length === 0 ? null : [at(0.005), at(0.995)],
    },
  };
}

function addValues(label: Float32Array, values: Set<number>, path: string): void {
  let last = Number.NaN;
  for (const value of label) {
    if (value === last) continue;
    last = value;
    if (values.has(value)) continue;
    if (!Number.isInteger(value) || value < 0)
      throw new TomoError("TOMO_LABEL_RANGE", `a voxel of the label is ${value}`, {
        where: { file: path },
        given: String(value),
        expected: "class indices: 0 for the background, then 1, 2, 3, …",
        hint: "is this an image, or a map of probabilities?",
      });
    values.add(value);
  }
}

const sample = (values: Float32Array, most: number): Float32Array => {
  const step = Math.max(1, Math.floor(values.length / most));
  return Float32Array.from({ length: Math.floor(values.length / step) }, (_, n) => values[n * step]!);
};

/** Intensities where the label is no background, at most samplesPerCase of them, evenly spread. */
function foregroundOf(intensities: Float32Array, label: Float32Array): number[] {
  let count = 0;
  for (const value of label) if (value > 0) count++;
  const step = Math.max(1, Math.ceil(count / samplesPerCase));
  const found: number[] = [];
  let seen = 0;
  for (let n = 0; n < label.length; n++)
    if (label[n]! > 0 && seen++ % step === 0 && Number.isFinite(intensities[n]!)) found.push(intensities[n]!);
  return found;
}

const round = (value: number): number => Number(value.toPrecision(3));
