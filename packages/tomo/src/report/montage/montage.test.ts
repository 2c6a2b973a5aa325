import { describe, expect, it } from "vitest";
import { affineAfterFlip, affineAfterPermute, identityAffine } from "../../data/affine.ts";
import { readNifti } from "../../io/nifti/read.ts";
import { toFloat32 } from "../../io/nifti/voxels.ts";
import { describeWithSharedData, sharedData } from "../../testing/shared_data.ts";
import { classColours, white } from "../picture/palette.ts";
import type { Picture } from "../picture/picture.ts";
import { drawMontage, type MontageInput } from "./montage.ts";

const shape = [20, 24, 12];
/** First index fastest: a gradient, with a ball off centre as label and the ball moved by two voxels as prediction. */
const volume = (value: (i: number, j: number, k: number) => number) =>
  Float32Array.from({ length: 20 * 24 * 12 }, (_, n) =>
    value(n % 20, Math.floor(n / 20) % 24, Math.floor(n / 480)),
  );
const ball = (x: number) => volume((i, j, k) => (Math.hypot(i - x, j - 15, k - 6) < 4 ? 1 : 0));
const input: MontageInput = {
  title: "case_1",
  image: volume((i, j, k) => i + 2 * j + k),
  label: ball(6),
  prediction: ball(8),
  shape,
  affine: identityAffine,
  classNames: ["ball"],
  dice: [0.5],
};

const same = (a: Picture, b: Picture) => a.width === b.width && Buffer.from(a.rgb).equals(Buffer.from(b.rgb));
const near = (picture: Picture, at: number, colour: readonly number[]) =>
  colour.every((value, channel) => Math.abs(picture.rgb[at + channel]! - value) < 40);
/** Pixels of about that colour within columns [from, to), and their mean x. */
function pixelsOf(picture: Picture, colour: readonly number[], from = 0, to = picture.width) {
  let [count, sum] = [0, 0];
  for (let y = 80; y < picture.height; y++)
    for (let x = from; x < to; x++)
      if (near(picture, 3 * (y * picture.width + x), colour)) {
        count++;
        sum += x;
      }
  return { count, x: sum / count };
}

