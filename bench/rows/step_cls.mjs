// One training step of DenseNet121 on 20 films of 256×256 against MONAI's.
import { stepRow } from "./step.mjs";

export const title = "DenseNet121, films of 256×256, forward + backward + Adam";

export const run = ({ repeats, device, size = "256", batch = "20" }, log) =>
  stepRow("step_cls", { repeats, size, batch, device }, log);
