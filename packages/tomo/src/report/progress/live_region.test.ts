import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LiveRegion } from "./live_region.ts";

const escapeCharacter = String.fromCharCode(27);
const commands = new RegExp(
  `${escapeCharacter}\\[(\\d+)A|${escapeCharacter}\\[J|\\r|\\n|[^${escapeCharacter}\\r\\n]+`,
  "g",
);

/** A terminal that understands what the region writes: text, newline, cursor up, clear to the end. It wraps. */
class Screen {
  columns: number;
  rows: string[] = [""];
  #row = 0;

  constructor(columns: number) {
    this.columns = columns;
  }

  write = (text: string): void => {
    for (const [part, up] of text.matchAll(commands)) {
      if (up !== undefined) this.#row = Math.max(0, this.#row - Number(up));
      else if (part === `${escapeCharacter}[J`) this.rows = [...this.rows.slice(0, this.#row), ""];
      else if (part === "\n") this.rows[++this.#row] = "";
      else if (part !== "\r") this.#put(part);
    }
  };

  #put(text: string): void {
    for (let from = 0; from < text.length; from += this.columns) {
      if (from > 0) this.#row++;
      this.rows[this.#row] = text.slice(from, from + this.columns);
    }
  }

  /** A narrower window breaks lines anew, as terminals do. */
  resize(columns: number): void {
    const text = this.rows.slice(0, -1);
    this.columns = columns;
    this.rows = [""];
    this.#row = 0;
    for (const line of text) this.write(`${line}\n`);
  }

  get text(): string[] {
    return this.rows.filter((row) => row !== "");
  }
}

describe("LiveRegion", () => {
  it("replaces its lines, and leaves those above", () => {
    const screen = new Screen(40);
    const region = new LiveRegion(screen.write, () => screen.columns);
    region.draw(["step 1", "time 1"]);
    region.draw(["step 2", "time 2"], ["epoch 1 done"]);
    region.draw(["step 3"]);
    expect(screen.text).toEqual(["epoch 1 done", "step 3"]);
    region.draw([], ["done"]);
    expect(screen.text).toEqual(["epoch 1 done", "done"]);
  });

  it("leaves no rest of old lines whatever the window does", () => {
    const widths = fc.array(fc.integer({ min: 12, max: 60 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(widths, (columns) => {
        const screen = new Screen(60);
        const region = new LiveRegion(screen.write, () => screen.columns);
        columns.forEach((width, n) => {
          region.draw([`live ${n} ${"x".repeat(40)}`, `more ${n}`]);
          screen.resize(width);
        });
        region.draw(["end"]);
        expect(screen.text).toEqual(["end"]);
      }),
    );
  });
});
