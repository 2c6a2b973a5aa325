import { scope, tensor } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { medicalImage, withData, withProperties } from "./medical_image.ts";

describe("medicalImage", () => {
  it("refuses a layout with another number of axes", () => {
    scope(() => {
      const data = tensor([1, 2, 3, 4], [2, 2]);
      expect(() => medicalImage(data, "CHW")).toThrow("format CHW does not fit an array of shape [2, 2]");
      expect(() => medicalImage(data, "WH" as "HW")).toThrow(/WH/);
    });
  });

  it("is not changed by what is made from it", () => {
    scope(() => {
      const image = medicalImage(tensor([1, 2], [1, 2]), "HW", { fileName: "a.nii", originalShape: [1, 2] });
      const other = withProperties(withData(image, tensor([3], [1, 1])), { fileName: "b.nii" });
      expect(image.properties.fileName).toBe("a.nii");
      expect(image.data.toArray()).toEqual([1, 2]);
      expect(other.properties).toEqual({ fileName: "b.nii", originalShape: [1, 2] });
    });
  });
});
