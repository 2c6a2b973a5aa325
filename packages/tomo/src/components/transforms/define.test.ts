import { ops, scope, tensor } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { caseOf, ramp } from "../../conformance/images.ts";
import { withData } from "../../data/medical_image.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { applyTransform, imageIn, streamOf } from "../../testing/transform_harness.ts";
import { fields, number } from "../args.ts";
import { defineImageTransform, defineRandomTransform } from "./define.ts";

const args = { fields: fields() };
const failing = (fault: () => never) =>
  defineImageTransform({ name: "Failing", summary: "Fails.", args, image: fault });

describe("defineImageTransform", () => {
  it("adds case and field to what a transform throws", () => {
    scope(() => {
      const sample = caseOf({ image: ramp("DHW", [2, 2, 2]), label: ramp("DHW", [2, 2, 2]) });
      const known = failing(() => {
        throw new TomoError("TOMO_IMAGE_UNFIT", "no", { expected: "yes", where: { file: "/a.nii" } });
      });
      expect(tomoErrorOf(() => applyTransform(known, { fields: "label" }, sample))).toMatchObject({
        code: "TOMO_IMAGE_UNFIT",
        expected: "yes",
        where: { file: "/a.nii", case: "case_7", field: "label" },
      });
      const unknown = failing(() => {
        ops.matmul(tensor([1, 2]), tensor([1, 2, 3]));
        throw new Error("unreachable");
      });
      const error = tomoErrorOf(() => applyTransform(unknown, { fields: ["label"] }, sample));
      expect(error).toMatchObject({
        code: "TOMO_TRANSFORM_FAILED",
        where: { case: "case_7", field: "label" },
      });
      expect(error.cause).toMatchObject({ name: "TorchError" });
    });
  });
});

describe("defineRandomTransform", () => {
  it("draws once for all fields, from the first one, and hands the draw to each", () => {
    let draws = 0;
    const Shift = defineRandomTransform({
      name: "Shift",
      summary: "Shifts.",
      args: { ...args, by: number("Shift.") },
      draw: ({ by }, random, first) => {
        draws++;
        return by * random.integer(1, 100) + first.data.numel;
      },
      image: (_, shift, image) => withData(image, ops.add(image.data, shift)),
    });
    scope(() => {
      const sample = caseOf({ image: ramp("HW", [0, 1, 2]), label: ramp("HW", [0, 2, 2]) });
      const result = applyTransform(
        Shift,
        { fields: ["image", "label"], by: 10 },
        sample,
        streamOf(2),
      ).sample;
      const [shift] = imageIn(result).data.toArray();
      expect(imageIn(result, "label").data.toArray()[0]).toBe(shift);
      expect((shift! - 1 - 2) % 10).toBe(0);
    });
    expect(draws).toBe(1);
    expect(Shift.isRandom({ fields: ["image"], by: 1 })).toBe(true);
  });
});
