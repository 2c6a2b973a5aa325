import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { type TestMmar, testMmar } from "../config/testing/mmar.ts";
import { temporaryFolder } from "../testing/temporary_folder.ts";
import { tomoErrorOf } from "../testing/tomo_error_of.ts";
import { findData } from "./find_data.ts";
import type { InitTask } from "./found.ts";

const folder = temporaryFolder();
let count = 0;
let root: string;
let write: TestMmar["write"];
beforeEach(() => {
  const made = testMmar();
  root = made.root;
  write = made.write;
  count++;
  return () => made.remove();
});
const find = (task: InitTask, data = root) => findData(data, task, join(folder, `none ${count}`));
const touch = (...paths: string[]) => paths.map((path) => write(path, ""));
const pairs = () => find("segmentation").training.map(({ image, label }) => [image, label]);

describe("images and labels of a segmentation", () => {
  it.each([
    ["Decathlon", ["imagesTr/a.nii.gz", "labelsTr/a.nii.gz"], "imagesTr/a.nii.gz", "labelsTr/a.nii.gz"],
    ["masks", ["images/a.nii", "masks/a.nii.gz"], "images/a.nii", "masks/a.nii.gz"],
    ["suffixes", ["images/a_image.nii", "labels/a_seg.nii"], "images/a_image.nii", "labels/a_seg.nii"],
    ["side by side", ["a.nii.gz", "a_label.nii.gz"], "a.nii.gz", "a_label.nii.gz"],
    ["a folder a case", ["p1/image.nii.gz", "p1/label.nii.gz"], "p1/image.nii.gz", "p1/label.nii.gz"],
    [
      "nnU-Net",
      ["imagesTr/a_0000.nii.gz", "labelsTr/a.nii.gz"],
      "imagesTr/a_0000.nii.gz",
      "labelsTr/a.nii.gz",
    ],
    [
      "numbers that are no channels",
      ["images/a_0001.nii", "labels/a_0001.nii"],
      "images/a_0001.nii",
      "labels/a_0001.nii",
    ],
  ])("%s", (_, files, image, label) => {
    touch(...files);
    expect(pairs()).toEqual([[image, label]]);
  });

  it("takes nnU-Net's channels as one image, and leaves out a case that lacks one", () => {
    touch(...["a", "b", "c"].map((name) => `labelsTr/${name}.nii.gz`));
    touch(
      "imagesTr/a_0000.nii.gz",
      "imagesTr/a_0001.nii.gz",
      "imagesTr/b_0000.nii.gz",
      "imagesTr/b_0001.nii.gz",
    );
    touch("imagesTr/c_0000.nii.gz", "imagesTs/d_0000.nii.gz", "imagesTs/d_0001.nii.gz");
    expect(pairs().map(([image]) => image)).toEqual([
      ["imagesTr/a_0000.nii.gz", "imagesTr/a_0001.nii.gz"],
      ["imagesTr/b_0000.nii.gz", "imagesTr/b_0001.nii.gz"],
    ]);
    const { test, warnings } = find("segmentation");
    expect(test).toEqual([["imagesTs/d_0000.nii.gz", "imagesTs/d_0001.nii.gz"]]);
    expect(warnings).toEqual(["left out, with other than 2 images: labelsTr/c.nii.gz"]);
  });

  it("names what has no partner, and leaves hidden files alone", () => {
    touch(
      "imagesTr/a.nii.gz",
      "imagesTr/b.nii.gz",
      "imagesTr/._a.nii.gz",
      "labelsTr/a.nii.gz",
      "labelsTr/c.nii.gz",
    );
    expect(find("segmentation").warnings).toEqual([
      "left out, without a partner: imagesTr/b.nii.gz, labelsTr/c.nii.gz",
    ]);
  });

  it("takes names of classes from nnU-Net's dataset.json", () => {
    touch("imagesTr/a_0000.nii.gz", "labelsTr/a.nii.gz");
    write("dataset.json", { labels: { background: 0, tumour: 2, liver: 1 }, channel_names: { 0: "CT" } });
    expect(find("segmentation")).toMatchObject({
      classNames: ["background", "liver", "tumour"],
      modality: "CT",
    });
  });

  it("refuses images without labels, an empty folder, and pictures", () => {
    touch("a.nii.gz", "b.nii.gz");
    expect(tomoErrorOf(() => find("segmentation"))).toMatchObject({
      code: "TOMO_DATA_LAYOUT",
      given: "2 files, 2 of them NIfTI, 0 PNG or JPEG",
      expected: expect.stringContaining("labelsTr"),
    });
    expect(tomoErrorOf(() => find("classification")).hint).toContain("--task segmentation");
    expect(tomoErrorOf(() => findData(root, "segmentation", root))).toBeDefined();
    expect(tomoErrorOf(() => find("segmentation", join(root, "a.nii")))).toMatchObject({
      code: "TOMO_FILE_MISSING",
      hint: 'did you mean "a.nii.gz"?',
    });
  });
});

