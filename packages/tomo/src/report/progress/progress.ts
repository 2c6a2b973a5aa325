import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import picocolors from "picocolors";
import type { RunEnded, RunEvent, ValidationDone } from "../../workflows/events.ts";
import { caseLines, caseSummary, caseText, caseViewAfter, emptyCaseView, saysMuch } from "./case_view.ts";
import type { Pen } from "./draw.ts";
import { LiveRegion } from "./live_region.ts";
import { headline, trainLines } from "./train_lines.ts";
import { epochLines, type NextCommand, trainSummary } from "./train_summary.ts";
import { emptyTrainView, trainViewAfter } from "./train_view.ts";

export interface ProgressOptions {
  readonly write: (text: string) => void;
  /** Whether lines can be redrawn; else one plain line an epoch or a case. */
  readonly terminal: boolean;
  readonly color: boolean;
  /** Line-drawing characters. */
  readonly unicode: boolean;
  /** Asked at every drawing, so that a resized window is drawn right. */
  readonly columns: () => number;
  readonly cwd: string;
  /** The MMAR and the variables as the user typed them, for the command to type next. */
  readonly mmar: string;
  readonly set?: readonly string[];
  /** Milliseconds; only tests replace it. */
  readonly now?: () => number;
}

/** Shows a run while it goes on; `close` belongs to its end, however it ended. */
export interface Progress {
  readonly on: (event: RunEvent) => void;
  readonly close: () => void;
}

/** At most so many drawings a second. */
const redrawMilliseconds = 80;

export function createProgress(options: ProgressOptions): Progress {
  const { now = Date.now, columns, terminal } = options;
  const pen = penOf(options);
  const next = nextCommand(options);
  const region = new LiveRegion(options.write, columns);
  let [training, cases] = [emptyTrainView, emptyCaseView];
  let [started, drawn] = [now(), 0];
  let validation: ValidationDone | null = null;

  const lines = (): string[] =>
    training.start?.workflow === "train"
      ? ["", ...trainLines(training, (now() - started) / 1000, columns(), pen)]
      : ["", ...caseLines(cases, columns(), pen)];
  const show = (above: readonly string[], final = false): void => {
    if (!terminal) {
      for (const line of above) options.write(`${line}\n`);
      return;
    }
    if (above.length === 0 && !final && now() - drawn < redrawMilliseconds) return;
    drawn = now();
    region.draw(final ? [] : lines(), above);
  };
  /** Lines that stay. */
  const stays = (event: RunEvent): string[] => {
    switch (event.type) {
      case "run_started":
        started = now();
        return [headline(event, pen, columns())];
      case "note":
        return [pen.dim(event.message)];
      case "warning":
        return [`${pen.yellow("warning")} ${event.message} ${pen.dim(event.code)}`];
      case "validation":
        validation = event;
        return [];
      case "epoch": {
        const found = validation;
        validation = null;
        const { auxiliary } = training;
        return terminal && found === null
          ? []
          : epochLines({ ...event, loss: event.meanLoss }, { validation: found, auxiliary }, columns(), pen);
      }
      case "case":
        return saysMuch(event) ? [caseText(event, pen)] : [];
      case "run_ended":
        return [
          "",
          ...(event.workflow === "train"
            ? trainSummary(training, event, pen, next)
            : caseSummary(cases, event, pen, next)),
        ];
      default:
        return [];
    }
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    on: (event) => {
      training = trainViewAfter(training, event);
      cases = caseViewAfter(cases, event);
      show(stays(event), event.type === "run_ended");
      if (event.type === "run_started" && terminal) timer = setInterval(() => show([]), 1000).unref();
      if (event.type === "run_ended") clearInterval(timer);
    },
    // after an error the last picture stays, above the message
    close: () => clearInterval(timer),
  };
}

function penOf({ color, unicode }: ProgressOptions): Pen {
  const { bold, dim, green, yellow, cyan } = picocolors.createColors(color);
  return { bold, dim, green, yellow, cyan, unicode };
}

/** The one that loads a checkpoint goes first. */
const validationConfigs = ["config/config_validation_ckpt.json", "config/config_validation.json"];

function nextCommand({ cwd, mmar, set = [] }: ProgressOptions): NextCommand {
  const shown = (path: string): string => {
    const short = relative(cwd, path);
    return short === "" ? "." : short.startsWith("..") ? path : short;
  };
  const data = set.filter((word) =>
    /^(DATA_ROOT|DATASET_JSON|MMAR_CKPT_DIR|MMAR_EVAL_OUTPUT_PATH)=/.test(word),
  );
  return {
    shown,
    after: (_end: RunEnded, checkpoints) => {
      if (checkpoints.best === undefined) return null;
      const variables = [...data, "do_validation=true", "output_infer_result=true"];
      const config = validationConfigs.find((file) => existsSync(join(resolve(cwd, mmar), file)));
      if (config === undefined) return null;
      return `npx tomo validate -m ${mmar} -c ${config} --set ${variables.join(" ")}`;
    },
  };
}
