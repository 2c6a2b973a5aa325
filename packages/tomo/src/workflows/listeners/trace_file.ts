import type { Moment, RunEvent, StepTime } from "../events.ts";
import type { AppendFile } from "./append_file.ts";
import type { Listener } from "./listener.ts";

/** About 25 MB, which browsers still open. */
const mostSpans = 200_000;

interface Span {
  readonly name: string;
  readonly track: number;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly seconds: number;
  readonly args?: Readonly<Record<string, unknown>>;
}

/**
 * trace.json in Chrome's format (ui.perfetto.dev, chrome://tracing): a row for the training, one for each loader. The
 * format may end without its bracket, so the file of a run that was killed opens too. The first 200,000 spans are written.
 */
export function traceFile(file: AppendFile): Listener {
  const named = new Set<number>();
  const zero = Date.now();
  let spans = 0;
  const put = (record: unknown): void => file.write(`${JSON.stringify(record)},\n`);
  const write = ({ name, track, start, seconds, args }: Span): void => {
    if (spans++ >= mostSpans) return;
    if (!named.has(track)) put(trackName(track));
    named.add(track);
    const [ts, dur] = [1e3 * (start - zero), 1e6 * seconds].map(Math.round);
    put({ name, ph: "X", pid: 1, tid: track, ts, dur, ...(args && { args }) });
  };
  return {
    on: (event) => spansOf(event).forEach(write),
    close: () => {
      if (spans > 0) file.write(`${JSON.stringify(trackName(0))}\n]\n`);
      file.close();
    },
  };
}

/** Track 0 is the thread that trains; loaders follow from 1, those of validation from 101. */
function trackName(track: number): unknown {
  const name =
    track === 0 ? "training" : track < 100 ? `loader ${track}` : `validation loader ${track - 100}`;
  return { name: "thread_name", ph: "M", pid: 1, tid: track, args: { name } };
}

function spansOf(event: RunEvent): Span[] {
  switch (event.type) {
    case "step": {
      const { epoch, globalStep, cases, loss } = event;
      return before(event.moment, parts(event.time), { epoch, step: globalStep, cases, loss });
    }
    case "validation_progress": {
      const { wait, inference, post, scoring } = event.time;
      const named: [string, number][] = [
        ["wait for case", wait],
        ["inference", inference],
        ["post-processing", post],
        ["scoring", scoring],
      ];
      return before(event.moment, named, { case: event.case });
    }
    case "checkpoint":
      return before(event.moment, [["checkpoint", event.seconds]], { path: event.path });
    case "loader_task": {
      const track = event.worker === 0 ? 0 : event.worker + (event.loader === "training" ? 0 : 100);
      const { start, seconds } = event;
      const task = { name: `load ${event.case}`, track, start, seconds };
      return [task, ...inside(track, start, event.transforms)];
    }
    default:
      return [];
  }
}

const parts = ({ wait, transfer, forward, backward, optimizer }: StepTime): [string, number][] => [
  ["wait for data", wait],
  ["transfer", transfer],
  ["forward", forward],
  ["backward", backward],
  ["optimizer", optimizer],
];

/** Parts that follow one another and end at a moment. */
function before(
  moment: Moment | undefined,
  named: readonly (readonly [string, number])[],
  args: Span["args"],
): Span[] {
  if (moment === undefined) return [];
  const total = named.reduce((sum, [, seconds]) => sum + seconds, 0);
  let start = moment.at - 1e3 * total;
  return named.flatMap(([name, seconds]) => {
    const span = { name, track: 0, start, seconds, args };
    start += 1e3 * seconds;
    return seconds > 0 ? [span] : [];
  });
}

/** Transforms of a task, one after the other. */
function inside(
  track: number,
  begin: number,
  transforms: readonly { readonly name: string; readonly seconds: number }[],
): Span[] {
  let start = begin;
  return transforms.map(({ name, seconds }) => {
    const span = { name, track, start, seconds };
    start += 1e3 * seconds;
    return span;
  });
}
