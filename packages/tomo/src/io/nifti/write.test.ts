import * as nodeFs from "node:fs";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { affineMultiply, determinantOf, spacingOf } from "../../data/affine.ts";
import { describeWithOracle, runOracle } from "../../testing/oracle.ts";
import { temporaryFolder } from "../../testing/temporary_folder.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { type VoxelArray, type VoxelType, voxelTypes } from "./datatypes.ts";
import { readNifti, readNiftiHeader } from "./read.ts";
import { writeNifti } from "./write.ts";

const folder = temporaryFolder();
const dtypes = Object.keys(voxelTypes) as VoxelType[];
const shear = [2, 0.3, 0, -90, 0, 2, 0, 40, 0, 0, 5, 7, 0, 0, 0, 1];

/** Rotations by Euler angles times anisotropic scale, mirrored or not: what scanners write. */
const rigid = fc
  .record({
    angles: fc.array(fc.double({ min: -Math.PI, max: Math.PI, noNaN: true }), { minLength: 3, maxLength: 3 }),
    sizes: fc.array(fc.double({ min: 0.2, max: 8, noNaN: true }), { minLength: 3, maxLength: 3 }),
    mirrored: fc.boolean(),
  })
  .map(({ angles, sizes, mirrored }) => rigidAffine(angles, sizes, mirrored));

function rigidAffine(angles: readonly number[], sizes: readonly number[], mirrored: boolean): number[] {
  const turn = (axis: number, angle: number) => {
    const [a, b] = [0, 1, 2].filter((other) => other !== axis) as [number, number];
    const matrix = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
    matrix[5 * a] = matrix[5 * b] = Math.cos(angle);
    matrix[4 * a + b] = -Math.sin(angle);
    matrix[4 * b + a] = Math.sin(angle);
    return matrix;
  };
  const scale = [
    sizes[0]! * (mirrored ? -1 : 1),
    0,
    0,
    -12.5,
    0,
    sizes[1]!,
    0,
    30.25,
    0,
    0,
    sizes[2]!,
    7,
    0,
    0,
    0,
    1,
  ];
  return [0, 1, 2].reduce<readonly number[]>(
    (m, axis) => affineMultiply(turn(axis, angles[axis]!), m),
    scale,
  ) as number[];
}

/** Extremes of the type, then a ramp. */
function voxels(dtype: VoxelType, count: number): VoxelArray {
  const { array, bytes } = voxelTypes[dtype];
  const data = new array(count);
  for (let n = 0; n < count; n++)
    data[n] = (typeof data[0] === "bigint" ? BigInt(n) : n / (dtype.startsWith("f") ? 4 : 1)) as never;
  const top = 2 ** (8 * bytes - (dtype.startsWith("i") ? 1 : 0)) - 1;
  if (typeof data[0] === "bigint") (data as BigInt64Array)[count - 1] = -1n;
  else data[count - 1] = dtype.startsWith("f") ? -1.5e30 : top;
  return data as VoxelArray;
}

