// A handler: sees every event of a run, writes to the log, and can end the training.
import { defineHandler, number } from "tomo";

export const StopWhenGood = defineHandler({
  name: "StopWhenGood",
  summary: "Ends the training as soon as the key metric is good enough.",
  args: { key_metric: number("Good enough.") },
  build: ({ key_metric }) => ({
    on: (event, { note, stop }) => {
      if (event.type !== "validation") return;
      const { name, value } = event.keyMetric;
      note(`${name} is ${value.toFixed(3)}, wanted ${key_metric}`);
      if (value >= key_metric) stop(`${name} has reached ${key_metric}`);
    },
  }),
});
