import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { isatty } from "node:tty";

/** Shows a prompt on the terminal and blocks this thread until a line was entered; without a terminal does nothing. */
export function waitForEnter(prompt: string): void {
  if (!isatty(0) || !isatty(2)) return;
  const terminal = openTerminal();
  if (terminal === null) return;
  try {
    writeSync(2, prompt);
    readSync(terminal, new Uint8Array(256));
  } finally {
    closeSync(terminal);
  }
}

/** A descriptor of its own: Node sets the standard input to non-blocking. */
function openTerminal(): number | null {
  try {
    return openSync("/dev/tty", "r");
  } catch {
    return null;
  }
}
