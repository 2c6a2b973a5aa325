import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { formatReport } from "./format.ts";
import { reportOf } from "./report.ts";
import { TomoError, TomoErrors } from "./tomo_error.ts";

const folder = mkdtempSync(join(tmpdir(), "tomo-format-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "config.json");
writeFileSync(file, '{\n  "train": {\n    "pos": "one",\n\t"neg": 1\n  }\n}\n');

const options = { cwd: folder, color: false, excerpt: true, debug: false };
const show = (thrown: unknown, changed: Partial<typeof options> = {}) =>
  formatReport(reportOf(thrown), { ...options, ...changed });

const wrongType = new TomoError("TOMO_WRONG_TYPE", '"pos" of Crop must not be a string', {
  where: { file, line: 3, column: 12, configPath: "train.pos" },
  given: '"one"',
  expected: "number",
  hint: "write 1",
});

describe("formatReport", () => {
  it("prints place, message, the line with a caret, and what would be right", () => {
    expect(show(wrongType)).toBe(`config.json:3:12  train.pos: "pos" of Crop must not be a string
     3 |     "pos": "one",
       |            ^^^^^
  given    "one"
  expected number
  hint     write 1
  code     TOMO_WRONG_TYPE
`);
  });

  it("leaves the excerpt out where nobody looks, or the file is gone", () => {
    expect(show(wrongType, { excerpt: false })).not.toContain("^");
    const gone = new TomoError("TOMO_WRONG_TYPE", "x", {
      where: { file: join(folder, "no.json"), line: 1, column: 1 },
    });
    expect(show(gone)).not.toContain("|");
  });

  it("keeps the caret under the fault in lines with tabs, and in very long lines", () => {
    const tab = new TomoError("TOMO_WRONG_TYPE", "x", { where: { file, line: 4, column: 2 } });
    expect(show(tab)).toContain('     4 |  "neg": 1\n       |  ^^^^^\n');
    const long = join(folder, "long.json");
    writeFileSync(long, `${" ".repeat(500)}"fault"${" ".repeat(500)}`);
    const lines = show(
      new TomoError("TOMO_WRONG_TYPE", "x", { where: { file: long, line: 1, column: 501 } }),
    ).split("\n");
    expect(lines[1]!.length).toBeLessThan(120);
    expect(lines[2]!.indexOf("^")).toBe(lines[1]!.indexOf('"fault"'));
  });

  it("prints paths outside the working directory in full", () => {
    expect(show(wrongType, { cwd: "/elsewhere" })).toContain(`${file}:3:12`);
  });

  it("prints case, field and cause of data errors", () => {
    const error = new TomoError("TOMO_FIELD_NOT_IMAGE", "no image", {
      where: { case: "spleen_8", field: "label" },
      cause: new Error("first line\nsecond line"),
    });
    expect(show(error)).toBe(
      "case spleen_8  field label: no image\n  cause    first line\n  code     TOMO_FIELD_NOT_IMAGE\n",
    );
  });

  it("sorts several errors by position, counts them and keeps to one screen", () => {
    const errors = Array.from(
      { length: 30 },
      (_, index) =>
        new TomoError("TOMO_WRONG_TYPE", `fault ${30 - index}`, {
          where: { file, line: 30 - index, column: 1 },
        }),
    );
    const text = show(new TomoErrors(errors));
    expect(text.indexOf("fault 1\n")).toBeLessThan(text.indexOf("fault 2\n"));
    expect(text).toContain("… and 10 more (--json lists all)");
    expect(text).toContain("30 errors");
    expect(text).not.toContain("fault 21");
  });

  it("shows an engine error without a C++ stack", () => {
    const torch = Object.assign(new Error("shape [2] is invalid\nException raised from x.cpp:12"), {
      code: "TORCH_OP_FAILED",
    });
    expect(show(torch)).toContain("shape [2] is invalid");
    expect(show(torch, { debug: true })).not.toContain("x.cpp");
  });

  it("shows the stack of what nobody foresaw only with --debug", () => {
    const error = new Error("boom");
    expect(show(error)).not.toContain("format.test.ts");
    expect(show(error, { debug: true })).toContain("format.test.ts");
  });

  it("colours only when asked", () => {
    expect(show(wrongType, { color: true })).toContain("\u001b[");
    expect(show(wrongType)).not.toContain("\u001b[");
  });
});
