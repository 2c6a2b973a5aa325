import { formatReport } from "../errors/format.ts";
import { reportOf } from "../errors/report.ts";
import { type Io, processIo } from "./io.ts";
import { runProgram } from "./program.ts";

/** Runs a command line; never throws. Returns the exit code. */
export async function main(argv: readonly string[], io: Io = processIo()): Promise<number> {
  try {
    return await runProgram(argv, io);
  } catch (thrown) {
    return reportFailure(thrown, argv, io);
  }
}

function reportFailure(thrown: unknown, argv: readonly string[], io: Io): number {
  const report = reportOf(thrown);
  const debug = argv.includes("--debug");
  if (argv.includes("--json"))
    io.out(`${JSON.stringify(report, (key, value) => (key === "stack" && !debug ? undefined : value))}\n`);
  else io.err(formatReport(report, { cwd: io.cwd, color: io.terminal, excerpt: io.terminal, debug }));
  return report.exit;
}
