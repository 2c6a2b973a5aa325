import { memoryUse, ops, resetPeakMemory, scope, type Tensor } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { medicalImage } from "../data/medical_image.ts";
import { tomoErrorOf } from "../testing/tomo_error_of.ts";
import { outputsOf } from "./predict.ts";

const sampleOf = (image: Tensor) => ({
  caseId: "case_1",
  index: 0,
  fields: { image: medicalImage(image, "CDHW") },
});

/** A network of two equal channels in place of a real one. */
const predictor = (change: (windows: Tensor) => Tensor) => ({
  network: {
    dataFormat: "channels_first",
    predict: (windows: Tensor) => ops.cat([change(windows), change(windows)], { dim: 1 }),
    checkSize: () => null,
  } as never,
  inferer: { roiSize: null, infer: (input: Tensor, forward: (windows: Tensor) => Tensor) => forward(input) },
  inChannels: 1,
  device: "cpu",
});

describe("outputsOf", () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "refuses %f in one voxel",
    (bad) => {
      scope(() => {
        const image = ops.rand([1, 4, 5, 6], { dtype: "float32" });
        ops.fill_(ops.narrow(ops.flatten(image), 0, 77, 1), bad);
        const error = tomoErrorOf(() =>
          outputsOf(
            [sampleOf(image)],
            predictor((windows) => windows),
          ),
        );
        expect(error).toMatchObject({ code: "TOMO_NOT_FINITE", where: { case: "case_1" } });
      });
    },
  );

  it("takes the largest finite numbers, though their sum is none", () => {
    scope(() => {
      const image = ops.fill_(ops.zeros([1, 4, 5, 6], { dtype: "float32" }), 3e38);
      const found = outputsOf(
        [sampleOf(image)],
        predictor((windows) => windows),
      );
      expect(ops.amax(found).item()).toBeCloseTo(3e38, -33);
    });
  });

  it("looks for NaN without a copy of the output", () => {
    scope(() => {
      const image = ops.rand([1, 64, 64, 64], { dtype: "float32" });
      resetPeakMemory();
      const before = memoryUse().live;
      outputsOf(
        [sampleOf(image)],
        predictor((windows) => windows),
      );
      expect(memoryUse().peak - before).toBeLessThan(2 * 64 ** 3 * 4 + 100_000);
    });
  });
});
