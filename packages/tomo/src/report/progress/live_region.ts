import { fit, widthOf } from "./draw.ts";

/** The lines at the end of a terminal that change while a run goes on; others scroll away above them. */
export class LiveRegion {
  readonly #write: (text: string) => void;
  readonly #columns: () => number;
  /** Visible lengths of the lines that stand there. */
  #drawn: number[] = [];

  constructor(write: (text: string) => void, columns: () => number) {
    this.#write = write;
    this.#columns = columns;
  }

  /** Replaces the region; `above` stays for good. One write, so that nothing flickers. */
  draw(lines: readonly string[], above: readonly string[] = []): void {
    // the last column stays free: some terminals wrap when it is filled
    const columns = Math.max(1, this.#columns() - 1);
    const shown = lines.map((line) => fit(line, columns));
    const kept = above.map((line) => `${line}\n`).join("");
    this.#write(this.#erase() + kept + shown.map((line) => `${line}\n`).join(""));
    this.#drawn = shown.map(widthOf);
  }

  /** Moves to the first line of the region and clears to the end of the screen. A narrower window wraps old lines. */
  #erase(): string {
    const columns = Math.max(1, this.#columns());
    const rows = this.#drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    return rows === 0 ? "" : `\u001b[${rows}A\r\u001b[J`;
  }
}
