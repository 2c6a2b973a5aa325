import { join } from "node:path";
import { isFloating, ops, scope, type Tensor } from "@tomo/torch";
import { z } from "zod";
import { affineAfterPermute, identityAffine } from "../../data/affine.ts";
import { channelsFirst } from "../../data/channels_first.ts";
import type { Affine, MedicalImage } from "../../data/medical_image.ts";
import type { Sample } from "../../data/sample.ts";
import { spatialRank } from "../../data/shape_format.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import type { VoxelArray } from "../../io/nifti/datatypes.ts";
import { writeNifti } from "../../io/nifti/write.ts";
import { boolean, field, string } from "../args.ts";
import { defineWriter } from "../define.ts";
import { imageFacts } from "../effects/effect.ts";
import { valuesText } from "../effects/facts.ts";
import { imageOf } from "../transforms/image_of.ts";
import { type Oriented, orientLike } from "./orient_like.ts";

/** Largest and smallest integer of each type that can be written; floating-point types hold everything. */
const ranges = {
  uint8: [0, 255],
  int8: [-128, 127],
  int16: [-32768, 32767],
  uint16: [0, 65535],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  float32: null,
  float64: null,
} as const;
type WrittenType = keyof typeof ranges;
const types = Object.keys(ranges) as [WrittenType, ...WrittenType[]];

export const WriteNifti = defineWriter({
  name: "WriteNifti",
  summary: "Writes a field of each case as <write_path>/<case>/<case>_<field>.nii.gz.",
  notes: [
    "The field needs an affine: predictions get it from their input by CopyProperties, or use_identity does without.",
    "A channel axis of one entry is dropped; more channels become the fourth axis of the file.",
    "Integer types are rounded to the nearest; a value that the type cannot hold is an error, since it would be another value in the file.",
    "The case is the file name of the input without .nii.gz, with its folder in front where two are equal.",
  ],
  args: {
    field: field("Field to write."),
    dtype: z.enum(types).default("float32").describe("Voxel type of the file."),
    write_path: string("Folder that the folders of the cases are made in.").min(1),
    use_identity: boolean("Write the identity as affine instead of the field's own.").default(false),
    compressed: boolean("Write .nii.gz instead of .nii.").default(true),
    revert_canonical: boolean(
      "Turn the axes back to the orientation of the input file, where LoadNifti changed it (as_closest_canonical).",
    ).default(false),
    transpose_axes: z
      .array(z.int().min(0))
      .nullable()
      .default(null)
      .describe("New order of the spatial axes; the affine follows, so voxels keep their place."),
    squeeze: boolean("Drop every axis of one voxel.").default(false),
  },
  check: ({ transpose_axes: order }) =>
    order === null || order.toSorted().every((axis, n) => axis === n)
      ? []
      : [{ argument: "transpose_axes", message: "is not an order of axes", expected: "such as [2, 1, 0]" }],
  effect:
    ({ field, dtype, use_identity }) =>
    (sample, context) => {
      const image = imageFacts(sample, field, ["field"], context);
      if (image?.affine === false && !use_identity)
        context.error({
          code: "TOMO_AFFINE_LOST",
          message: `the field "${field}" has no affine, so its place in the world is unknown`,
          argument: ["field"],
          hint: `add "${field}" to the fields of a CopyProperties with from_field "image" in post_transforms, or set use_identity`,
        });
      if (image?.values === "probability" && ranges[dtype] !== null)
        context.warn({
          code: "TOMO_ODD_VALUES",
          message: `the field "${field}" holds ${valuesText.probability}, which ${dtype} rounds to 0 and 1`,
          argument: ["dtype"],
          hint: "write float32, or make classes of them first (ArgmaxAcrossChannels, ThresholdValues)",
        });
    },
  build: (args) => ({
    field: args.field,
    write: (sample, context) => {
      const folder = context.caseFolder(sample, args.write_path);
      const name = `${sample.caseId.split("/").at(-1)}_${args.field}.nii${args.compressed ? ".gz" : ""}`;
      const path = join(folder, name);
      scope(() => writeNifti(path, fileOf(sample, args)));
      return [path];
    },
  }),
});

