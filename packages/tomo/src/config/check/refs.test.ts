import { describe, expect, it } from "vitest";
import { faultsOf, placeOf, spleenTrain, trainPlanOf } from "../testing/plan_of.ts";

const scale = (name: string, a_max: number) => ({
  name,
  args: { fields: "image", a_min: 0, a_max, b_min: 0, b_max: 1 },
});

/** The seed with two named intensity transforms in training and the given ones in validation. */
const config = (validation: readonly unknown[], extra: readonly unknown[] = []) => {
  const seed = JSON.parse(spleenTrain);
  seed.train.pre_transforms.push(scale("ScaleIntensityRange#lungs", 10), ...extra);
  seed.validate.pre_transforms = validation;
  return seed;
};
const transforms = (...args: Parameters<typeof config>) =>
  trainPlanOf(config(...args)).validate?.pre_transforms;
const faults = (...args: Parameters<typeof config>) => faultsOf(() => trainPlanOf(config(...args)));

describe("ref", () => {
  it("re-uses a training transform by class name, with its arguments", () => {
    const [spec] = transforms([{ ref: "LoadNifti" }])!;
    expect(spec).toMatchObject({ name: "LoadNifti", args: { fields: ["image", "label"] } });
    expect(spec?.where.configPath).toBe("validate.pre_transforms[0]");
  });

  it("finds one by its alias, or by Class#alias", () => {
    for (const ref of ["lungs", "ScaleIntensityRange#lungs"])
      expect(transforms([{ ref }])![0]).toMatchObject({ alias: "lungs", args: { a_max: 10 } });
  });

  it("can be disabled, and follows a disabled target", () => {
    const extra = [{ ...scale("ScaleIntensityRange#off", 5), disabled: true }];
    expect(transforms([{ ref: "off" }, { ref: "lungs", disabled: true }], extra)).toEqual([]);
  });

  it("mixes with written-out transforms, in order", () => {
    const list = transforms([{ ref: "LoadNifti" }, scale("ScaleIntensityRange", 7), { ref: "lungs" }])!;
    expect(list.map(({ args }) => args.a_max)).toEqual([undefined, 7, 10]);
  });

  it.each([
    ["LoadNifty", 'did you mean "LoadNifti"?'],
    ["lung", 'did you mean "lungs"?'],
    ["RandomAxisFlip", 'tell them apart by an alias: "RandomAxisFlip#first"'],
  ])("refuses %s", (ref, hint) => {
    const flip = { name: "RandomAxisFlip", args: { fields: "image" } };
    expect(faults([{ ref }], [flip])).toMatchObject([
      { code: "TOMO_UNKNOWN_REF", hint, where: { configPath: "validate.pre_transforms[0].ref" } },
    ]);
  });

  it("refuses a ref that is no name", () => {
    expect(faults([{ ref: 5 }])).toMatchObject([
      { code: "TOMO_WRONG_TYPE", message: '"ref" must not be an integer' },
    ]);
  });

  it("reports a faulty target once", () => {
    const places = faults([{ ref: "LoadPNG" }], [{ name: "LoadPNG" }]).map(placeOf);
    expect(places).toHaveLength(1);
    expect(places[0]).toContain("train.pre_transforms[8].name");
  });
});
