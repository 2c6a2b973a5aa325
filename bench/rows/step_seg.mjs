// One training step of SegAhnet on a 96³ patch against MONAI's AHNet.
import { stepRow } from "./step.mjs";

export const title = "SegAhnet 96³, forward + backward + Adam";

export const run = ({ repeats, device, size = "96", batch = "1,3" }, log) =>
  stepRow("step_seg", { repeats, size, batch, device }, log);
