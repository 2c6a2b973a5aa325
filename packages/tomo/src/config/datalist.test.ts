import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { describeWithSharedData, sharedData } from "../testing/shared_data.ts";
import { tomoErrorOf } from "../testing/tomo_error_of.ts";
import { type DatalistOptions, readDatalist } from "./datalist.ts";
import type { JsonObject } from "./source/json.ts";
import { testMmar } from "./testing/mmar.ts";
import { faultsOf, placeOf } from "./testing/plan_of.ts";

const mmar = testMmar({
  "data/a.nii.gz": "",
  "data/b.nii.gz": "",
  "data/labels/a.nii.gz": "",
  "data/film.png": "",
});
afterAll(mmar.remove);
const data = join(mmar.root, "data");

const read = (list: unknown, options: Partial<DatalistOptions> = {}) =>
  readDatalist({ file: mmar.write("list.json", list), key: "training", baseDir: data, ...options });
const faults = (list: unknown, options?: Partial<DatalistOptions>) => faultsOf(() => read(list, options));
const fieldsOf = (item: unknown, options?: Partial<DatalistOptions>) =>
  read({ training: [item] }, options).items[0]?.fields;

describe("items", () => {
  it("joins relative paths to the base folder and keeps absolute ones", () => {
    expect(fieldsOf({ image: "a.nii.gz", label: join(data, "labels/a.nii.gz") })).toEqual({
      image: join(data, "a.nii.gz"),
      label: join(data, "labels/a.nii.gz"),
    });
  });

  it("takes lists of files, label vectors, absent labels and extra keys", () => {
    expect(fieldsOf({ image: ["a.nii.gz", "b.nii.gz"] })).toEqual({
      image: [join(data, "a.nii.gz"), join(data, "b.nii.gz")],
    });
    expect(fieldsOf({ image: "film.png", label: [0, 1, 0] })?.label).toEqual([0, 1, 0]);
    expect(
      fieldsOf({ image: "film.png", patient: "P7", age: 50, weights: [1, 2], note: null }),
    ).toMatchObject({
      patient: "P7",
      age: 50,
      weights: [1, 2],
      note: null,
    });
  });

  it("takes the bare strings of Decathlon lists as images", () => {
    expect(fieldsOf("a.nii.gz")).toEqual({ image: join(data, "a.nii.gz") });
  });

  it("reads any key, with unique case ids in list order", () => {
    const list = { my_infer_key: [{ image: "b.nii.gz" }, { image: "a.nii.gz" }, { image: "a.nii.gz" }] };
    const { items } = read(list, { key: "my_infer_key" });
    expect(items.map(({ caseId, index }) => [caseId, index])).toEqual([
      ["b", 0],
      ["a", 1],
      ["a-2", 2],
    ]);
  });

  it("names the case after the image, not after what stands first", () => {
    expect(read({ training: [{ label: "labels/a.nii.gz", image: "b.nii.gz" }] }).items[0]?.caseId).toBe("b");
  });

  it("takes fields that loaders read as paths", () => {
    const pathFields = ["image", "mask"];
    expect(fieldsOf({ image: "a.nii.gz", mask: "b.nii.gz", label: "zz" }, { pathFields })).toEqual({
      image: join(data, "a.nii.gz"),
      mask: join(data, "b.nii.gz"),
      label: "zz",
    });
  });

  it("takes paths relative to the datalist without a base folder", () => {
    expect(read({ training: ["data/a.nii.gz"] }, { baseDir: null }).items[0]?.fields.image).toBe(
      join(data, "a.nii.gz"),
    );
  });
});

describe("label_format", () => {
  it.each([
    [
      [1, 1, 3],
      [1, 1, 3],
    ],
    [undefined, null],
    [[], null],
    [["a"], null],
    [[0], null],
    [3, null],
  ])("%j is %j", (label_format, expected) => {
    expect(read({ training: ["a.nii.gz"], label_format } as JsonObject).labelFormat).toEqual(expected);
  });
});