interface WriteArgs {
  readonly field: string;
  readonly dtype: WrittenType;
  readonly use_identity: boolean;
  readonly revert_canonical: boolean;
  readonly transpose_axes: readonly number[] | null;
  readonly squeeze: boolean;
}

function fileOf(sample: Sample, args: WriteArgs) {
  const image = imageOf(sample, args.field);
  const { data, affine } = transposed(oriented(sample, image, args), args.transpose_axes);
  const stored = args.squeeze ? squeezed(data) : data;
  return {
    shape: stored.shape,
    data: voxelsOf(stored, args.dtype, { case: sample.caseId, field: args.field }),
    affine,
    dtype: args.dtype,
    // aligned to another image: the input
    formCode: 2,
  } as const;
}

/** Spatial axes in file order, channels behind them, with the affine of this order. */
function oriented(sample: Sample, image: MedicalImage, args: WriteArgs): Oriented {
  const channels = channelsFirst(image);
  const data = channels.shape[0] === 1 ? ops.select(channels, 0, 0) : ops.movedim(channels, [0], [-1]);
  const affine = affineOfField(sample, image, args);
  const target = image.properties.fileAffine ?? fileAffineOf(sample);
  const turn = args.revert_canonical && target !== undefined && spatialRank(image.format) === 3;
  return turn ? orientLike({ data, affine }, target) : { data, affine };
}

function affineOfField(sample: Sample, { properties }: MedicalImage, args: WriteArgs): Affine {
  if (args.use_identity) return identityAffine;
  if (properties.affine !== undefined) return properties.affine;
  throw new TomoError(
    "TOMO_NO_AFFINE",
    `field "${args.field}" has no affine, so its place in the world is unknown`,
    {
      where: { case: sample.caseId, field: args.field },
      hint: `add CopyProperties(fields: "${args.field}", from_field: "image", properties: ["affine"]) to post_transforms, or set use_identity`,
    },
  );
}

/** Predictions seldom carry it themselves, since CopyProperties is asked for the affine only. */
const fileAffineOf = (sample: Sample): Affine | undefined =>
  Object.values(sample.fields).find(
    (value): value is MedicalImage =>
      typeof value === "object" &&
      value !== null &&
      "properties" in value &&
      value.properties.fileAffine !== undefined,
  )?.properties.fileAffine;

function transposed({ data, affine }: Oriented, order: readonly number[] | null): Oriented {
  if (order === null) return { data, affine };
  if (order.length > data.rank)
    throw new TomoError(
      "TOMO_SHAPE_MISMATCH",
      `transpose_axes orders ${order.length} axes, the image has ${data.rank}`,
    );
  const axes = [...order, ...data.shape.map((_, axis) => axis).slice(order.length)];
  return {
    data: ops.permute(data, axes),
    affine: affineAfterPermute(affine, [...order, ...[0, 1, 2].slice(order.length)]),
  };
}

const squeezed = (data: Tensor): Tensor => {
  const shape = data.shape.filter((length) => length > 1);
  return ops.reshape(data, shape.length === 0 ? [1] : shape);
};

/** Voxels with the first axis running fastest, as NIfTI stores them. */
function voxelsOf(data: Tensor, dtype: WrittenType, where: { case: string; field: string }): VoxelArray {
  const range = ranges[dtype];
  const values = range !== null && isFloating(data.dtype) ? ops.round(data) : data;
  if (range !== null) checkRange(values, dtype, range, where);
  const reversed = values.shape.map((_, axis) => values.rank - 1 - axis);
  return ops.contiguous(ops.toDtype(ops.permute(values, reversed), dtype)).toTypedArray<VoxelArray>();
}

function checkRange(
  values: Tensor,
  dtype: WrittenType,
  [low, high]: readonly [number, number],
  where: { case: string; field: string },
): void {
  const [least, most] = ops.aminmax(values).map((extreme) => extreme.item()) as [number, number];
  if (least >= low && most <= high) return;
  throw new TomoError("TOMO_VALUE_RANGE", `the values ${least} to ${most} do not fit into ${dtype}`, {
    where,
    expected: `values from ${low} to ${high}`,
    hint: "choose a wider dtype, such as int16 or float32",
  });
}
