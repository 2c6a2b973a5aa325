import { describe, expect, it } from "vitest";
import { ctPhantom } from "./phantom.ts";

const shape = [48, 40, 32] as const;
const voxel = (i: number, j: number, k: number) => i + shape[0] * (j + shape[1] * k);

describe("ctPhantom", () => {
  it("is the same for the same seed and another for another seed", () => {
    expect(ctPhantom(1, shape)).toEqual(ctPhantom(1, shape));
    expect(ctPhantom(1, shape).label).not.toEqual(ctPhantom(2, shape).label);
  });

  it("has air around it, and a spleen of plausible volume on the patient's left in every case", () => {
    for (let seed = 0; seed < 20; seed++) {
      const { image, label } = ctPhantom(seed, shape);
      expect(image[voxel(0, 0, 16)]).toBeLessThan(-900);
      const share = label.reduce((sum, value) => sum + value, 0) / label.length;
      expect(share).toBeGreaterThan(0.005);
      expect(share).toBeLessThan(0.06);
      label.forEach((value, at) => {
        if (value === 1) expect(at % shape[0]).toBeLessThan(shape[0] / 2);
      });
    }
  });

  it("cannot be segmented by a threshold: as much else has the spleen's intensity", () => {
    const { image, label } = ctPhantom(3, shape);
    const inRange = image.filter((hu) => hu > 85 && hu < 150).length;
    const spleen = label.reduce((sum, value) => sum + value, 0);
    expect(inRange).toBeGreaterThan(2 * spleen);
  });
});
