import { integer } from "../args.ts";
import type { Handler } from "../contracts.ts";
import { defineHandler } from "../define.ts";

export const EarlyStop = defineHandler({
  name: "EarlyStop",
  summary: "Ends the training when the key metric has not improved for a number of validations.",
  notes: ["The final model is written as at the end of all epochs."],
  args: {
    val_times_threshold: integer("Validations without improvement after which training ends.").positive(),
  },
  build: ({ val_times_threshold }) => {
    let since = 0;
    return {
      on: (event, { stop }) => {
        if (event.type !== "validation") return;
        since = event.isBest ? 0 : since + 1;
        if (since === val_times_threshold) stop(`the key metric has not improved for ${since} validations`);
      },
    } satisfies Handler;
  },
});
