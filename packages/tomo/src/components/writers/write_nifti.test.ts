import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { liveTensors, ops, scope, tensor } from "@tomo/torch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { affineInverse, affineMultiply, identityAffine, transformPoint } from "../../data/affine.ts";
import { medicalImage } from "../../data/medical_image.ts";
import { closestCanonical } from "../../data/orientation.ts";
import type { FieldValue, Sample } from "../../data/sample.ts";
import { readNifti } from "../../io/nifti/read.ts";
import { temporaryFolder } from "../../testing/temporary_folder.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { orientLike } from "./orient_like.ts";
import { WriteNifti } from "./write_nifti.ts";

const root = temporaryFolder();
const affine = [-2, 0, 0, 90, 0, 0, 3, -40, 0, 1.5, 0, 7, 0, 0, 0, 1];
const context = {
  caseFolder: (sample: Sample, folder: string): string => {
    const path = join(folder, sample.caseId);
    mkdirSync(path, { recursive: true });
    return path;
  },
  datalistPath: ({ caseId }: Sample): string => `${caseId}.nii.gz`,
};
const sampleOf = (fields: Record<string, FieldValue>): Sample => ({ caseId: "spleen_8", index: 0, fields });
const ramp = (shape: readonly number[]) =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, n) => n),
    shape,
  );
function write(sample: Sample, args: object = {}): string {
  const parsed = WriteNifti.args.parse({ field: "model", write_path: root, ...args });
  const [path] = WriteNifti.build(parsed).write(sample, context);
  return path!;
}
const modelOf = (shape: readonly number[], properties: object = { affine }) =>
  medicalImage(ramp(shape), shape.length === 4 ? "CDHW" : "DHW", properties);

describe("WriteNifti", () => {
  it("writes <case>/<case>_<field>.nii.gz with affine and voxels in their places", () => {
    scope(() => {
      const path = write(sampleOf({ model: modelOf([1, 2, 3, 4]) }), { dtype: "uint8" });
      expect(path).toBe(join(root, "spleen_8", "spleen_8_model.nii.gz"));
      const file = readNifti(path);
      expect(file).toMatchObject({ shape: [2, 3, 4], dtype: "uint8", affine });
      // NIfTI order: the first axis runs fastest
      expect([...file.data].slice(0, 4)).toEqual([0, 12, 4, 16]);
    });
  });

  it("makes channels the fourth axis, drops axes of one voxel on request, leaves .gz away", () => {
    scope(() => {
      const path = write(sampleOf({ model: modelOf([2, 1, 3, 4]) }), { compressed: false });
      expect(path).toMatch(/_model\.nii$/);
      expect(readNifti(path)).toMatchObject({ shape: [1, 3, 4, 2], dtype: "float32" });
      expect(readNifti(write(sampleOf({ model: modelOf([2, 1, 3, 4]) }), { squeeze: true })).shape).toEqual([
        3, 4, 2,
      ]);
    });
  });

  it("rounds to integers, and refuses what the type cannot hold", () => {
    scope(() => {
      const image = (values: readonly number[]) =>
        sampleOf({ model: medicalImage(tensor(values, [1, 1, values.length]), "DHW", { affine }) });
      expect([...readNifti(write(image([0.4, 0.6, 255.4]), { dtype: "uint8" })).data]).toEqual([0, 1, 255]);
      for (const values of [[-1], [256], [Number.NaN]]) {
        const error = tomoErrorOf(() => write(image(values), { dtype: "uint8" }));
        expect(error.code).toBe("TOMO_VALUE_RANGE");
        expect(error.where).toMatchObject({ case: "spleen_8", field: "model" });
      }
    });
  });

  it("refuses a field without affine unless the identity is asked for", () => {
    scope(() => {
      const sample = sampleOf({ model: modelOf([2, 2, 2], {}) });
      const error = tomoErrorOf(() => write(sample));
      expect(error.code).toBe("TOMO_NO_AFFINE");
      expect(error.hint).toContain("CopyProperties");
      expect(readNifti(write(sample, { use_identity: true })).affine).toEqual(identityAffine);
    });
  });

  it("turns back to the file's orientation with revert_canonical, also when only the input knows it", () => {
    scope(() => {
      const file = ramp([2, 3, 4]);
      const { order, flip, affine: canonical } = closestCanonical(affine, [2, 3, 4]);
      const turned = ops.permute(file, order);
      const loaded = ops.flip(
        turned,
        [0, 1, 2].filter((axis) => flip[axis]),
      );
      const image = medicalImage(loaded, "DHW", { affine: canonical, fileAffine: affine });
      const model = medicalImage(loaded, "DHW", { affine: canonical });
      const written = readNifti(write(sampleOf({ image, model }), { revert_canonical: true }));
      expect(written.shape).toEqual([2, 3, 4]);
      written.affine.forEach((value, n) => {
        expect(value).toBeCloseTo(affine[n]!, 5);
      });
      expect([...written.data].slice(0, 4)).toEqual([0, 12, 4, 16]);
    });
  });

  it("keeps every voxel in its place in the world when axes are transposed", () => {
    scope(() => {
      const written = readNifti(
        write(sampleOf({ model: modelOf([2, 3, 4]) }), { transpose_axes: [2, 0, 1] }),
      );
      expect(written.shape).toEqual([4, 2, 3]);
      expect(transformPoint(written.affine, [3, 1, 2])).toEqual(transformPoint(affine, [1, 2, 3]));
    });
    const parsed = WriteNifti.args.parse({ field: "a", write_path: "b", transpose_axes: [0, 0, 1] });
    expect(WriteNifti.check!(parsed)[0]!.argument).toBe("transpose_axes");
  });

  it("frees what it makes", () => {
    const sample = sampleOf({ model: modelOf([2, 3, 4]) });
    const live = liveTensors();
    write(sample, { dtype: "int16" });
    expect(liveTensors()).toBe(live);
  });
});

describe("orientLike", () => {
  const turns = fc.record({
    order: fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
    signs: fc.tuple(fc.constantFrom(1, -1), fc.constantFrom(1, -1), fc.constantFrom(1, -1)),
  });
  const axisAffine = ({ order, signs }: { order: number[]; signs: number[] }) => {
    const matrix = new Array<number>(16).fill(0);
    order.forEach((world, axis) => {
      matrix[4 * world + axis] = signs[axis]! * (axis + 1);
    });
    matrix[15] = 1;
    return matrix;
  };

  it("keeps each voxel's place in the world, and its axes run as the target's", () => {
    fc.assert(
      fc.property(turns, turns, (from, to) => {
        scope(() => {
          const affine = axisAffine(from);
          const result = orientLike({ data: ramp([2, 3, 4]), affine }, axisAffine(to));
          expect(axisAffine(to).map(Math.sign)).toEqual(
            result.affine.map((v, n) => (n % 4 === 3 && n < 15 ? 0 : Math.sign(v) + 0)),
          );
          const index = affineMultiply(affineInverse(affine), result.affine);
          const [, rows, columns] = result.data.shape as [number, number, number];
          result.data.toArray().forEach((value, n) => {
            const at = [
              Math.floor(n / (rows * columns)),
              Math.floor(n / columns) % rows,
              n % columns,
            ] as const;
            const [i, j, k] = transformPoint(index, at).map(Math.round) as [number, number, number];
            expect(value).toBe(12 * i + 4 * j + k);
          });
        });
      }),
      { numRuns: 40 },
    );
  });
});
