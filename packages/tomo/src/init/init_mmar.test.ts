import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkMmar } from "../check/check_mmar.ts";
import { parseSource } from "../config/source/read.ts";
import { readNifti } from "../io/nifti/read.ts";
import { temporaryFolder } from "../testing/temporary_folder.ts";
import { tomoErrorOf } from "../testing/tomo_error_of.ts";
import { only, trainHere, validateHere } from "../workflows/testing/run_here.ts";
import { type InitOptions, initMmar } from "./init_mmar.ts";
import { writeDecathlon, writePicture, writeVolumes } from "./testing/data.ts";

const root = temporaryFolder();
let count = 0;
/** A place for data, with a blank and letters beyond ASCII. */
const freshData = (): string => {
  const folder = join(root, `Daten ${++count} für „Tomo“`);
  mkdirSync(folder);
  return folder;
};
const init = (data: string, options: Partial<InitOptions> = {}) => {
  const folder = options.folder ?? join(root, `mmar ${count}`);
  const machine = { cores: 4, memory: 8e9 };
  const result = initMmar({
    folder,
    data,
    task: "segmentation",
    force: false,
    cwd: root,
    machine,
    ...options,
  });
  return { ...result, folder, texts: result.decisions.map(({ what }) => what) };
};
const config = (folder: string, name: string) =>
  parseSource(readFileSync(join(folder, "config", name), "utf8"), name).value;
/** All faults that `tomo check` would print. */
const faults = (mmar: string) =>
  checkMmar({ mmar, cwd: root }).flatMap(({ errors, warnings }) =>
    [...errors, ...warnings].map(({ message }) => message),
  );

/** Trains one epoch and validates, without worker threads, which tests do not have. */
async function run(mmar: string) {
  const file = join(mmar, "config/config_train.json");
  const text = readFileSync(file, "utf8").replaceAll(/"num_workers": \d+/g, '"num_workers": 0');
  writeFileSync(file, text.replace('"use_amp": true', '"use_amp": false'));
  const trained = await trainHere(mmar, { set: { epochs: 1, num_training_epoch_per_valid: 1 } });
  const { result } = await validateHere(mmar, { set: { do_validation: true } });
  return { validations: only(trained, "validation"), result };
}

describe("a segmentation", () => {
  it("of small volumes is checked without a word, trains and validates", async () => {
    const data = freshData();
    writeDecathlon(data, 5);
    const { folder, texts, warnings, found } = init(data);
    expect(faults(folder)).toEqual([]);
    expect(warnings).toEqual([]);
    expect(found.counts).toBe("4 training cases, 1 for validation");
    expect(texts).toContain("input: whole volumes, padded to 24×24×16, 4 a step");
    expect(texts.join()).toContain("mean 0 and deviation 1");
    const { validations, result } = await run(folder);
    expect(validations[0]?.keyMetric.name).toBe("mean_dice");
    expect(result.metrics.map(({ name }) => name)).toEqual(["dice_class1"]);
    expect(existsSync(join(folder, "eval/dice_class1_summary_results.txt"))).toBe(true);
  });

  it("of large CTs cuts patches and takes the window from what the labels mark", () => {
    const data = freshData();
    writeDecathlon(data, 5, { size: [130, 120, 70], air: -1000 });
    const { folder, texts } = init(data, { model: "SegAhnet" });
    expect(faults(folder)).toEqual([]);
    expect(texts.join("\n")).toMatch(/SegAhnet.*\n.*intensities: \d+ to 1\d\d HU.*\n.*2 patches of 96×96×96/);
  });

  it("keeps few cases in memory where there is little", () => {
    const data = freshData();
    writeDecathlon(data, 5);
    const { folder, texts } = init(data, { machine: { cores: 1, memory: 4e5 } });
    expect(texts.join()).toContain("cache: 2 of 4 training cases");
    expect(faults(folder)).toEqual([]);
  });

  it("with files of two orientations loads them as RAS+ and writes predictions as their files are", async () => {
    const data = freshData();
    writeDecathlon(data, 4);
    // the first axis runs from front to back
    const turned = [0, 0, 2, 0, -1.5, 0, 0, 30, 0, 1.5, 0, 0, 0, 0, 0, 1];
    writeVolumes(data, "imagesTr/z.nii.gz", "labelsTr/z.nii.gz", { size: [24, 16, 20], affine: turned });
    const training = [1, 2, 3, 4].map((n) => [`imagesTr/köpf ${n}.nii.gz`, `labelsTr/köpf ${n}.nii.gz`]);
    const list = {
      training: training.map(([image, label]) => ({ image, label })),
      validation: [{ image: "imagesTr/z.nii.gz", label: "labelsTr/z.nii.gz" }],
    };
    writeFileSync(join(data, "dataset.json"), JSON.stringify(list));
    const { folder, texts } = init(data);
    expect(texts.join()).toContain("turned to RAS+");
    expect(faults(folder)).toEqual([]);
    await run(folder);
    const { shape, affine } = readNifti(join(folder, "eval/z/z_model.nii.gz"));
    expect([shape, [...affine]]).toEqual([[24, 16, 20], turned]);
  });

  it("says what to do with labels that are no class indices", () => {
    const mask = freshData();
    writeDecathlon(mask, 3, { values: [255, 255] });
    expect(tomoErrorOf(() => init(mask))).toMatchObject({
      code: "TOMO_LABEL_RANGE",
      hint: "write 1 for 255 in the label files",
    });
    const gaps = freshData();
    writeDecathlon(gaps, 3, { values: [1, 4] });
    expect(init(gaps).warnings).toEqual([expect.stringContaining("the values 2, 3: renumber")]);
  });

  it("refuses a single case", () => {
    const data = freshData();
    writeDecathlon(data, 1);
    expect(tomoErrorOf(() => init(data))).toMatchObject({ code: "TOMO_DATA_LAYOUT" });
  });
});

