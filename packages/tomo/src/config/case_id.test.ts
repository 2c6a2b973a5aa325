import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { caseIds } from "./case_id.ts";

const ids = (...files: string[]) => caseIds(files, "/data");

describe("caseIds", () => {
  it.each([
    ["/data/spleen_8.nii.gz", "spleen_8"],
    ["/data/imagesTr/a.nii", "a"],
    ["/data/x/film.PNG", "film"],
    ["/data/pair.hdr", "pair"],
    ["/data/v1.2.final", "v1.2.final"],
  ])("%s is %s", (file, id) => {
    expect(ids(file)).toEqual([id]);
  });

  it("keeps the relative folder of names that clash, and only of those", () => {
    expect(ids("/data/siteA/ct.nii.gz", "/data/siteB/ct.nii", "/data/siteB/mr.nii")).toEqual([
      "siteA/ct",
      "siteB/ct",
      "mr",
    ]);
  });

  it("counts a file that stands twice", () => {
    expect(ids("/data/a.nii", "/data/a.nii", "/data/a-2.nii", "/data/a.nii")).toEqual([
      "a",
      "a-3",
      "a-2",
      "a-4",
    ]);
  });

  it("never leads out of a folder", () => {
    expect(ids("/other/x/ct.nii", "/data/y/ct.nii")).toEqual(["other/x/ct", "y/ct"]);
  });

  it("is unique for any list of files", () => {
    const name = fc.constantFrom("a", "b", "a-2", "a.nii", "..");
    const file = fc
      .array(name, { minLength: 1, maxLength: 3 })
      .map((steps) => `/data/${steps.join("/")}.nii`);
    fc.assert(
      fc.property(fc.array(file), (files) => {
        const found = caseIds(files, "/data");
        expect(new Set(found).size).toBe(files.length);
        for (const id of found) expect(id.split("/")).not.toContain("..");
      }),
    );
  });
});
