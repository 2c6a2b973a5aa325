import { dispose, liveTensors, ops, scope, TorchError, tensorsIn } from "@tomo/torch";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TransformContext } from "../components/contracts.ts";
import type { MedicalImage } from "../data/medical_image.ts";
import { type Sample, withFields } from "../data/sample.ts";
import { TomoError } from "../errors/tomo_error.ts";
import { tomoErrorOf } from "../testing/tomo_error_of.ts";
import { runTransforms, type TransformRun } from "./run_transforms.ts";
import { spec } from "./testing/loaders.ts";
import { type BuiltTransform, deterministicPrefix } from "./transform_list.ts";

let live = 0;
beforeEach(() => {
  live = liveTensors();
});
afterEach(() => expect(liveTensors()).toBe(live));

const run: TransformRun = { seed: 1, epoch: 2, occurrence: 0, sameSize: true, warn: () => {} };
const imageOf = (...size: number[]): MedicalImage => ({
  data: ops.zeros([1, ...size], { dtype: "float32" }),
  format: "CDHW",
  properties: {},
});
const sampleOf = (fields: Sample["fields"], index = 4): Sample => ({ caseId: "spleen_12", index, fields });
const step = (
  name: string,
  apply: (sample: Sample, context: TransformContext) => Sample,
  { random = false, args = {} }: { random?: boolean; args?: Parameters<typeof spec>[1] } = {},
): BuiltTransform => ({ spec: spec(name, args), random, transform: { apply } });

const mapImage = (sample: Sample, field: string, map: (image: MedicalImage) => MedicalImage): Sample =>
  withFields(sample, { [field]: map(sample.fields[field] as MedicalImage) });
const double = step("Double", (sample) =>
  mapImage(sample, "image", (image) => ({ ...image, data: ops.mul(ops.add(image.data, 0), 2) })),
);

describe("tensors", () => {
  it("frees intermediates, keeps results, leaves those of the given sample alone", () => {
    scope(() => {
      const given = sampleOf({ image: imageOf(2, 2, 2), label: imageOf(2, 2, 2) });
      const before = liveTensors();
      const result = runTransforms([double, double, double], given, run);
      expect(liveTensors()).toBe(before + 1);
      expect(tensorsIn(given).every((one) => !one.isFreed)).toBe(true);
      expect(result.fields.label).toBe(given.fields.label);
    });
  });

  it("leaves tensors outside scopes alone when nothing changes them", () => {
    const given = sampleOf({ image: imageOf(2, 2, 2), label: imageOf(2, 2, 2) });
    const drop = step("Drop", (sample) => ({ ...sample, fields: { image: sample.fields.image! } }));
    const result = runTransforms([double, drop], given, run);
    expect(tensorsIn([given, result]).map((one) => one.isFreed)).toEqual([false, false, false]);
    dispose([given, result]);
  });

  it("holds no more than two generations of a sample at a time", () => {
    const seen: number[] = [];
    const count = step("Count", (sample) => {
      seen.push(liveTensors() - live);
      return sample;
    });
    scope(() => {
      runTransforms(
        [double, count, double, count, double, count],
        sampleOf({ image: imageOf(1, 1, 1) }),
        run,
      );
    });
    expect(seen).toEqual([2, 2, 2]);
  });

  it("frees everything after a failure", () => {
    const bad = step("Bad", () => {
      throw new Error("no");
    });
    const given = sampleOf({ image: imageOf(2, 2, 2) });
    expect(() => runTransforms([double, bad], given, run)).toThrow(TomoError);
    dispose(given);
  });
});

describe("random streams", () => {
  const draw = (transforms: number, where: Partial<TransformRun>, index: number): number[] => {
    const drawn: number[] = [];
    const drawing = step("Draw", (sample, { random }) => {
      drawn.push(random.uniform());
      return sample;
    });
    runTransforms(new Array(transforms).fill(drawing), sampleOf({}, index), { ...run, ...where });
    return drawn;
  };

  it("depend on seed, epoch, case, occurrence and place in the list, and on nothing else", () => {
    const small = fc.nat(1000);
    fc.assert(
      fc.property(small, small, small, fc.nat(3), (seed, epoch, index, occurrence) => {
        const drawn = draw(3, { seed, epoch, occurrence }, index);
        expect(new Set(drawn).size).toBe(3);
        expect(draw(3, { seed, epoch, occurrence }, index)).toEqual(drawn);
        expect(draw(3, { seed, epoch, occurrence, from: 2 }, index)).toEqual(drawn.slice(2));
        for (const other of [
          draw(3, { seed: seed + 1, epoch, occurrence }, index),
          draw(3, { seed, epoch: epoch + 1, occurrence }, index),
          draw(3, { seed, epoch, occurrence: occurrence + 1 }, index),
          draw(3, { seed, epoch, occurrence }, index + 1),
        ])
          for (const [n, value] of other.entries()) expect(value).not.toBe(drawn[n]);
      }),
      { numRuns: 30 },
    );
  });
});

