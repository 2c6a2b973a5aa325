import { columnOf, spacingOf } from "../../data/affine.ts";
import type { Affine } from "../../data/medical_image.ts";
import { axisDirections } from "../../data/orientation.ts";

/** How slices of an array are laid on the page. All lists are by array axis number. */
export interface View {
  /** Array axis across the slices, from picture left to right, and from top to bottom. */
  readonly normal: number;
  readonly horizontal: number;
  readonly vertical: number;
  /** Whether the array index falls along that direction. */
  readonly reversed: readonly [normal: boolean, horizontal: boolean, vertical: boolean];
  /** Pixel sizes of the slice, in mm. */
  readonly pixelWidth: number;
  readonly pixelHeight: number;
  /** Letters at the edges, such as R at the left of an axial slice; null where the geometry is not known. */
  readonly edges: {
    readonly left: string;
    readonly right: string;
    readonly top: string;
    readonly bottom: string;
  } | null;
  readonly name: "axial" | "coronal" | "sagittal" | "image";
}

const names = ["sagittal", "coronal", "axial"] as const;
const positive = ["R", "A", "S"] as const;
const negative = ["L", "P", "I"] as const;

/**
 * Radiological display: axial slices with anterior up, seen from the feet, so that the patient's left is on the right;
 * coronal with superior up, likewise; sagittal with anterior on the left. Slices are taken in the plane in which the
 * image was acquired: across the axis with by far the largest voxel size (1.5 times the others), else axial.
 */
export function chooseView(
  shape: readonly number[],
  affine: Affine | undefined,
  spacing: readonly number[],
): View {
  if (affine === undefined) return plainView(shape, spacing);
  const sizes = spacingOf(affine);
  const directions = axisDirections(affine);
  const arrayAxis = (world: number) => directions.findIndex((direction) => direction.world === world);
  const normal = shape.length === 2 ? 2 : acquisitionAxis(sizes, arrayAxis(2));
  const plane = directions[normal]!.world;
  const [across, down] = [[1, 2], [0, 2], [0, 1]][plane]!.map(arrayAxis) as [number, number]; // biome-ignore format: one row
  const letters = ([across, down] as const).map((axis) => directions[axis]!.world);
  return {
    normal,
    horizontal: across,
    vertical: down,
    // right, anterior and superior come first on the page
    reversed: [normal, across, down].map((axis) => directions[axis]!.sign === 1) as [
      boolean,
      boolean,
      boolean,
    ],
    pixelWidth: Math.hypot(...columnOf(affine, across)) || 1,
    pixelHeight: Math.hypot(...columnOf(affine, down)) || 1,
    edges: {
      left: positive[letters[0]!]!,
      right: negative[letters[0]!]!,
      top: positive[letters[1]!]!,
      bottom: negative[letters[1]!]!,
    },
    name: names[plane],
  };
}

function acquisitionAxis(sizes: readonly number[], axial: number): number {
  const thickest = sizes.indexOf(Math.max(...sizes));
  const others = sizes.filter((_, axis) => axis !== thickest);
  return sizes[thickest]! > 1.5 * Math.max(...others) ? thickest : axial;
}

/** Without geometry an array is shown as a matrix: the first axis down, the second to the right. */
const plainView = (shape: readonly number[], spacing: readonly number[]): View => ({
  normal: 2,
  horizontal: 1,
  vertical: 0,
  reversed: [false, false, false],
  pixelWidth: spacing[1] ?? 1,
  pixelHeight: spacing[0] ?? 1,
  edges: null,
  name: shape.length === 2 ? "image" : "axial",
});
