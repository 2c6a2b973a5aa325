import { adopt, dispose, liveTensors, ops, release, sharedTensors } from "@tomo/torch";
import { expect, it } from "vitest";
import type { MedicalImage } from "../../data/medical_image.ts";
import type { FieldValue } from "../../data/sample.ts";
import { bytesOf, packSample, tokensOf, unpackSample } from "./packed_sample.ts";

const image = (): MedicalImage => ({
  data: ops.ones([2, 3], { dtype: "int16" }),
  format: "HW",
  properties: { fileName: "a.nii" },
});

it("a sample comes through a message as it was, its voxels in the same memory", () => {
  const [live, shared] = [liveTensors(), sharedTensors()];
  const fields: Record<string, FieldValue> = { image: image(), list: [image(), "x", [1, null]], score: 0.5 };
  const sample = { caseId: "a", index: 3, fields };
  const packed = structuredClone(packSample(sample));
  expect(bytesOf(packed)).toBe(24);
  expect(tokensOf(packed)).toHaveLength(2);
  const kept = unpackSample(packed, true);
  const taken = unpackSample(packed, false);
  ops.zero_((sample.fields.image as MedicalImage).data);
  for (const copy of [kept, taken]) {
    expect(copy).toMatchObject({ caseId: "a", index: 3, fields: { score: 0.5, list: [{}, "x", [1, null]] } });
    const { data, format, properties } = copy.fields.image as MedicalImage;
    expect({ format, properties }).toEqual({ format: "HW", properties: { fileName: "a.nii" } });
    expect(data.toArray()).toEqual([0, 0, 0, 0, 0, 0]);
  }
  dispose([sample, kept, taken]);
  expect([liveTensors(), sharedTensors()]).toEqual([live, shared]);
  expect(() => adopt(tokensOf(packed)[0]!)).toThrow("token");
  expect(release(tokensOf(packed)[0]!)).toBe(false);
});

it("a sample that cannot be packed leaves no token", () => {
  const shared = sharedTensors();
  const fields = { image: image(), label: image() };
  fields.label.data.dispose();
  expect(() => packSample({ caseId: "a", index: 0, fields })).toThrow();
  expect(sharedTensors()).toBe(shared);
  dispose(fields.image);
});

it("shares views as they are, and counts memory that channels share once", () => {
  const grey = ops.ones([2, 3, 1]);
  const data = ops.expand(grey, [2, 3, 3]);
  const fields = { image: { data, format: "HWC", properties: {} } as const };
  const packed = packSample({ caseId: "a", index: 0, fields });
  expect(bytesOf(packed)).toBe(24);
  const back = unpackSample(packed, false);
  ops.fill_(grey, 5);
  expect((back.fields.image as MedicalImage).data.strides).toEqual([3, 1, 0]);
  expect((back.fields.image as MedicalImage).data.toArray()).toEqual(new Array(18).fill(5));
  dispose([grey, fields, back]);
});
