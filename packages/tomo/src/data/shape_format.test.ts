import { describe, expect, it } from "vitest";
import {
  batchAxis,
  channelAxis,
  formatOf,
  shapeFormats,
  spatialAxes,
  spatialRank,
  spatialSize,
} from "./shape_format.ts";

describe("ShapeFormat", () => {
  it("names the axes of all twelve layouts", () => {
    expect(shapeFormats).toHaveLength(12);
    for (const format of shapeFormats) {
      const letters = [...format];
      expect(
        spatialAxes(format)
          .map((axis) => letters[axis])
          .join(""),
      ).toBe(spatialRank(format) === 3 ? "DHW" : "HW");
      expect(letters[channelAxis(format)] ?? "none").toBe(format.includes("C") ? "C" : "none");
      expect(batchAxis(format)).toBe(format.startsWith("N") ? 0 : -1);
    }
  });

  it("is put together from its parts", () => {
    for (const format of shapeFormats) {
      const channel = channelAxis(format) < 0 ? "none" : format.endsWith("C") ? "last" : "first";
      expect(formatOf({ rank: spatialRank(format), channel, batch: batchAxis(format) === 0 })).toBe(format);
    }
  });

  it("gives the spatial size in file order", () => {
    expect(spatialSize([3, 2, 96, 64, 32], "NCDHW")).toEqual([96, 64, 32]);
    expect(spatialSize([512, 256, 3], "HWC")).toEqual([512, 256]);
  });
});
