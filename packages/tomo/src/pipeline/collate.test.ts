import { liveTensors, ops, scope, type Tensor, tensor } from "@tomo/torch";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MedicalImage } from "../data/medical_image.ts";
import type { Sample } from "../data/sample.ts";
import type { ShapeFormat } from "../data/shape_format.ts";
import { tomoErrorOf } from "../testing/tomo_error_of.ts";
import { collate, imagesOf, patchesOf } from "./collate.ts";

let live = 0;
beforeEach(() => {
  live = liveTensors();
});
afterEach(() => expect(liveTensors()).toBe(live));

const plain = { batchedByTransforms: false, mergedFields: [] };
const image = (values: number[], shape: number[], format: ShapeFormat): MedicalImage => ({
  data: tensor(values, shape),
  format,
  properties: {},
});
const sample = (caseId: string, fields: Sample["fields"]): Sample => ({ caseId, index: 0, fields });
const values = (batch: Sample) =>
  imagesOf(batch).map(([field, { data, format }]) => `${field} ${format} ${data.shape}: ${data.toArray()}`);

describe("collate", () => {
  it("stacks images field by field, in order, and leaves out what is no image", () => {
    scope(() => {
      const batch = collate(
        [
          sample("a", { image: image([1, 2], [1, 2, 1], "CHW"), note: "x", score: 1 }),
          sample("b", { image: image([3, 4], [1, 2, 1], "CHW"), note: "y", score: 2 }),
        ],
        plain,
      );
      expect(batch.caseId).toBe("a, b");
      expect(values(batch)).toEqual(["image NCHW 2,1,2,1: 1,2,3,4"]);
    });
  });

  it("joins batch axes, also of different lengths, where they are expected", () => {
    scope(() => {
      const [one, two] = [
        sample("a", { image: image([1, 2], [1, 1, 2, 1], "NHWC") }),
        sample("b", { image: image([3, 4, 5, 6], [2, 1, 2, 1], "NHWC") }),
      ];
      expect([one, two].map(patchesOf)).toEqual([1, 2]);
      expect(values(collate([one, two], { ...plain, mergedFields: ["image"] }))).toEqual([
        "image NHWC 3,1,2,1: 1,2,3,4,5,6",
      ]);
      expect(values(collate([two], { ...plain, batchedByTransforms: true }))).toEqual([
        "image NHWC 2,1,2,1: 3,4,5,6",
      ]);
      expect(values(collate([one], plain))).toEqual(["image NHWC 1,1,2,1: 1,2"]);
      expect(tomoErrorOf(() => collate([two], plain)).code).toBe("TOMO_BATCHING");
    });
  });

  it("makes contiguous batches of views: repeated channels, parts of films, transposed films", () => {
    scope(() => {
      const views: [string, Tensor][] = [
        ["repeated", ops.expand(tensor([1, 2, 3, 4], [2, 2, 1]), [2, 2, 3])],
        ["part", ops.slice(ops.ones([2, 5, 3]), { dim: 1, start: 1, end: 3 })],
        ["transposed", ops.permute(ops.ones([3, 2, 2]), [2, 1, 0])],
      ];
      const samples = views.map(([name, data]) =>
        sample(name, { image: { data, format: "HWC", properties: {} } }),
      );
      const [[, batch]] = imagesOf(collate(samples, plain)) as [[string, MedicalImage]];
      expect([batch.data.shape, batch.data.isContiguous]).toEqual([[3, 2, 2, 3], true]);
      expect(batch.data.toArray()).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, ...new Array(24).fill(1)]);
      for (const one of samples) {
        const [[, alone]] = imagesOf(collate([one], plain)) as [[string, MedicalImage]];
        expect(alone.data.isContiguous).toBe(true);
      }
    });
  });

  it("copies: a batch shares no memory with its samples", () => {
    scope(() => {
      const one = sample("a", { image: image([1, 2], [1, 2, 1], "CHW") });
      const [[, batch]] = imagesOf(collate([one], plain)) as [[string, MedicalImage]];
      ops.zero_(batch.data);
      expect((one.fields.image as MedicalImage).data.toArray()).toEqual([1, 2]);
    });
  });

  it("refuses samples that do not fit together", () => {
    scope(() => {
      const a = sample("a", { image: image([1, 2], [1, 2, 1], "CHW") });
      const fault = (other: Sample["fields"]) => tomoErrorOf(() => collate([a, sample("b", other)], plain));
      expect(fault({ image: "path" }).message).toBe('field "image" holds no image, in other cases it does');
      expect(fault({ image: image([1, 2], [2, 1, 1], "CHW") }).message).toContain(
        "of case b is 2x1x1 (CHW), of case a 1x2x1",
      );
      expect(fault({ image: image([1, 2], [1, 2, 1], "HWC") }).code).toBe("TOMO_BATCH_SHAPE");
      const patches = { image: image([1, 2], [2, 1, 1, 1], "NCHW"), label: image([1, 2], [1, 2, 1], "CHW") };
      const mixed = tomoErrorOf(() =>
        collate([sample("c", patches)], { ...plain, batchedByTransforms: true }),
      );
      expect(mixed.message).toBe("label has 1 patches, another field has 2");
      expect(mixed.where).toEqual({ case: "c", field: "label" });
    });
  });
});
