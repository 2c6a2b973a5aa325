import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { scope } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { caseOf, classes, filled, obliqueAffine, ramp } from "../../conformance/images.ts";
import { medicalImage } from "../../data/medical_image.ts";
import { readNifti } from "../../io/nifti/read.ts";
import { temporaryFolder } from "../../testing/temporary_folder.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import {
  applyTransform,
  describeTransform,
  expectSamePlaces,
  imageIn,
} from "../../testing/transform_harness.ts";
import { FastCropByPosNegRatio } from "./fast_crop_by_pos_neg_ratio.ts";
import { LoadNifti } from "./load_nifti.ts";
import { SaveAsNifti } from "./save_as_nifti.ts";

const folder = temporaryFolder();

describeTransform(SaveAsNifti, {
  args: { fields: ["image", "label"], out_dir: join(folder, "laws") },
  reads: ["image", "label"],
  keeps: ["format", "shape", "dtype", "affine", "world"],
});

const save = (name: string, sample: ReturnType<typeof caseOf>, args: object = {}) => {
  const out_dir = join(folder, name);
  const result = applyTransform(SaveAsNifti, { fields: ["image"], out_dir, ...args }, sample);
  expect(result.sample).toBe(sample);
  return { files: readdirSync(out_dir).toSorted(), path: (file: string) => join(out_dir, file), ...result };
};

describe("SaveAsNifti", () => {
  it("writes what LoadNifti reads back: voxels, type and geometry", () => {
    scope(() => {
      const sample = caseOf({ image: ramp("CDHW", [3, 4, 5], 1), label: classes("DHW", [3, 4, 5], "uint8") });
      const { files, path, warnings } = save("single", sample, { fields: ["image", "label"] });
      expect(files).toEqual(["case_7_image.nii.gz", "case_7_label.nii.gz"]);
      expect(readNifti(path("case_7_label.nii.gz"))).toMatchObject({ dtype: "uint8", shape: [3, 4, 5] });
      const loaded = applyTransform(
        LoadNifti,
        { fields: "image" },
        caseOf({ image: path("case_7_image.nii.gz") }),
      );
      const image = imageIn(loaded.sample);
      expect(image.data.toArray()).toEqual(imageIn(sample).data.toArray());
      image.properties.affine!.forEach((value, n) => {
        expect(value).toBeCloseTo(obliqueAffine[n]!, 5);
      });
      expect(warnings).toEqual([]);
    });
  });

  it("writes several channels as the fourth axis, wherever they stand", () => {
    scope(() => {
      for (const format of ["CDHW", "DHWC"] as const) {
        const { path } = save(format, caseOf({ image: ramp(format, [2, 3, 4]) }));
        const loaded = applyTransform(
          LoadNifti,
          { fields: "image" },
          caseOf({ image: path("case_7_image.nii.gz") }),
        );
        const image = imageIn(loaded.sample);
        expect(image).toMatchObject({ format: "DHWC", data: { shape: [2, 3, 4, 2] } });
        const [first] = image.data.toArray();
        expect(first).toBe(1);
      }
    });
  });

  it("writes a patch of a batch each, in its place on the volume", () => {
    scope(() => {
      const volume = caseOf({ image: ramp("CDHW", [6, 6, 6], 1), label: classes("CDHW", [6, 6, 6]) });
      const crop = { fields: "image", label_field: "label", size: [2, 3, 2], pos: 1, neg: 1, batch_size: 2 };
      const { files, path } = save("batch", applyTransform(FastCropByPosNegRatio, crop, volume).sample);
      expect(files).toEqual(["case_7_image_0.nii.gz", "case_7_image_1.nii.gz"]);
      for (const file of files) {
        const patch = applyTransform(LoadNifti, { fields: "image" }, caseOf({ image: path(file) })).sample;
        const { data, properties } = imageIn(patch);
        // the header holds float32
        const rounded = properties.affine!.map((value) => Math.round(value * 1e4) / 1e4);
        expectSamePlaces(imageIn(volume), medicalImage(data, "DHW", { affine: rounded }));
      }
    });
  });

  it("writes booleans and 16-bit floats as types that NIfTI has", () => {
    scope(() => {
      for (const [dtype, stored] of [
        ["bool", "uint8"],
        ["float16", "float32"],
        ["int16", "int16"],
      ] as const) {
        const image = medicalImage(
          filled([1, 2, 2], (n) => n % 2, dtype),
          "DHW",
          { affine: obliqueAffine },
        );
        const { path } = save(dtype, caseOf({ image }));
        expect(readNifti(path("case_7_image.nii.gz")).dtype).toBe(stored);
      }
    });
  });

  it("takes the identity for a field without affine, with a warning; folders of a case become part of the name", () => {
    scope(() => {
      const image = medicalImage(
        filled([2, 2], (n) => n),
        "HW",
      );
      const { files, warnings } = save("bare", { ...caseOf({ image }), caseId: "site_a/case_7" });
      expect(files).toEqual(["site_a_case_7_image.nii.gz"]);
      expect(warnings).toEqual([
        "case site_a/case_7: field image has no affine and is saved with the identity",
      ]);
    });
  });

  it("does not wait for a key where there is no terminal", () => {
    scope(() => {
      const { files } = save("interrupted", caseOf({ image: ramp("DHW", [1, 1, 1]) }), { interrupt: true });
      expect(files).toHaveLength(1);
    });
  });

  it("says that a folder cannot be made", () => {
    scope(() => {
      const file = join(folder, "a_file");
      writeFileSync(file, "");
      const args = { fields: "image", out_dir: join(file, "below") };
      const sample = caseOf({ image: ramp("DHW", [1, 1, 1]) });
      expect(tomoErrorOf(() => applyTransform(SaveAsNifti, args, sample)).code).toBe("TOMO_WRITE_FAILED");
      expect(existsSync(join(file, "below"))).toBe(false);
    });
  });
});
