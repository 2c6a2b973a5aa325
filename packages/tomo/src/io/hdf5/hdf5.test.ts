import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../testing/temporary_folder.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { type Window, withHdf5 } from "./file.ts";
import { descend, type Hdf5Node, nodeAt } from "./node.ts";

interface Row {
  readonly texts?: Readonly<Record<string, readonly string[]>>;
  readonly shape?: readonly number[];
  readonly dtype?: string;
  /** Base64. */
  readonly bytes?: string;
}

const golden = (name: string): string => fileURLToPath(new URL(`./golden/${name}`, import.meta.url));
// What h5py, the C library, reads; golden/make.py made it.
const contents = JSON.parse(readFileSync(golden("contents.json"), "utf8")) as Record<string, Row>;

/** Path of a node's row, and the row, for the node and all below it. */
function rowsOf(path: string, window: Omit<Window, "path"> = { start: 0, length: null }): Map<string, Row> {
  const rows = new Map<string, Row>();
  withHdf5({ path, ...window }, (file) => {
    const visit = (at: string, node: Hdf5Node): void => {
      const { dataset, attributes, members } = node;
      const numbers = dataset?.type.kind === "number" && dataset.shape !== null ? dataset : null;
      if (attributes.size > 0 || numbers !== null)
        rows.set(at, {
          ...(attributes.size > 0 ? { texts: Object.fromEntries(attributes) } : {}),
          ...(numbers?.type.kind === "number"
            ? {
                shape: numbers.shape ?? [],
                dtype: numbers.type.dtype,
                bytes: Buffer.from(numbers.bytes()).toString("base64"),
              }
            : {}),
        });
      for (const [name, address] of members) visit(`${at}/${name}`, nodeAt(file, address));
    };
    visit("", nodeAt(file));
  });
  return rows;
}

describe.each(["earliest", "v108", "latest", "tracked"])("HDF5 in the form %s", (form) => {
  const rows = rowsOf(golden(`${form}.h5`));

  it("has the attributes and values that the C library reads", () => {
    for (const [path, row] of Object.entries(contents))
      if (form !== "latest" || !path.startsWith("/chunks"))
        expect([path, rows.get(path)]).toEqual([path, row]);
  });

  it("has all members of a large group, and no soft or external links", () => {
    expect([...rows.keys()].filter((path) => path.startsWith("/many/"))).toHaveLength(120);
    expect(rows.has("/soft")).toBe(false);
    expect(rows.has("/external")).toBe(false);
  });

  it("tells datasets without numbers or without elements", () => {
    withHdf5({ path: golden(`${form}.h5`), start: 0, length: null }, (file) => {
      const node = (name: string) => descend(file, nodeAt(file), [name])?.dataset;
      expect(node("text")?.type.kind).toBe("text");
      expect(node("null")?.shape).toBeNull();
      expect(node("empty")?.bytes()).toHaveLength(0);
      expect(node("many")).toBeNull();
      expect(descend(file, nodeAt(file), ["many", "nothing"])).toBeNull();
    });
  });
});

describe("an HDF5 file", () => {
  it("with chunks in the form of HDF5 1.10 is refused only when they are read", () => {
    const error = tomoErrorOf(() => rowsOf(golden("latest_chunks.h5")));
    expect(error.code).toBe("TOMO_WEIGHTS_UNREADABLE");
    expect(error.message).toContain("chunks indexed in the form of HDF5 1.10");
  });

  it("can lie within another file, also beyond 4 GiB", () => {
    const bytes = readFileSync(golden("earliest.h5"));
    const path = join(temporaryFolder(), "large");
    const start = 5 * 2 ** 30;
    const file = openSync(path, "w");
    writeSync(file, bytes, 0, bytes.length, start);
    closeSync(file);
    const rows = rowsOf(path, { start, length: bytes.length });
    expect(rows).toEqual(rowsOf(golden("earliest.h5")));
    const refusal = (from: number, length: number): string =>
      tomoErrorOf(() => rowsOf(path, { start: from, length })).message;
    expect(refusal(start + 8, bytes.length - 8)).toContain("it does not begin as one");
    expect(refusal(start, 500)).toContain("it was cut");
  });
});
