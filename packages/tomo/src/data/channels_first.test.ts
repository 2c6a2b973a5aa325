import { ops, scope, tensor } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { channelsFirst } from "./channels_first.ts";
import { medicalImage } from "./medical_image.ts";
import { channelAxis, formatOf, type ShapeFormat, shapeFormats, spatialRank } from "./shape_format.ts";

const sizes: Record<string, number> = { N: 1, C: 2, D: 3, H: 4, W: 5 };
const imageIn = (format: ShapeFormat) => {
  const shape = [...format].map((letter) => sizes[letter]!);
  const count = shape.reduce((product, size) => product * size, 1);
  return medicalImage(
    tensor(
      Float32Array.from({ length: count }, (_, n) => n),
      shape,
    ),
    format,
  );
};

describe("channelsFirst", () => {
  it.each(shapeFormats)("gives [C, spatial] from %s with each voxel in its place", (format) => {
    scope(() => {
      const image = imageIn(format);
      const found = channelsFirst(image);
      const spatial = formatOf({ rank: spatialRank(format) });
      const channels = channelAxis(format) < 0 ? 1 : 2;
      expect(found.shape).toEqual([channels, ...[...spatial].map((letter) => sizes[letter])]);
      const last = channelAxis(format) === format.length - 1;
      const expected = last ? ops.select(image.data, image.data.rank - 1, channels - 1).toArray() : null;
      const plane = ops.select(found, 0, channels - 1).toArray();
      expect(plane).toEqual(expected ?? image.data.toArray().slice(-plane.length));
    });
  });

  it("refuses a batch of several images", () => {
    scope(() => {
      const batch = medicalImage(ops.zeros([2, 1, 3, 3], { dtype: "float32" }), "NCHW");
      expect(() => channelsFirst(batch)).toThrow(RangeError);
    });
  });
});