describe("a classification", () => {
  it("of pictures in folders has one label of k classes, trains and validates", async () => {
    const data = freshData();
    for (const [n, name] of ["krank", "gesund", "unklar"].entries())
      for (let at = 0; at < 4; at++) writePicture(data, `${name}/${at}.png`, 50 * n, true);
    const { folder, found } = init(data, { task: "classification" });
    expect(faults(folder)).toEqual([]);
    expect(found.counts).toBe("9 training cases, 3 for validation");
    expect(config(folder, "dataset_0.json")).toMatchObject({
      classes: ["gesund", "krank", "unklar"],
      label_format: [3],
    });
    const { validations, result } = await run(folder);
    expect(validations[0]?.keyMetric.name).toBe("Average_AUC");
    expect(result.metrics.map(({ name }) => name)).toEqual(["Average_AUC"]);
  });

  it("of a table has binary labels, keeps patients together, trains and validates", async () => {
    const data = freshData();
    const rows = Array.from({ length: 20 }, (_, n) => [
      `film ${n}.png`,
      `p${n >> 1}`,
      n % 2,
      n % 4 === 0 ? 1 : 0,
    ]);
    for (const [name, , left] of rows) writePicture(data, String(name), 60 * Number(left));
    writeFileSync(join(data, "labels.csv"), `image,patient,Left,Average_AUC\n${rows.join("\n")}\n`);
    const { folder, texts } = init(data, { task: "classification" });
    expect(faults(folder)).toEqual([]);
    expect(texts[0]).toBe("split: a fifth of the patients of each class validates");
    const { validations, result } = await run(folder);
    expect(validations[0]?.metrics.map(({ name }) => name)).toEqual([
      "mean_accuracy",
      "Average_AUC",
      "Left",
      "Average_AUC_2",
    ]);
    expect(result.metrics).toHaveLength(3);
  });
});

it("warns of a patient on both sides of a split, and of labels that cannot be measured; paths may be absolute", () => {
  const data = freshData();
  for (const name of ["a", "b", "c"]) writePicture(data, `sub-1/${name}.png`, 0);
  const item = (name: string, label: number) => ({ image: join(data, `sub-1/${name}.png`), label });
  const list = { training: [item("a", 0), item("b", 1)], validation: [item("c", 1)], classes: ["x"] };
  writeFileSync(join(data, "dataset.json"), JSON.stringify(list));
  const { folder, warnings } = init(data, { task: "classification" });
  expect(warnings).toEqual([
    "train and validate, which makes the validation look better than it is: patient sub-1",
    "cannot be measured, since all cases of validation are alike in it: x",
  ]);
  expect(faults(folder)).toEqual([]);
});

describe("where the data lies", () => {
  it("is said relative to an MMAR that holds it, else absolutely", () => {
    const folder = join(freshData(), "mmar");
    const data = join(folder, "daten");
    writeDecathlon(data, 3);
    init(data, { folder, force: true });
    expect(config(folder, "environment.json")).toMatchObject({
      DATA_ROOT: "daten",
      DATASET_JSON: "config/dataset_0.json",
    });
    expect(faults(folder)).toEqual([]);
    // a run in a folder with data of that name would take those
    init(data, { folder, force: true, cwd: join(folder, "..") });
    mkdirSync(join(folder, "../daten"));
    init(data, { folder, force: true, cwd: join(folder, "..") });
    expect(config(folder, "environment.json").DATA_ROOT).toBe(data);
  });

  it("may be the MMAR itself, or around it; what init wrote is not taken for data", () => {
    const data = freshData();
    writeDecathlon(data, 3);
    const inside = init(data, { folder: join(data, "mmar") });
    expect(config(inside.folder, "environment.json").DATA_ROOT).toBe(data);
    const same = init(data, { folder: data, force: true });
    expect(faults(same.folder)).toEqual([]);
    const again = init(data, { folder: data, force: true });
    expect(again.found).toEqual(same.found);
    expect(again.files.created).toEqual([]);
  });
});
