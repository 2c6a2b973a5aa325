import { describe, expect, it } from "vitest";
import type { Sample } from "../data/sample.ts";
import { TomoError, TomoErrors } from "../errors/tomo_error.ts";
import { fileFaultsOf, isFileFault, withoutBadFiles } from "./bad_files.ts";
import type { BuiltTransform } from "./transform_list.ts";

const truncated = (where: { case?: string; file?: string }) =>
  new TomoError("TOMO_FILE_TRUNCATED", "the file ends too early", { where });

const verifying = (verify?: (sample: Sample) => void): BuiltTransform => ({
  spec: { kind: "transforms", name: "Load", args: {}, where: {} },
  random: false,
  transform: { apply: (sample) => sample, ...(verify === undefined ? {} : { verify }) },
});
const items = ["a", "b", "c"].map((caseId, index) => ({ caseId, index, fields: { image: `${caseId}.png` } }));

describe("a look at the files of all cases", () => {
  it("gathers what each transform finds, with the case", () => {
    const faults = fileFaultsOf(items, [
      verifying(),
      verifying(({ caseId }) => {
        if (caseId !== "b") throw truncated({ file: `${caseId}.png` });
      }),
      verifying(({ caseId }) => {
        if (caseId === "c") throw new TomoErrors([truncated({ file: "c1" }), truncated({ file: "c2" })]);
      }),
    ]);
    expect(faults.map(({ where }) => [where.case, where.file])).toEqual([
      ["a", "a.png"],
      ["c", "c.png"],
      ["c", "c1"],
      ["c", "c2"],
    ]);
  });

  it("does not hide faults of the transform itself", () => {
    const broken = verifying(() => {
      throw new TypeError("no");
    });
    expect(() => fileFaultsOf(items, [broken])).toThrow(TypeError);
  });
});

describe("visits without bad files", () => {
  const tell: string[] = [];
  const visit = (error: unknown) =>
    withoutBadFiles(
      () => Promise.reject(error),
      (message) => tell.push(message),
    );

  it("give null for a file that cannot be read, and warn of its case", async () => {
    expect(await visit(truncated({ case: "a" }))(0)).toBeNull();
    expect(tell).toEqual(["case a is left out: the file ends too early"]);
    expect(
      await withoutBadFiles(
        async (n: number) => n,
        () => {},
      )(3),
    ).toBe(3);
  });

  it("pass on everything else", async () => {
    const other = new TomoError("TOMO_IMAGE_UNFIT", "two channels", { where: { case: "a" } });
    await expect(visit(other)(0)).rejects.toBe(other);
    await expect(visit(new Error("boom"))(0)).rejects.toThrow("boom");
    expect(isFileFault(truncated({}))).toBe(false);
  });
});
