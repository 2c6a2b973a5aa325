import { z } from "zod";
import { TomoError } from "../../errors/tomo_error.ts";
import type { ArgFault } from "../define.ts";

export const numClasses = () => z.int().positive().describe("Channels of the output.");

export const finalActivation = () =>
  z
    .enum(["softmax", "sigmoid", "linear"])
    .default("softmax")
    .describe("Activation over the channels of the output; computed in float32.");

export const modelDtype = () =>
  z
    .enum(["float32"])
    .default("float32")
    .describe("Type of the weights; use_amp chooses that of the activations.");

/** Softmax over one channel is 1 everywhere. */
export const activationFault = (args: {
  readonly num_classes: number;
  readonly final_activation: string;
}): readonly ArgFault[] =>
  args.num_classes === 1 && args.final_activation === "softmax"
    ? [
        {
          argument: "final_activation",
          message: "softmax over one channel is 1 everywhere, so nothing could be learnt",
          expected: "sigmoid with num_classes 1, or softmax with num_classes 2",
        },
      ]
    : [];

/** Throws when the network and the data have different numbers of spatial axes. */
export function dimensionFault(model: string, own: number, data: number, hint: string): void {
  if (own === data) return;
  throw new TomoError("TOMO_BAD_VALUE", `${model} is ${own}-D, but the data is ${data}-D`, {
    where: { configPath: "model.args" },
    given: String(own),
    expected: String(data),
    hint,
  });
}
