import { describe, expect, it } from "vitest";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { parseHeader, voxelBytes } from "./header.ts";
import { type Field, type HeaderLayout, nifti1, nifti2, readField, writeField } from "./layout.ts";

type Changes = Partial<
  Record<Exclude<keyof HeaderLayout, "size" | "dataStart" | "magic" | "description">, number[]>
>;

/** A valid header of a 4×5×6 int16 image with 1×2×3 mm voxels, with some fields changed. */
function headerWith(changes: Changes = {}, layout = nifti1, magic = layout.magic.single): Uint8Array {
  const bytes = new Uint8Array(layout.size);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, layout.size, true);
  bytes.set(Buffer.from(magic, "latin1"), layout.magic.offset);
  const fields: Changes = {
    dim: [3, 4, 5, 6, 1, 1, 1, 1],
    datatype: [4],
    pixdim: [1, 1, 2, 3],
    voxOffset: [layout.dataStart],
    ...changes,
  };
  for (const [name, values] of Object.entries(fields))
    writeField(view, layout[name as keyof Changes] as Field, values);
  return bytes;
}
const parse = (changes: Changes = {}, layout = nifti1) =>
  parseHeader(headerWith(changes, layout), "scan.nii");
const refusal = (changes: Changes, layout = nifti1) => tomoErrorOf(() => parse(changes, layout));

