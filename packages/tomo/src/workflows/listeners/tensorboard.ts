import { TensorBoardWriter } from "../../report/tfevents.ts";
import type { RunEvent, ValidationDone } from "../events.ts";
import type { Listener } from "./listener.ts";
import { isRecorded } from "./recorded.ts";

/** Curves for TensorBoard over the global step: loss, learning_rate, and each metric with `do_summary`. */
export function tensorBoard(folder: string, interval: number): Listener {
  let writer: TensorBoardWriter | undefined;
  const open = (): TensorBoardWriter => (writer ??= new TensorBoardWriter(folder));
  return {
    on: (event: RunEvent) => {
      if (event.type === "run_started") open();
      if (event.type === "step" && isRecorded(event, interval)) {
        open().scalar("loss", event.loss, event.globalStep);
        open().scalar("learning_rate", event.learningRate, event.globalStep);
        for (const { name, value, doSummary } of event.auxiliary)
          if (doSummary && Number.isFinite(value)) open().scalar(name, value, event.globalStep);
      }
      if (event.type === "validation") {
        for (const [tag, value] of curvesOf(event)) open().scalar(tag, value, event.globalStep);
        open().flush();
      }
    },
    close: () => writer?.close(),
  };
}

const curvesOf = ({ metrics }: ValidationDone): [string, number][] =>
  metrics
    .filter(({ doSummary }) => doSummary)
    .flatMap(({ name, value, parts }) => [
      [name, value] as [string, number],
      ...Object.entries(parts).map(([part, mean]): [string, number] => [`${name}/${part}`, mean]),
    ])
    .filter(([, value]) => Number.isFinite(value));
