import { TomoError } from "../../errors/tomo_error.ts";
import { integer, size } from "../args.ts";
import type { Inferer } from "../contracts.ts";
import { defineInferer } from "../define.ts";
import { slidingWindow } from "./sliding_window.ts";

const overlap = 0.25;

export const TFScanWindowInferer = defineInferer({
  name: "TFScanWindowInferer",
  task: "segmentation",
  summary: "Moves a window over the whole image and stitches the outputs.",
  notes: [
    "Neighbouring windows overlap by a quarter (the step is floor(0.75 · roi_size)); outputs are averaged with equal weights where windows overlap; the last window of an axis is shifted back to end with the image.",
    "An image smaller than the window is padded with zeros on both sides, and the output is cropped back.",
    "Overlap and blending are not documented for Clara Train; these are the rules of MONAI's sliding_window_inference.",
    "Peak memory is that of the input, the output (classes × voxels × 4 bytes) and one network call of batch_size windows.",
  ],
  args: {
    roi_size: size(
      "Spatial size of the window in voxels, in file order; left out, the size that the network was trained with.",
    )
      .nullable()
      .default(null),
    batch_size: integer("Windows a network call.").positive().default(1),
  },
  build:
    ({ roi_size, batch_size }) =>
    ({ trainingSize }) => {
      const roiSize = roi_size ?? trainingSize;
      if (roiSize === null) throw noWindow();
      return {
        roiSize,
        infer: (input, forward) => {
          checkRank(input.shape.length - 2, roiSize);
          return slidingWindow(input, forward, { roiSize, batchSize: batch_size, overlap });
        },
      } satisfies Inferer;
    },
});

const noWindow = (): TomoError =>
  new TomoError("TOMO_MISSING_ARGUMENT", "TFScanWindowInferer needs roi_size", {
    expected: "the window's size in voxels, such as [160, 160, 160]",
    hint: "the network was trained on whole images, so there is no size to fall back to",
  });

function checkRank(rank: number, roiSize: readonly number[]): void {
  if (rank === roiSize.length) return;
  throw new TomoError("TOMO_BAD_VALUE", `roi_size has ${roiSize.length} axes, the image has ${rank}`, {
    given: `[${roiSize.join(", ")}]`,
    expected: `${rank} sizes in voxels`,
  });
}
