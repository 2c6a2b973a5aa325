import { verifyNifti } from "../../io/nifti/read.ts";
import { boolean, fields } from "../args.ts";
import { defineFileLoader } from "./file_loader.ts";
import { niftiFacts, readNiftiImage } from "./nifti_image.ts";

export const LoadNifti = defineFileLoader({
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
  kind: "a NIfTI file",
  read: readNiftiImage,
  verify: verifyNifti,
  facts: ({ as_closest_canonical: canonical, nii_is_channels_first: first }, list) => ({
    formats: list ? ["CHW", "CDHW"] : ["HW", "HWC", "DHW", "DHWC", ...(first ? (["CDHW"] as const) : [])],
    affine: true,
    ...(canonical ? { grid: "canonical file", loadedGrid: "canonical file" } : {}),
  }),
  look: niftiFacts,
});
