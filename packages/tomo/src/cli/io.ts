import { styleText } from "node:util";

/** What a command may touch of the outside: results go to `out`, all else to `err`. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether the log is read in a terminal: colours, carets, moving bars. */
  readonly terminal: boolean;
  /** Whether the results are. */
  readonly outTerminal: boolean;
  /** Width of the window now. */
  readonly columns: number;
  /** Whether line-drawing characters can be shown. */
  readonly unicode: boolean;
  readonly cwd: string;
}

export function processIo(): Io {
  const { stdout, stderr, env } = process;
  const plain = env.NO_COLOR !== undefined || env.TERM === "dumb";
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    terminal: stderr.isTTY === true && !plain,
    outTerminal: stdout.isTTY === true && !plain,
    get columns() {
      return stderr.columns ?? stdout.columns ?? 110;
    },
    unicode: !/^(C|POSIX)$/.test(env.LC_ALL ?? env.LC_CTYPE ?? env.LANG ?? ""),
    cwd: process.cwd(),
  };
}

/** Bold and dim text for results, plain where nobody looks. */
export function style(io: Io): { bold: (text: string) => string; dim: (text: string) => string } {
  const as = (format: "bold" | "dim") => (text: string) => (io.outTerminal ? styleText(format, text) : text);
  return { bold: as("bold"), dim: as("dim") };
}

/** Breaks a text at blanks so that no line is longer than `width`, each line indented. */
export function wrap(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && indent.length + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one) => indent + one).join("\n");
}
