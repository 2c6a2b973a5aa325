// What set-up prints: one line a step on stderr, overwritten while it works on a terminal.
const terminal = process.stderr.isTTY === true && !process.env.CI;

/** Runs a step and prints how long it took. `work` gets a function that shows progress on the same line. */
export async function step(name, work) {
  const start = performance.now();
  const progress = (text) => terminal && process.stderr.write(`\r\x1b[2K  … ${name}: ${text}`);
  progress("");
  const result = await work(progress);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stderr.write(
    `${terminal ? "\r\x1b[2K" : ""}  ✓ ${name}${result ? `: ${result}` : ""} (${seconds} s)\n`,
  );
}

/** A failure that the user can mend; printed without a stack. */
export class SetupError extends Error {
  constructor(message, remedy) {
    super(message);
    this.remedy = remedy;
  }
}

export function fail(error) {
  process.stderr.write(`\n  ✗ ${error.message}\n`);
  if (error.remedy) process.stderr.write(`    ${error.remedy}\n`);
  if (!(error instanceof SetupError)) process.stderr.write(`${error.stack}\n`);
  process.exit(error instanceof SetupError ? 5 : 1);
}
