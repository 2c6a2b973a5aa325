import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { describeWithSharedData, sharedData } from "../../testing/shared_data.ts";
import { temporaryFolder } from "../../testing/temporary_folder.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { nifti1, writeField } from "./layout.ts";
import { readNifti, verifyNifti } from "./read.ts";
import { writeNifti } from "./write.ts";

const folder = temporaryFolder();
const affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
const written = (name: string): string => {
  const path = join(folder, name);
  writeNifti(path, { shape: [20, 20, 20], data: Int16Array.from({ length: 8000 }, (_, n) => n), affine });
  return path;
};

it("passes whole files, plain and gzip", () => {
  verifyNifti(written("whole.nii"));
  verifyNifti(written("whole.nii.gz"));
});

it("refuses a plain file without its last voxel", () => {
  const path = written("cut.nii");
  truncateSync(path, 352 + 16_000 - 1);
  expect(tomoErrorOf(() => verifyNifti(path))).toMatchObject({
    code: "TOMO_FILE_TRUNCATED",
    given: "16351 bytes",
    expected: "at least 16352 bytes",
  });
});

it("refuses a gzip file that cannot hold what its header announces", () => {
  const plain = readFileSync(written("plain.nii"));
  writeField(new DataView(plain.buffer, plain.byteOffset), nifti1.dim, [3, 2000, 2000, 2000, 1, 1, 1, 1]);
  const path = join(folder, "lying.nii.gz");
  writeFileSync(path, gzipSync(plain));
  expect(tomoErrorOf(() => verifyNifti(path)).code).toBe("TOMO_FILE_TRUNCATED");
});

it("refuses what is no NIfTI, and a file that is missing", () => {
  const path = join(folder, "text.nii");
  writeFileSync(path, "no image");
  expect(tomoErrorOf(() => verifyNifti(path)).code).toBe("TOMO_NOT_NIFTI");
  expect(tomoErrorOf(() => verifyNifti(join(folder, "none.nii"))).code).toBe("TOMO_FILE_MISSING");
});

describeWithSharedData("nifti_oddities", "verifyNifti on real files", () => {
  const names = Object.keys(
    JSON.parse(readFileSync(sharedData("nifti_oddities", "expected.json"), "utf8")) as object,
  );

  it.each(names)("%s: passes whatever can be read", (name) => {
    const path = sharedData("nifti_oddities", name);
    let readable = true;
    try {
      readNifti(path);
    } catch {
      readable = false;
    }
    if (readable) verifyNifti(path);
  });
});