describe("faults", () => {
  const list = (items: string) => `{\n "name": "x",\n "training": [\n${items}\n ]\n}`;

  it("reports all missing files at once, each with its line and the nearest name", () => {
    const errors = faults(
      list(
        '{"image": "a.nii.gz", "label": "lables/a.nii.gz"},\n{"image": "c.nii.gz"},\n{"image": ["a.nii.gz", "b.nii"]}',
      ),
    );
    expect(errors.map(placeOf)).toEqual([
      "4:32 TOMO_FILE_MISSING training[0].label",
      "5:11 TOMO_FILE_MISSING training[1].image",
      "6:24 TOMO_FILE_MISSING training[2].image[1]",
    ]);
    expect(errors.map(({ hint }) => hint)).toEqual([
      'did you mean "labels"? (for the folder lables)',
      'did you mean "a.nii.gz"?',
      'did you mean "b.nii.gz"?',
    ]);
    expect(errors[0]).toMatchObject({ given: "lables/a.nii.gz", expected: join(data, "lables/a.nii.gz") });
  });

  it("says once when the whole folder is wrong", () => {
    const cases = ["1", "2", "3", "4", "5"].map((name) => ({ image: `${name}.nii` }));
    expect(faults({ training: cases })).toMatchObject([
      {
        code: "TOMO_FILE_MISSING",
        message: 'none of the 5 files of "training" exists',
        hint: expect.stringContaining(data),
      },
    ]);
    expect(faults({ training: cases }, { baseDir: "/no/such" })[0]?.hint).toBe(
      "DATA_ROOT names /no/such, which does not exist",
    );
  });

  it("lists the keys that exist", () => {
    const error = tomoErrorOf(() =>
      read({ name: "x", label_format: [1], training: ["a"], validation: [{}] }, { key: "validaton" }),
    );
    expect(error).toMatchObject({
      code: "TOMO_DATALIST_KEY",
      message: 'the datalist has no list "validaton"',
      expected: "one of training, validation",
      hint: 'did you mean "validation"?',
    });
  });

  it.each([
    [{ training: "a.nii.gz" }, "TOMO_DATALIST_KEY", '"training" of the datalist is a string'],
    [{ training: [] }, "TOMO_DATALIST_FORMAT", 'the list "training" is empty'],
    [{}, "TOMO_DATALIST_KEY", 'the datalist has no list "training"'],
  ])("refuses %j", (value, code, message) => {
    expect(tomoErrorOf(() => read(value))).toMatchObject({ code, message });
  });

  it.each([
    ["5", "4:1 TOMO_DATALIST_FORMAT training[0]", "a case must not be an integer"],
    ['{"label": "a.nii.gz"}', "4:1 TOMO_DATALIST_FORMAT training[0]", 'the case has no "image"'],
    [
      '{"image": {"path": "a"}}',
      "4:11 TOMO_DATALIST_FORMAT training[0].image",
      '"image" must not be an object',
    ],
    [
      '{"image": ["a.nii.gz", 1]}',
      "4:11 TOMO_DATALIST_FORMAT training[0].image",
      '"image" mixes paths and numbers',
    ],
  ])("refuses the case %s", (item, place, message) => {
    const errors = faults(list(item));
    expect(errors.map(placeOf)).toEqual([place]);
    expect(errors[0]?.message).toBe(message);
  });

  it("wants every field that a loader reads", () => {
    const [error] = faults(
      { training: [{ image: "a.nii.gz", lable: "b.nii.gz" }] },
      { pathFields: ["image", "label"] },
    );
    expect(error).toMatchObject({ message: 'the case has no "label"', hint: 'did you mean "lable"?' });
  });

  it("says where the config names a datalist that does not exist", () => {
    const where = { configPath: "train.image_pipeline.args.data_list_file_path" };
    const error = tomoErrorOf(() => readDatalist({ file: "/no/list.json", key: "k", baseDir: null, where }));
    expect(error).toMatchObject({ code: "TOMO_FILE_MISSING", where, given: "/no/list.json" });
  });

  it("reads 5,000 cases and finds the one that is missing", () => {
    const cases = Array.from({ length: 5_000 }, (_, index) => ({
      image: index === 3_456 ? "x.nii.gz" : "a.nii.gz",
    }));
    const errors = faults({ training: cases });
    expect(errors).toHaveLength(1);
    expect(errors[0]?.where).toMatchObject({ configPath: "training[3456].image", line: 3 + 3_456 * 3 + 1 });
  });
});

describeWithSharedData("hippocampus", "real datalists", () => {
  it("reads the hippocampus list", () => {
    const file = sharedData("hippocampus", "dataset_0.json");
    const count = (key: string) => readDatalist({ file, key, baseDir: dirname(file) }).items.length;
    expect([count("training"), count("validation")]).toEqual([48, 12]);
  });
});