describe("failures", () => {
  const failing = (thrown: unknown, args: Parameters<typeof spec>[1] = {}) =>
    tomoErrorOf(() =>
      runTransforms(
        [
          step("Fine", (sample) => sample),
          step(
            "Faulty",
            () => {
              throw thrown;
            },
            { args },
          ),
        ],
        sampleOf({ image: "/data/a.nii.gz", label: ["/data/b.nii.gz"] }),
        run,
      ),
    );

  it("name case, transform, its place in the config, field and cause", () => {
    const cause = new Error("no such voxel\nmore");
    const error = failing(cause, { fields: ["image"] });
    expect(error.code).toBe("TOMO_TRANSFORM_FAILED");
    expect(error.message).toBe("transform 2 (Faulty) failed: no such voxel");
    expect(error.where).toEqual({ ...spec("Faulty").where, case: "spleen_12", field: "image" });
    expect(error.cause).toBe(cause);
  });

  it("unwrap what a component wrapped already, and keep its field", () => {
    const cause = new TorchError("TORCH_BAD_SHAPE", "sizes 3 and 4 differ", "aten::add");
    const wrapped = new TomoError("TOMO_TRANSFORM_FAILED", cause.message, {
      where: { field: "label" },
      cause,
    });
    const error = failing(wrapped);
    expect(error.message).toBe("transform 2 (Faulty) failed: aten::add: sizes 3 and 4 differ");
    expect(error.where).toMatchObject({ case: "spleen_12", field: "label" });
    expect(error.cause).toBe(cause);
  });

  it("keep the code and words of TomoErrors, complete the place, and find the field by its file", () => {
    const where = { file: "/data/b.nii.gz" };
    const error = failing(
      new TomoError("TOMO_FILE_TRUNCATED", "the file is cut", { where, hint: "copy it" }),
    );
    expect(error).toMatchObject({ code: "TOMO_FILE_TRUNCATED", message: "the file is cut", hint: "copy it" });
    expect(error.where).toEqual({
      file: "/data/b.nii.gz",
      configPath: "train.Faulty",
      case: "spleen_12",
      field: "label",
    });
  });

  it.each([
    ["the engine's", new TorchError("TORCH_OUT_OF_MEMORY", "cannot allocate 3 GB", "aten::add")],
    ["JavaScript's", new RangeError("Array buffer allocation failed")],
  ])("recognise %s lack of memory, also when wrapped", (_, cause) => {
    for (const thrown of [cause, new TomoError("TOMO_TRANSFORM_FAILED", cause.message, { cause })]) {
      const error = failing(thrown);
      expect(error.code).toBe("TOMO_OUT_OF_MEMORY");
      expect(error.message).toBe("not enough memory in transform 2 (Faulty)");
      expect(error.hint).toContain("num_workers");
      expect(error.cause).toBe(cause);
    }
  });

  it("can be anything", () => {
    expect(failing("just text").message).toBe("transform 2 (Faulty) failed: just text");
    expect(failing(undefined).message).toBe("transform 2 (Faulty) failed: undefined");
  });
});

describe("spatial sizes of image and label", () => {
  const loadBoth = step("LoadNifti", (sample) =>
    withFields(sample, { image: imageOf(4, 4, 3), label: imageOf(4, 4, 2) }),
  );
  const resample = step("ScaleByResolution", (sample) => mapImage(sample, "label", () => imageOf(4, 4, 3)));
  const fine = step("ScaleIntensityRange", (sample) => sample);
  const cut = step(
    "Crop",
    (sample) => withFields(sample, { image: imageOf(2, 2, 2), label: imageOf(2, 2, 2) }),
    { random: true, args: { fields: ["image"], label_field: "label" } },
  );
  const failure = (transforms: BuiltTransform[]) =>
    tomoErrorOf(() => runTransforms(transforms, sampleOf({ image: "a", label: "b" }), run));

  it("must be equal at the end; the message says since when they differ", () => {
    const error = failure([fine, loadBoth, fine]);
    expect(error.code).toBe("TOMO_SHAPE_MISMATCH");
    expect(error.message).toBe("label 4x4x2 vs image 4x4x3 after transform 2 (LoadNifti)");
    expect(error.where).toEqual({ case: "spleen_12", field: "label" });
  });

  it("must be equal before a random transform takes both, which would hide the fault", () => {
    expect(failure([loadBoth, cut]).message).toBe("label 4x4x2 vs image 4x4x3 after transform 1 (LoadNifti)");
  });

  it("may differ on the way, and everywhere when not asked to be equal", () => {
    scope(() => {
      runTransforms([loadBoth, fine, resample, cut], sampleOf({}), run);
      runTransforms([loadBoth], sampleOf({}), { ...run, sameSize: false });
      runTransforms([loadBoth, resample], sampleOf({}), { ...run, to: 1 });
    });
  });
});

it("the deterministic prefix ends at the first random transform", () => {
  const flags = (text: string) => [...text].map((letter) => ({ random: letter === "r" }));
  expect(["", "dd", "ddrd", "rd"].map((text) => deterministicPrefix(flags(text)))).toEqual([0, 2, 2, 0]);
});