describe("an existing datalist", () => {
  it("is taken over, without cases whose files or labels are missing", () => {
    touch("i/1.nii", "i/2.nii", "l/1.nii", "l/2.nii");
    write("dataset.json", {
      labels: { 0: "background", 1: "liver" },
      modality: { 0: "CT" },
      training: [
        { image: "./i/1.nii", label: "./l/1.nii" },
        { image: "i/2.nii" },
        { image: "i/3.nii", label: "l/2.nii" },
      ],
      test: ["./i/2.nii"],
    });
    expect(find("segmentation")).toMatchObject({
      training: [{ image: "i/1.nii", label: "l/1.nii" }],
      validation: null,
      test: ["i/2.nii"],
      classNames: ["background", "liver"],
      modality: "CT",
      warnings: [
        "left out of training, without a label for segmentation: i/2.nii",
        "left out of training, no such file: i/3.nii",
      ],
    });
  });

  it("is passed over when it is for the other task; others are named", () => {
    touch("a.png", "b.png");
    const training = [
      { image: "a.png", label: [2, 0] },
      { image: "b.png", label: [0, 1] },
    ];
    write("dataset.json", { training: [{ image: "a.png", label: "b.png" }] });
    write("dataset_0.json", { training });
    expect(find("classification")).toMatchObject({
      labelFormat: [3, 1],
      warnings: ["not used: dataset.json; name one with --data to take it instead"],
    });
  });
});

describe("pictures in a folder for each class", () => {
  it("makes one label of k classes", () => {
    touch("sick/1.png", "well/2.png", "sick/deeper/3.JPG", "loose.png");
    expect(find("classification")).toMatchObject({
      training: [
        { image: "sick/1.png", label: [0] },
        { image: "sick/deeper/3.JPG", label: [0] },
        { image: "well/2.png", label: [1] },
      ],
      validation: null,
      labelFormat: [2],
      classNames: ["sick", "well"],
      warnings: ["left out, in no folder of a class: loose.png"],
    });
  });

  it("follows train, val and test", () => {
    touch("train/a/1.png", "train/b/2.png", "val/a/3.png", "test/b/4.png");
    expect(find("classification")).toMatchObject({
      training: [{ image: "train/a/1.png" }, { image: "train/b/2.png" }],
      validation: [{ image: "val/a/3.png", label: [0] }],
      test: ["test/b/4.png"],
    });
  });
});

describe("a table of labels", () => {
  const table = (...rows: string[]) =>
    writeFileSync(join(root, "labels.csv"), `\ufeff${rows.join("\r\n")}\r\n`);

  it("finds the columns of files, labels, patients and split", () => {
    touch("images/a.png", "images/b.png", "images/c.png", "full/a.png");
    table(
      '"file name";age;patient_id;split;"Mass, big";Edema',
      "a;1;7;train;1;0",
      "b.png;0;8;val;0;1",
      "d;1;9;train;0;0",
    );
    expect(find("classification")).toMatchObject({
      layout:
        "the table labels.csv (files: file name, patients: patient_id, split: split; labels: Mass, big, Edema)",
      training: [{ image: "images/a.png", label: [1, 0], group: "patient 7" }],
      validation: [{ image: "images/b.png", label: [0, 1], group: "patient 8" }],
      labelFormat: [1, 1],
      classNames: ["Mass, big", "Edema"],
      warnings: [
        "left out, without a file or a label: d",
        "left out, not in the table: full/a.png, images/c.png",
      ],
    });
  });

  it("takes a column of class names", () => {
    touch("a.png", "b.png");
    table("image,diagnosis", "./a.png,well", "b.png,sick");
    expect(find("classification")).toMatchObject({
      training: [{ label: [1] }, { label: [0] }],
      labelFormat: [2],
      classNames: ["sick", "well"],
    });
  });

  it("is no table of labels without files or labels", () => {
    touch("a.png");
    table("image,age", "a.png,44");
    expect(tomoErrorOf(() => find("classification", join(root, "labels.csv"))).code).toBe("TOMO_DATA_LAYOUT");
  });
});
