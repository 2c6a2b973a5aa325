import { ops } from "@tomo/torch";
import { type MedicalImage, medicalImage } from "../../data/medical_image.ts";
import { type FieldValue, isImage, type Sample, withFields } from "../../data/sample.ts";
import type { ShapeFormat } from "../../data/shape_format.ts";
import { sizeOf } from "../../data/spatial.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import { boolean, fields } from "../args.ts";
import { atField, defineTransform } from "./define.ts";
import { type NiftiOptions, readNiftiImage } from "./nifti_image.ts";
import { gridDistance } from "./same_grid.ts";

export const LoadNifti = defineTransform({
  name: "LoadNifti",
  summary: "Reads .nii, .nii.gz or .hdr/.img files as float32 arrays in the order of the file's axes.",
  notes: [
    "The axes are those of the file, in order: nothing is transposed, and affine maps array indices to RAS+ millimetres (sform, else qform, else the voxel sizes, as in nibabel). Intensities are scaled by the header's slope and intercept.",
    "The layout is HW or DHW; a file with a longer fourth axis, or with colours, is HWC or DHWC. Axes of length 1 after the third are dropped. Two longer axes after the third are refused.",
    "nii_is_channels_first: a file of four axes has its channels first (CDHW); has no effect on files of two or three.",
    "A list of files gives one channel each, in that order, channels first (CDHW); all must have one shape, and files with channels of their own are refused.",
    "as_closest_canonical permutes and reverses the axes so that they run as closely as possible to right, anterior, superior (nibabel as_closest_canonical); no interpolation. 2-D files are left as they are.",
    "Sets the properties affine, original_shape and original_affine (after as_closest_canonical) and file_name.",
  ],
  args: {
    fields: fields("Names of the fields that hold a path or a list of paths."),
    as_closest_canonical: boolean("Reorient to the axes closest to RAS+.").default(false),
    nii_is_channels_first: boolean("Files with four axes have their channels first, not last.").default(
      false,
    ),
  },
  apply: ({ fields: names, ...options }, sample, { warn }) =>
    withFields(
      sample,
      Object.fromEntries(
        names.map((field) => [
          field,
          atField(sample, field, () => {
            const tell = (message: string) => warn(`case ${sample.caseId}, field ${field}: ${message}`);
            const paths = pathsIn(sample, field);
            return typeof paths === "string"
              ? readNiftiImage(paths, options, tell)
              : stacked(paths, options, tell);
          }),
        ]),
      ),
    ),
});

function pathsIn(sample: Sample, field: string): string | readonly string[] {
  const value = sample.fields[field];
  if (isPath(value)) return value;
  if (Array.isArray(value) && value.length > 0 && value.every(isPath)) return value;
  throw new TomoError("TOMO_FIELD_NOT_PATH", `field "${field}" holds ${describe(value)}, not a path`, {
    where: { case: sample.caseId, field },
    expected: "the path of a NIfTI file, or a list of paths",
    hint:
      value === undefined
        ? `the case has the fields ${Object.keys(sample.fields).join(", ") || "none"}`
        : undefined,
  });
}

const isPath = (value: FieldValue | undefined): value is string => typeof value === "string" && value !== "";

const describe = (value: FieldValue | undefined): string =>
  value === undefined
    ? "nothing"
    : isImage(value)
      ? "an image that is loaded already"
      : JSON.stringify(value);

/** One channel a file. */
function stacked(
  paths: readonly string[],
  options: NiftiOptions,
  warn: (message: string) => void,
): MedicalImage {
  const images = paths.map((path) => readNiftiImage(path, options, warn));
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
    const apart = gridDistance(first.properties.affine!, image.properties.affine!, sizeOf(first));
    if (apart) warn(`${paths[n]} lies up to ${apart.toFixed(1)} mm apart from ${paths[0]}`);
  }
  const data = ops.stack(images.map((image) => image.data));
  return medicalImage(data, `C${first.format}` as ShapeFormat, first.properties);
}
