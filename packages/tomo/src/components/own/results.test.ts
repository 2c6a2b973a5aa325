import { ops, scope, type Tensor } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import type { Kind } from "../../config/kinds.ts";
import { medicalImage } from "../../data/medical_image.ts";
import { resultFault } from "./results.ts";

type Case = readonly [
  kind: Kind,
  method: string,
  result: unknown,
  fault: string | undefined,
  ...of: unknown[],
];

describe("what a kind returns", () => {
  const zeros = (...shape: number[]): Tensor => ops.zeros(shape);
  const sample = (fields: object) => ({ caseId: "a", index: 0, fields });
  const network = { outChannels: 2, dataFormat: "channels_first" };
  const last = { outChannels: 2, dataFormat: "channels_last" };
  const auxOp = { outputs: [{ name: "dice", per: "batch" }] };

  it("is looked at as soon as it comes", () => {
    const cases = (): readonly Case[] => [
      ["transforms", "apply", sample({ image: medicalImage(zeros(2, 2), "HW"), note: null }), undefined],
      ["transforms", "apply", undefined, "must return a sample, it returned nothing"],
      [
        "transforms",
        "apply",
        sample({ image: zeros(2, 2) }),
        'in the field "image", it left a tensor of shape [2, 2]',
      ],
      ["transforms", "apply", sample({ image: undefined }), 'in the field "image", it left nothing'],
      ["models", "predict", zeros(1, 2, 4, 4), undefined, network, zeros(1, 3, 4, 4)],
      ["models", "predict", zeros(1, 4, 4, 2), undefined, last, zeros(1, 4, 4, 3)],
      ["models", "predict", zeros(5, 2), undefined, network, zeros(5, 3, 4, 4)],
      ["models", "predict", zeros(1, 3, 4, 4), "as many channels as its outChannels says, 2", network],
      ["models", "logits", zeros(1, 2, 2, 4), "the size of its image, 4×4", network, zeros(1, 3, 4, 4)],
      ["models", "logits", undefined, "must return a tensor, it returned nothing", network],
      ["aux_ops", "compute", { dice: zeros(1) }, undefined, auxOp],
      ["aux_ops", "compute", { dise: zeros(1) }, '"dice" is missing among dise', auxOp],
      ["aux_ops", "compute", { dice: 1 }, "must return tensors by the names", auxOp],
      ["inferers", "", { infer: () => null }, undefined],
      ["inferers", "", () => null, "must return { roiSize, infer }"],
      ["inferers", "infer", zeros(1, 2, 4, 4), undefined, {}, zeros(1, 3, 4, 4)],
      ["inferers", "infer", zeros(7, 2), undefined, {}, zeros(7, 3, 4, 4)],
      ["inferers", "infer", zeros(1, 2, 5, 4), "the size of its image, 4×4", {}, zeros(1, 3, 4, 4)],
      ["inferers", "infer", undefined, "must return a tensor, it returned nothing", {}],
    ];
    scope(() => {
      for (const [kind, method, result, fault, owner, ...given] of cases()) {
        const found = resultFault(kind, method, result, { owner: owner as object, given });
        if (fault === undefined) expect(found).toBeUndefined();
        else expect(found).toContain(fault);
      }
    });
  });
});
