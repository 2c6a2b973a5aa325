import { describe, expect, it } from "vitest";
import { components } from "../components/registry.ts";
import { kinds } from "../config/kinds.ts";
import { list } from "./list.ts";
import { testIo } from "./testing/io.ts";

const printed = (what?: string, options = {}) => {
  const io = testIo({ columns: 80 });
  list(what, options, io);
  return io.printed().out;
};

describe("list", () => {
  it("shows every component under its kind", () => {
    const text = printed();
    for (const kind of kinds)
      for (const { name, summary } of components[kind]) {
        expect(text).toContain(`  ${name}\n`);
        expect(text.replaceAll(/\s+/g, " ")).toContain(summary.replaceAll(/\s+/g, " "));
      }
  });

  it("shows arguments with type, default and meaning", () => {
    const text = printed("TFScanWindowInferer");
    expect(text).toMatch(/roi_size {2,}list of 2 to 3 integers > 0 or null = null/);
    expect(text).toMatch(/batch_size {2}integer > 0 = 1/);
  });

  it("keeps to the width of the terminal where words allow", () => {
    for (const line of printed("inferers").split("\n"))
      if (!/ = |, required/.test(line)) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("shows one kind, or one component with its notes", () => {
    expect(printed("inferers")).not.toContain("WriteNifti");
    const [note] = components.inferers[1]!.notes;
    expect(printed("TFScanWindowInferer").replaceAll(/\s+/g, " ")).toContain(note!.slice(0, 60));
  });

  it("gives JSON Schemas with --json", () => {
    const listed = JSON.parse(printed("inferers", { json: true }));
    expect(listed[1]).toMatchObject({
      kind: "inferers",
      name: "TFScanWindowInferer",
      args: { type: "object", properties: { batch_size: { type: "integer", default: 1 } } },
    });
    expect(JSON.parse(printed(undefined, { json: true }))).toHaveLength(
      kinds.reduce((count, kind) => count + components[kind].length, 0),
    );
  });
});
