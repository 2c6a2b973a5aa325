import { ops } from "@tomo/torch";
import { type MedicalImage, medicalImage } from "../../data/medical_image.ts";
import type { ShapeFormat } from "../../data/shape_format.ts";
import { sizeOf } from "../../data/spatial.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import { gridDistance } from "./same_grid.ts";

/**
 * One channel a file, channels first, with the geometry of the first.
 * @throws TomoError TOMO_IMAGE_UNFIT for a file with channels of its own, TOMO_SHAPE_MISMATCH
 */
export function stackFiles(
  paths: readonly string[],
  read: (path: string) => MedicalImage,
  warn: (message: string) => void,
): MedicalImage {
  const images = paths.map(read);
  const [first] = images as [MedicalImage, ...MedicalImage[]];
  for (const [n, image] of images.entries()) {
    if (image.format.includes("C"))
      throw new TomoError("TOMO_IMAGE_UNFIT", `${paths[n]} has channels of its own`, {
        where: { file: paths[n] },
        given: `${image.format} [${image.data.shape.join(", ")}]`,
        expected: "files of one channel, since each file of a list becomes one",
      });
    if (image.data.shape.join() !== first.data.shape.join())
      throw new TomoError("TOMO_SHAPE_MISMATCH", `${paths[n]} has another shape than ${paths[0]}`, {
        where: { file: paths[n] },
        given: `${image.data.shape.join("x")} and ${first.data.shape.join("x")} voxels`,
        expected: "one shape for all files of a list",
      });
    const [here, there] = [first.properties.affine, image.properties.affine];
    const apart = here && there && gridDistance(here, there, sizeOf(first));
    if (apart) warn(`${paths[n]} lies up to ${apart.toFixed(1)} mm apart from ${paths[0]}`);
  }
  const data = ops.stack(images.map((image) => image.data));
  return medicalImage(data, `C${first.format}` as ShapeFormat, first.properties);
}
