import { type Point, spacingOf, transformPoint } from "../../data/affine.ts";
import type { Affine } from "../../data/medical_image.ts";
import type { Sample } from "../../data/sample.ts";
import { sizeOf } from "../../data/spatial.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import { imageOf } from "./image_of.ts";

/** Corners of one grid may lie this far, in voxels, from those of the other: more than headers lose by rounding. */
const tolerance = 0.1;

/**
 * Checks that fields which are cut and turned together lie on one grid. Another size is an error; another place in
 * the world is a warning, because headers are often wrong where voxels are right.
 * @throws TomoError TOMO_FIELD_NOT_IMAGE, TOMO_SHAPE_MISMATCH
 */
export function requireSameGrid(
  sample: Sample,
  fields: readonly string[],
  warn: (message: string) => void,
): void {
  const [first, ...others] = fields as [string, ...string[]];
  const reference = imageOf(sample, first);
  for (const field of others) {
    const image = imageOf(sample, field);
    if (sizeOf(image).join() !== sizeOf(reference).join())
      throw new TomoError("TOMO_SHAPE_MISMATCH", `field "${field}" has another size than field "${first}"`, {
        where: { case: sample.caseId, field },
        given: `${first} ${sizeOf(reference).join("x")}, ${field} ${sizeOf(image).join("x")} voxels`,
        expected: "the same spatial size",
        hint: "check that the files belong to the same case and were resampled alike",
      });
    const [left, right] = [reference.properties.affine, image.properties.affine];
    const apart = left && right && gridDistance(left, right, sizeOf(image));
    if (apart)
      warn(
        `case ${sample.caseId}: by their affines the fields ${first} and ${field} lie up to ${apart.toFixed(1)} mm apart; their voxels are taken as they come`,
      );
  }
}

/** Largest distance in mm between equal corners of two grids of one size; 0 where it is within rounding. */
export function gridDistance(left: Affine, right: Affine, size: readonly number[]): number {
  const corners = [...Array(8).keys()].map(
    (n) => [0, 1, 2].map((axis) => ((n >> axis) & 1) * ((size[axis] ?? 1) - 1)) as unknown as Point,
  );
  const distance = (corner: Point) => {
    const [p, q] = [transformPoint(left, corner), transformPoint(right, corner)];
    return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
  };
  const mm = Math.max(...corners.map(distance));
  return mm > tolerance * Math.min(...spacingOf(left)) ? mm : 0;
}
