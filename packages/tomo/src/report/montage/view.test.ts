import { describe, expect, it } from "vitest";
import { affineOf } from "../../data/affine.ts";
import { chooseView } from "./view.ts";

const scaled = (x: number, y: number, z: number) => affineOf([[x, 0, 0], [0, y, 0], [0, 0, z]], [0, 0, 0]); // biome-ignore format: one row
const shape = [10, 11, 12];

describe("chooseView", () => {
  it("shows axial slices with anterior up and the patient's left on the right", () => {
    expect(chooseView(shape, scaled(1, 1, 1), [])).toMatchObject({
      name: "axial",
      normal: 2,
      horizontal: 0,
      vertical: 1,
      reversed: [true, true, true],
      edges: { left: "R", right: "L", top: "A", bottom: "P" },
    });
    // LPS, as most scanners store: the array is already as on the page
    expect(chooseView(shape, scaled(-1, -1, 1), []).reversed).toEqual([true, false, false]);
  });

  it("takes the plane of acquisition when one voxel side is much the longest", () => {
    expect(chooseView(shape, scaled(4, 1, 1.2), [])).toMatchObject({
      name: "sagittal",
      normal: 0,
      horizontal: 1,
      vertical: 2,
      edges: { left: "A", right: "P", top: "S", bottom: "I" },
      pixelWidth: 1,
      pixelHeight: 1.2,
    });
    expect(chooseView(shape, scaled(1, 5, 1), [])).toMatchObject({
      name: "coronal",
      edges: { left: "R", right: "L", top: "S", bottom: "I" },
    });
    expect(chooseView(shape, scaled(1.4, 1, 1), []).name).toBe("axial");
  });

  it("finds the world axes of a permuted array", () => {
    // axes run to posterior, superior, right
    const psr = affineOf([[0, -2, 0], [0, 0, 3], [4, 0, 0]], [0, 0, 0]); // biome-ignore format: one row
    expect(chooseView(shape, psr, [])).toMatchObject({
      name: "axial",
      normal: 1,
      horizontal: 2,
      vertical: 0,
      reversed: [true, true, false],
      pixelWidth: 4,
      pixelHeight: 2,
    });
  });

  it("shows an array without geometry as a matrix, without letters", () => {
    expect(chooseView([10, 20], undefined, [2, 3])).toMatchObject({
      name: "image",
      horizontal: 1,
      vertical: 0,
      reversed: [false, false, false],
      pixelWidth: 3,
      pixelHeight: 2,
      edges: null,
    });
  });
});