describe("parseHeader", () => {
  it.each([[nifti1], [nifti2]])("reads the fields of either version", (layout) => {
    const header = parse({ intentCode: [1007], qformCode: [3], qform: [0, 0, 0, 7, 8, 9] }, layout);
    expect(header).toMatchObject({
      version: layout === nifti1 ? 1 : 2,
      shape: [4, 5, 6],
      dtype: "int16",
      voxOffset: layout.dataStart,
      pixdim: [1, 2, 3],
      spacing: [1, 2, 3],
      intentCode: 1007,
      affineSource: "qform",
      affine: [1, 0, 0, 7, 0, 2, 0, 8, 0, 0, 3, 9, 0, 0, 0, 1],
      warnings: [],
    });
    expect(voxelBytes(header)).toBe(4 * 5 * 6 * 2);
  });

  it("scales unless the slope is 0 or NaN; then the intercept does not count", () => {
    expect(parse({ slope: [0.5], inter: [-3] })).toMatchObject({ slope: 0.5, inter: -3 });
    for (const slope of [0, Number.NaN, Infinity])
      expect(parse({ slope: [slope], inter: [7] })).toMatchObject({ slope: 1, inter: 0 });
    expect(refusal({ slope: [2], inter: [Number.NaN] }).code).toBe("TOMO_FILE_DAMAGED");
  });

  it("prefers sform to qform to voxel sizes, and passes over a form that cannot be", () => {
    const sform = [0, -2, 0, 1, 1, 0, 0, 2, 0, 0, 3, 3];
    const all: Changes = { sformCode: [2], sform, qformCode: [1], qform: [0, 0, 0, 7, 8, 9] };
    expect(parse(all)).toMatchObject({ affineSource: "sform", affine: [...sform, 0, 0, 0, 1] });
    expect(parse({ ...all, sformCode: [0] }).affineSource).toBe("qform");
    // x runs to the left and the centre of the volume is the origin
    expect(parse({ ...all, sformCode: [0], qformCode: [0] })).toMatchObject({
      affineSource: "pixdim",
      affine: [-1, 0, 0, 1.5, 0, 2, 0, -4, 0, 0, 3, -7.5, 0, 0, 0, 1],
    });
    for (const broken of [new Array<number>(12).fill(0), sform.with(3, Number.NaN)]) {
      const header = parse({ ...all, sform: broken });
      expect(header.affineSource).toBe("qform");
      expect(header.warnings).toEqual(["the sform is singular or not finite and is not used"]);
    }
  });

  it("takes a quaternion longer than 1 by rounding as a half turn, and qfac -1 as a mirrored last axis", () => {
    const { affine } = parse({ qformCode: [1], qform: [0, 0, 1 + 1e-6, 0, 0, 0], pixdim: [-1, 1, 2, 3] });
    for (const [n, value] of [-1, 0, 0, 0, 0, -2, 0, 0, 0, 0, -3, 0, 0, 0, 0, 1].entries())
      expect(affine[n]).toBeCloseTo(value, 6);
  });

  it("mends voxel sizes and says so", () => {
    const header = parse({ pixdim: [1, -1, 0, Number.NaN] });
    expect(header.spacing).toEqual([1, 1, 1]);
    expect(header.warnings).toEqual(["the voxel sizes -1, 0, NaN are not all positive"]);
  });

  it("warns of units that are not millimetres", () => {
    expect(parse({ units: [3] }).warnings[0]).toMatch(/micrometres/);
    expect(parse({ units: [2 | 8] }).warnings).toEqual([]);
  });

  it("takes vox_offset 0 as right after the header", () => {
    expect(parse({ voxOffset: [0] }).voxOffset).toBe(352);
    expect(parseHeader(headerWith({ voxOffset: [0] }, nifti1, "ni1\0"), "a.hdr")).toMatchObject({
      pair: true,
      voxOffset: 0,
    });
  });

  it.each([
    ["no axes", { dim: [0] }, "TOMO_FILE_DAMAGED", /number of axes/],
    ["eight axes", { dim: [8] }, "TOMO_FILE_DAMAGED", /number of axes/],
    ["an axis of length 0", { dim: [3, 4, 0, 6] }, "TOMO_FILE_DAMAGED", /shape/],
    ["an axis of negative length", { dim: [3, 4, -5, 6] }, "TOMO_FILE_DAMAGED", /shape/],
    ["an unknown voxel type", { datatype: [77] }, "TOMO_FILE_DAMAGED", /type 77/],
    ["voxel type 0", { datatype: [0] }, "TOMO_NIFTI_UNSUPPORTED", /does not say/],
    ["float128", { datatype: [1536] }, "TOMO_NIFTI_UNSUPPORTED", /128-bit/],
    ["complex voxels", { datatype: [32] }, "TOMO_NIFTI_UNSUPPORTED", /magnitude/],
    ["voxels inside the header", { voxOffset: [100] }, "TOMO_FILE_DAMAGED", /position/],
    ["voxels before the file", { voxOffset: [-352] }, "TOMO_FILE_DAMAGED", /position/],
    ["a position that is no integer", { voxOffset: [400.5] }, "TOMO_FILE_DAMAGED", /position/],
    ["a position that is not finite", { voxOffset: [Infinity] }, "TOMO_FILE_DAMAGED", /position/],
  ] as const)("refuses %s", (_, changes, code, message) => {
    const error = refusal(changes as unknown as Changes);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).toContain("scan.nii");
  });

  it("refuses NIfTI-2 sizes whose product is beyond any file", () => {
    expect(refusal({ dim: [3, 2 ** 40, 2 ** 40, 2 ** 40] }, nifti2).code).toBe("TOMO_FILE_DAMAGED");
  });

  it("tells an empty file, Analyze 7.5 and other content apart, and a header that is cut", () => {
    const messageOf = (bytes: Uint8Array) => tomoErrorOf(() => parseHeader(bytes, "a.nii")).message;
    expect(messageOf(new Uint8Array(0))).toBe("a.nii is empty");
    expect(messageOf(headerWith({}, nifti1, "\0\0\0\0"))).toMatch(/Analyze/);
    expect(messageOf(headerWith({}, nifti1, "NRRD"))).toMatch(/is not NIfTI/);
    expect(messageOf(Uint8Array.of(1, 2))).toMatch(/is not NIfTI/);
    expect(messageOf(headerWith().subarray(0, 347))).toMatch(/ends too early/);
  });
});

describe("layout", () => {
  it.each([[nifti1], [nifti2]])("gives every field a place of its own inside the header", (layout) => {
    const counts: Record<string, number> = { dim: 8, pixdim: 8, qform: 6, sform: 12 };
    const bytes: Record<string, number> = { uint8: 1, int16: 2, int32: 4, int64: 8, float32: 4, float64: 8 };
    const used = new Uint8Array(layout.size);
    const take = (offset: number, length: number) => {
      for (let byte = offset; byte < offset + length; byte++) used[byte]!++;
    };
    take(0, 4);
    take(layout.magic.offset, layout.magic.single.length);
    take(layout.description, 80);
    for (const [name, field] of Object.entries(layout))
      if (Array.isArray(field)) take(field[0], (counts[name] ?? 1) * bytes[field[1]]!);
    expect(used).toHaveLength(layout.size);
    expect(Math.max(...used)).toBe(1);
  });

  it("reads big-endian too", () => {
    const view = new DataView(new ArrayBuffer(540));
    view.setBigInt64(24, 9n, false);
    view.setFloat64(112, 2.5, false);
    expect(readField(view, nifti2.dim, false, 1)).toBe(9);
    expect(readField(view, nifti2.pixdim, false, 1)).toBe(2.5);
  });
});
