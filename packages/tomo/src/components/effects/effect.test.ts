import { describe, expect, it } from "vitest";
import { runEffect } from "../../conformance/effect_law.ts";
import { shapeFormats } from "../../data/shape_format.ts";
import { fields } from "../args.ts";
import { components } from "../registry.ts";
import { defineImageTransform, defineTransform } from "../transforms/define.ts";
import { ScaleIntensityRange } from "../transforms/scale_intensity_range.ts";
import { ScaleToShape } from "../transforms/scale_to_shape.ts";
import { type ImageFacts, loadedImage, type SampleFacts, unknownImage } from "./facts.ts";

const sampleOf = (images: Readonly<Record<string, Partial<ImageFacts>>>): SampleFacts => ({
  open: false,
  fields: new Map(Object.entries(images).map(([field, facts]) => [field, loadedImage(facts)])),
});
const valuesAfter = (args: object, facts: Partial<ImageFacts>, component = ScaleIntensityRange) => {
  const { sample } = runEffect(component as never, { fields: "label", ...args }, sampleOf({ label: facts }));
  return (sample.fields.get("label") as ImageFacts).values;
};

describe("effects", () => {
  it.each(["transforms", "models", "losses", "aux_ops", "metrics", "writers"] as const)(
    "are declared by all %s that Tomo has",
    (kind) => {
      const without = components[kind].filter(({ effect }) => effect === undefined).map(({ name }) => name);
      expect(without).toEqual([]);
    },
  );

  it("that a user leaves out claim nothing: of a transform of images its own fields, of any other everything", () => {
    const args = { fields: fields() };
    const common = { name: "Mine", summary: "Mine.", args };
    const ofImages = defineImageTransform({ ...common, image: (_, image) => image });
    const { sample } = runEffect(
      ofImages,
      { fields: "image" },
      sampleOf({ image: { channels: 3 }, label: { channels: 1 } }),
    );
    expect(sample.fields.get("image")).toEqual(unknownImage);
    expect(sample.fields.get("label")).toMatchObject({ channels: 1 });
    const any = defineTransform({ ...common, apply: (_, sample) => sample });
    expect(any.effect).toBeUndefined();
  });

  it("follow class indices: what makes fractions of them spoils them, what keeps them does not", () => {
    const labels = { values: "class_index" } as const;
    expect(valuesAfter({ a_min: -57, a_max: 164, b_min: 0, b_max: 1 }, labels)).toBe("blurred_classes");
    expect(valuesAfter({ a_min: 0, a_max: 255, b_min: 0, b_max: 1 }, labels)).toBe("unknown");
    expect(valuesAfter({ a_min: -57, a_max: 164, b_min: 0, b_max: 1 }, { values: "intensity" })).toBe(
      "intensity",
    );
    const resize = (is_label: boolean) =>
      valuesAfter({ target_shape: [8, 8, 8], is_label }, labels, ScaleToShape as never);
    expect([resize(false), resize(true)]).toEqual(["blurred_classes", "class_index"]);
  });

  it("name the grid by what was done, so that equal work in two transforms leads to one grid", () => {
    const resized = (target_shape: number[]) => {
      const { sample } = runEffect(
        ScaleToShape as never,
        { fields: "image", target_shape },
        sampleOf({ image: { formats: ["CDHW"] } }),
      );
      return (sample.fields.get("image") as ImageFacts).grid;
    };
    expect(resized([8, 8, 8])).toBe(resized([8, 8, 8]));
    expect(resized([8, 8, 8])).not.toBe(resized([8, 8, 9]));
  });

  it("report a size of other axes than the image may have, and only then", () => {
    const run = (formats: ImageFacts["formats"]) =>
      runEffect(
        ScaleToShape as never,
        { fields: "image", target_shape: [8, 8] },
        sampleOf({ image: { formats } }),
      );
    expect(run(["CDHW", "DHW"]).errors).toEqual(["TOMO_AXES"]);
    expect(run(shapeFormats).errors).toEqual([]);
    expect((run(shapeFormats).sample.fields.get("image") as ImageFacts).formats).toEqual([
      "HW", "HWC", "CHW", "NHW", "NHWC", "NCHW",
    ]); // biome-ignore format: one row
  });
});
