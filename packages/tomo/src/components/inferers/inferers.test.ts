import { ops, scope, type Tensor } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { TFScanWindowInferer } from "./tf_scan_window_inferer.ts";
import { TFSimpleInferer } from "./tf_simple_inferer.ts";

const scan = (args: object, trainingSize: readonly number[] | null = null) =>
  TFScanWindowInferer.build(TFScanWindowInferer.args.parse(args))({ trainingSize });

describe("TFScanWindowInferer", () => {
  it("passes at most batch_size windows of roi_size and keeps the image's size", () => {
    scope(() => {
      const shapes: (readonly number[])[] = [];
      const forward = (windows: Tensor) => {
        shapes.push(windows.shape);
        return ops.cat([windows, windows], { dim: 1 });
      };
      const inferer = scan({ roi_size: [4, 4, 4], batch_size: 3 });
      const output = inferer.infer(ops.zeros([1, 1, 7, 4, 7], { dtype: "float32" }), forward);
      expect(output.shape).toEqual([1, 2, 7, 4, 7]);
      expect(shapes).toEqual([
        [3, 1, 4, 4, 4],
        [1, 1, 4, 4, 4],
      ]);
    });
  });

  it("falls back to the training size, and says when there is none", () => {
    expect(scan({}, [96, 96, 96]).roiSize).toEqual([96, 96, 96]);
    expect(scan({ roi_size: [8, 8] }, [96, 96, 96]).roiSize).toEqual([8, 8]);
    expect(tomoErrorOf(() => scan({})).code).toBe("TOMO_MISSING_ARGUMENT");
  });

  it("refuses a window of another rank than the image", () => {
    scope(() => {
      const image = ops.zeros([1, 1, 4, 4], { dtype: "float32" });
      const error = tomoErrorOf(() => scan({ roi_size: [4, 4, 4] }).infer(image, (windows) => windows));
      expect(error.message).toContain("3 axes, the image has 2");
    });
  });

  it.each([{ roi_size: [0, 4] }, { roi_size: [4] }, { batch_size: 0 }, { overlap: 0.5 }])(
    "refuses %o",
    (args) => {
      expect(TFScanWindowInferer.args.safeParse(args).success).toBe(false);
    },
  );
});

describe("TFSimpleInferer", () => {
  it("calls the network once with the whole image", () => {
    scope(() => {
      const inferer = TFSimpleInferer.build({})({ trainingSize: null });
      let calls = 0;
      const image = ops.zeros([1, 1, 5, 3], { dtype: "float32" });
      const output = inferer.infer(image, (input) => {
        calls++;
        return ops.add(input, 1);
      });
      expect([calls, inferer.roiSize, output.toArray()[0]]).toEqual([1, null, 1]);
    });
  });
});
