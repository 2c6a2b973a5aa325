import { join } from "node:path";
import type { RunEvent } from "../events.ts";
import { runFiles, writeJson } from "../run_folder.ts";
import type { Listener } from "./listener.ts";

/** train_stats.json after each validation and at the end: what AutoML and scripts ask for. */
export function trainStats(folder: string): Listener {
  let stats: Record<string, unknown> = {};
  const write = (): void => writeJson(join(folder, runFiles.stats), stats);
  return {
    on: (event: RunEvent) => {
      if (event.type === "run_started") stats = emptyStats(event.epochs);
      if (event.type === "epoch") {
        const { epoch, globalStep, meanLoss } = event;
        stats = { ...stats, epochs_done: epoch, steps_done: globalStep, last_mean_loss: finite(meanLoss) };
      }
      if (event.type === "validation") {
        stats = {
          ...stats,
          key_metric: event.keyMetric.name,
          best_validation_metric: event.best?.value ?? null,
          best_epoch: event.best?.epoch ?? null,
          last_validation_metric: finite(event.keyMetric.value),
        };
        write();
      }
      if (event.type === "run_ended") {
        stats = { ...stats, outcome: event.outcome, training_seconds: event.seconds };
        write();
      }
    },
    close: () => {},
  };
}

const emptyStats = (epochs: number) => ({
  key_metric: null,
  best_validation_metric: null,
  best_epoch: null,
  last_validation_metric: null,
  epochs,
  epochs_done: 0,
  steps_done: 0,
  last_mean_loss: null,
  outcome: "running",
  training_seconds: null,
});

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
