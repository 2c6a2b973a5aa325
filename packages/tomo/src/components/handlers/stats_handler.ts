import type { Handler } from "../contracts.ts";
import { defineHandler } from "../define.ts";

export const StatsHandler = defineHandler({
  name: "StatsHandler",
  summary: "Prints statistics of the loss and the times after each epoch.",
  args: {},
  build: () => {
    let losses: number[] = [];
    let seconds = 0;
    return {
      on: (event, { note }) => {
        if (event.type === "epoch_started") [losses, seconds] = [[], 0];
        if (event.type === "step") {
          losses.push(event.loss);
          seconds += event.seconds;
        }
        if (event.type === "epoch" && losses.length > 0)
          note(`epoch ${event.epoch}: ${lossText(losses)}; ${(seconds / losses.length).toFixed(3)} s a step`);
      },
    } satisfies Handler;
  },
});

function lossText(losses: readonly number[]): string {
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  const spread = Math.sqrt(losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / losses.length);
  const [least, most] = [Math.min(...losses), Math.max(...losses)];
  return `loss mean ${mean.toFixed(4)}, std ${spread.toFixed(4)}, min ${least.toFixed(4)}, max ${most.toFixed(4)} over ${losses.length} steps`;
}