describe("drawMontage", () => {
  const picture = drawMontage(input);
  const third = Math.floor(picture.width / 3);

  it("outlines the label in the second column, prediction and label in the third, nothing in the first", () => {
    const orange = classColours[0]!;
    expect(pixelsOf(picture, orange, 0, third).count).toBe(0);
    expect(pixelsOf(picture, orange, third, 2 * third).count).toBeGreaterThan(500);
    expect(pixelsOf(picture, orange, 2 * third).count).toBeGreaterThan(500);
    expect(pixelsOf(picture, white, 2 * third).count).toBeGreaterThan(200);
  });

  it("puts the patient's left on the right: larger i of a RAS array is further left", () => {
    const label = pixelsOf(picture, classColours[0]!, third, 2 * third).x - third;
    const prediction = pixelsOf(picture, classColours[0]!, 2 * third).x - 2 * third;
    expect(prediction).toBeLessThan(label);
  });

  it("leaves its input alone and gives the same pixels again", () => {
    const before = [input.image, input.label, input.prediction].map((data) => Array.from(data!).join());
    expect(same(drawMontage(input), picture)).toBe(true);
    expect([input.image, input.label, input.prediction].map((data) => Array.from(data!).join())).toEqual(
      before,
    );
  });

  it("does not depend on the memory order", () => {
    const turned = (data: ArrayLike<number>) =>
      Float32Array.from({ length: data.length }, (_, n) => {
        const [k, j, i] = [n % 12, Math.floor(n / 12) % 24, Math.floor(n / 288)];
        return data[i + 20 * (j + 24 * k)]!;
      });
    const [image, label, prediction] = [input.image, input.label!, input.prediction!].map(turned);
    const turnedPicture = drawMontage({
      ...input,
      image: image!,
      label: label!,
      prediction: prediction!,
      fastest: "last",
    });
    expect(same(turnedPicture, picture)).toBe(true);
  });

  it("follows the voxel sizes", () => {
    const wide = drawMontage({ ...input, affine: [3, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] });
    const panel = (drawn: Picture) => (drawn.width - 2 * 14 - 2 * 6) / 3;
    // slices across the 3 mm axis are sagittal: 24 by 12 mm
    expect(panel(wide)).toBe(320);
    expect(panel(picture)).toBe(Math.round((320 * 20) / 24));
  });

  it("works with a label only, a prediction only, neither, one slice, and two axes", () => {
    const { label: _, ...withoutLabel } = input;
    const { prediction: __, ...withoutPrediction } = input;
    for (const part of [withoutLabel, withoutPrediction])
      expect(drawMontage(part).width).toBeLessThan(picture.width);
    expect(drawMontage({ title: "", image: input.image, shape }).height).toBeGreaterThan(0);
    const flat = {
      title: "film",
      image: Float32Array.of(0, 1, 2, 3, 4, 5),
      shape: [2, 3],
      label: Uint8Array.of(0, 1, 1, 0, 0, 0),
    };
    expect(drawMontage(flat).width).toBeGreaterThan(0);
    expect(drawMontage({ ...input, image: input.image as Float32Array, rows: 1 }).height).toBeLessThan(
      picture.height / 2,
    );
  });

  it("shows images without contrast or without finite values", () => {
    for (const value of [0, Number.NaN, Infinity])
      expect(drawMontage({ ...input, image: volume(() => value) }).rgb.length).toBe(picture.rgb.length);
  });

  it("refuses arrays that do not fit the shape", () => {
    expect(() => drawMontage({ ...input, label: new Uint8Array(3) })).toThrow(RangeError);
    expect(() => drawMontage({ title: "", image: new Float32Array(4), shape: [4] })).toThrow(RangeError);
  });

  it("draws the same picture of the same patient in any array orientation", () => {
    for (const order of [[0, 1, 2], [2, 0, 1], [1, 0, 2]]) // biome-ignore format: one row
      for (const flip of [false, true]) {
        const turnedShape = order.map((axis) => shape[axis]!);
        const turn = (data: ArrayLike<number>) =>
          Float32Array.from({ length: data.length }, (_, n) => {
            const at = [
              n % turnedShape[0]!,
              Math.floor(n / turnedShape[0]!) % turnedShape[1]!,
              Math.floor(n / (turnedShape[0]! * turnedShape[1]!)),
            ];
            if (flip) at[1] = turnedShape[1]! - 1 - at[1]!;
            const old = [0, 0, 0];
            for (const [axis, source] of order.entries()) old[source] = at[axis]!;
            return data[old[0]! + 20 * (old[1]! + 24 * old[2]!)]!;
          });
        const permuted = affineAfterPermute(identityAffine, order);
        const affine = flip ? affineAfterFlip(permuted, 1, turnedShape[1]!) : permuted;
        const drawn = drawMontage({
          ...input,
          image: turn(input.image),
          label: turn(input.label!),
          prediction: turn(input.prediction!),
          shape: turnedShape,
          affine,
        });
        // the slice number is the array's own: compare outside the first column
        expect(drawn.width).toBe(picture.width);
        expect(columnsFrom(drawn, third)).toBe(columnsFrom(picture, third));
      }
  });
});

const columnsFrom = ({ rgb, width, height }: Picture, x: number): string =>
  Array.from({ length: height }, (_, y) =>
    Buffer.from(rgb.subarray(3 * (y * width + x), 3 * (y + 1) * width)).toString("base64"),
  ).join();

describeWithSharedData("hippocampus", "drawMontage on a real case", () => {
  it("shows both classes of the label", () => {
    const image = readNifti(sharedData("hippocampus/imagesTr/hippocampus_001.nii.gz"));
    const label = readNifti(sharedData("hippocampus/labelsTr/hippocampus_001.nii.gz"));
    const data = toFloat32(label.data);
    const picture = drawMontage({
      title: "hippocampus_001",
      image: toFloat32(image.data),
      label: data,
      shape: image.shape,
      affine: image.affine,
    });
    for (const colour of classColours.slice(0, 2))
      expect(pixelsOf(picture, colour).count).toBeGreaterThan(200);
    for (const colour of classColours.slice(2, 4)) expect(pixelsOf(picture, colour).count).toBe(0);
  });
});