describe("writeNifti", () => {
  it.each(
    dtypes.flatMap(
      (dtype) =>
        [
          [dtype, "nii"],
          [dtype, "nii.gz"],
        ] as const,
    ),
  )("%s .%s comes back as it was", (dtype, extension) => {
    const path = join(folder, `${dtype}.${extension}`);
    const data = voxels(dtype, 24);
    writeNifti(path, { shape: [2, 3, 4], data, affine: shear, description: "a test", formCode: 2 });
    const image = readNifti(path);
    expect(image.data).toEqual(data);
    expect(image).toMatchObject({
      version: 1, shape: [2, 3, 4], dtype, slope: 1, inter: 0, description: "a test", sformCode: 2, qformCode: 0, warnings: [],
    }); // biome-ignore format: one row
    for (const [n, value] of shear.entries()) expect(image.affine[n]).toBeCloseTo(value, 6);
    expect(image.spacing.map((size) => Math.fround(size))).toEqual(image.pixdim);
  });

  it("keeps 1 to 7 axes", () => {
    for (let rank = 1; rank <= 7; rank++) {
      const shape = [2, 3, 1, 2, 1, 3, 2].slice(0, rank);
      const data = voxels(
        "int16",
        shape.reduce((a, b) => a * b, 1),
      );
      writeNifti(join(folder, "rank.nii"), { shape, data, affine: shear });
      expect(readNifti(join(folder, "rank.nii"))).toMatchObject({ shape, data });
    }
  });

  it("is NIfTI-2 when an axis is longer than 32,767", () => {
    const path = join(folder, "long.nii.gz");
    writeNifti(path, { shape: [40_000, 1, 2], data: new Uint8Array(80_000).fill(3), affine: shear });
    expect(readNifti(path)).toMatchObject({ version: 2, shape: [40_000, 1, 2], affine: shear });
  });

  it("says the same in qform and sform when the affine is a rotation with scales", () => {
    const path = join(folder, "q.nii");
    fc.assert(
      fc.property(rigid, (affine) => {
        writeNifti(path, { shape: [1, 1, 1], data: new Uint8Array(1), affine });
        expect(readNiftiHeader(path)).toMatchObject({ affineSource: "sform", qformCode: 1 });
        const bytes = readFileSync(path);
        bytes.writeInt16LE(0, 254); // sform code
        writeFileSync(path, bytes);
        const fromQform = readNiftiHeader(path);
        expect(fromQform.affineSource).toBe("qform");
        // a = √(1 - b² - c² - d²) of float32 components: near half turns it is good to √1e-7 only
        const tolerance = 1e-3 * Math.max(...spacingOf(affine));
        for (const [n, value] of affine.entries())
          expect(Math.abs(fromQform.affine[n]! - value)).toBeLessThan(tolerance);
        expect(Math.sign(determinantOf(fromQform.affine))).toBe(Math.sign(determinantOf(affine)));
      }),
      { numRuns: 200 },
    );
  });

  it("converts to the type asked for", () => {
    const path = join(folder, "cast.nii");
    writeNifti(path, { shape: [4], data: Float32Array.of(0, 0.9, 2, 999), affine: shear, dtype: "uint8" });
    expect(readNifti(path).data).toEqual(Uint8Array.of(0, 1, 2, 255));
  });

  it("gives equal bytes for equal images", () => {
    const image = { shape: [10, 10, 10], data: voxels("int16", 1000), affine: shear };
    for (const name of ["one.nii.gz", "two.nii.gz"]) writeNifti(join(folder, name), image);
    expect(readFileSync(join(folder, "one.nii.gz"))).toEqual(readFileSync(join(folder, "two.nii.gz")));
  });

  it("leaves nothing when the disk is full", () => {
    const sub = join(folder, "full");
    nodeFs.mkdirSync(sub);
    const writeSync = () => {
      throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC", syscall: "write" });
    };
    const act = () =>
      writeNifti(
        join(sub, "a.nii"),
        { shape: [1], data: new Uint8Array(1), affine: shear },
        { fs: { ...nodeFs, writeSync } },
      );
    expect(tomoErrorOf(act).code).toBe("TOMO_WRITE_FAILED");
    expect(readdirSync(sub)).toEqual([]);
  });

  it.each([
    ["a name of another format", "a.mha", {}],
    ["a shape that does not fit the voxels", "a.nii", { shape: [3, 3] }],
    ["an axis without voxels", "a.nii", { shape: [0] }],
    ["an affine that is not finite", "a.nii", { affine: shear.with(3, Number.NaN) }],
  ])("refuses %s", (_, name, change) => {
    const image = { shape: [2, 3], data: new Uint8Array(6), affine: shear, ...change };
    expect(() => writeNifti(join(folder, name), image)).toThrow(RangeError);
  });
});

describeWithOracle(["nibabel"], "writeNifti against nibabel", () => {
  const script = `
import sys, json, numpy as np, nibabel
result = []
for path in sys.argv[1:]:
    image = nibabel.load(path)
    voxels = np.asarray(image.dataobj)
    result.append(dict(shape=list(image.shape), dtype=str(voxels.dtype), kind=type(image).__name__,
        affine=image.affine.ravel().tolist(), voxels=voxels.ravel(order="F").tolist(),
        qform=None if image.header["qform_code"] == 0 else image.get_qform().ravel().tolist(),
        zooms=[float(z) for z in image.header.get_zooms()], description=str(image.header["descrip"].item().decode())))
print(json.dumps(result))`;
  interface Seen {
    shape: number[];
    dtype: string;
    kind: string;
    affine: number[];
    voxels: number[];
    qform: number[] | null;
    zooms: number[];
    description: string;
  }

  it("nibabel reads the same voxels, types and affines, NIfTI-2 and sheared ones too", () => {
    const affines = [
      shear,
      rigidAffine([0.3, -1.2, 2], [0.8, 1.2, 2.5], true),
      rigidAffine([0, 0, Math.PI], [1, 1, 3], false),
    ];
    const images = dtypes.flatMap((dtype, n) => [
      {
        shape: [2, 3, 4],
        data: voxels(dtype, 24),
        affine: affines[n % 3]!,
        path: join(folder, `o${n}.nii.gz`),
      },
      {
        shape: [32_768, 1, 1],
        data: voxels(dtype, 32_768),
        affine: affines[n % 3]!,
        path: join(folder, `o${n}.nii`),
      },
    ]);
    for (const { path, ...image } of images) writeNifti(path, image);
    const seen = runOracle<Seen[]>(
      script,
      images.map(({ path }) => path),
    );
    for (const [n, { shape, data, affine }] of images.entries()) {
      const image = seen[n]!;
      expect(image).toMatchObject({
        shape,
        description: "Tomo",
        kind: shape[0]! > 32767 ? "Nifti2Image" : "Nifti1Image",
      });
      expect(voxelTypes[image.dtype as VoxelType].array).toBe(data.constructor);
      expect(image.voxels).toEqual(Array.from(data as ArrayLike<number | bigint>, Number));
      for (const [at, value] of affine.entries()) {
        expect(image.affine[at]).toBeCloseTo(value, 5);
        if (image.qform !== null) expect(image.qform[at]).toBeCloseTo(value, 4);
      }
      expect(image.qform === null).toBe(affine === shear);
    }
  });
});
