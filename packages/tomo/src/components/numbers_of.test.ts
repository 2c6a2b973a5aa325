import { scope, tensor } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { medicalImage } from "../data/medical_image.ts";
import type { FieldValue } from "../data/sample.ts";
import { tomoErrorOf } from "../testing/tomo_error_of.ts";
import { numbersOf } from "./numbers_of.ts";

const of = (value: FieldValue) =>
  numbersOf(
    { caseId: "a", index: 0, fields: { value, label: [1, 0], image: "a.png" } },
    "value",
    "ComputeAUC",
  );

describe("numbersOf", () => {
  it("reads a number or a list of numbers", () => {
    expect(of(0.5)).toEqual([0.5]);
    expect(of([1, 2])).toEqual([1, 2]);
  });

  it.each([
    ["a path", "a.png", 'field "value" holds "a.png"; ComputeAUC needs numbers'],
    ["null", null, 'field "value" holds null; ComputeAUC needs numbers'],
    ["an empty list", [], 'field "value" holds []; ComputeAUC needs numbers'],
    ["a list of lists", [[1]], 'field "value" holds [[1]]; ComputeAUC needs numbers'],
    ["true", true, 'field "value" holds true; ComputeAUC needs numbers'],
  ])("refuses %s and says what has numbers", (_, value, message) => {
    expect(tomoErrorOf(() => of(value))).toMatchObject({
      code: "TOMO_FIELD_NOT_NUMBERS",
      message,
      where: { case: "a", field: "value" },
      hint: "fields with numbers: label",
    });
  });

  it("refuses an image, and a field that is not there", () => {
    scope(() => {
      expect(tomoErrorOf(() => of(medicalImage(tensor([1], [1, 1]), "HW"))).message).toContain(
        "holds an image",
      );
    });
    const error = tomoErrorOf(() => numbersOf({ caseId: "a", index: 0, fields: {} }, "model", "X"));
    expect(error.message).toBe('field "model" does not exist; X needs numbers');
    expect(error.hint).toBeUndefined();
  });
});
