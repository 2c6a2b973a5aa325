import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TomoError } from "../../errors/tomo_error.ts";
import { temporaryFolder } from "../../testing/temporary_folder.ts";
import { withHdf5 } from "./file.ts";
import { type Hdf5Node, nodeAt } from "./node.ts";

const folder = temporaryFolder();
const path = join(folder, "fuzzed.h5");

/** Walks all of a file: it must end, in values no larger than the file can hold, or in a TomoError that names it. */
function readSafely(bytes: Uint8Array): boolean {
  writeFileSync(path, bytes);
  try {
    withHdf5({ path, start: 0, length: null }, (file) => {
      let nodes = 0;
      const visit = (node: Hdf5Node, depth: number): void => {
        // groups may hold each other; whoever walks a file must limit the walk
        if (depth > 4 || ++nodes > 400) return;
        const { dataset } = node;
        if (dataset?.type.kind === "number")
          expect(dataset.bytes().length).toBeLessThanOrEqual(bytes.length * 1032);
        for (const address of node.members.values()) visit(nodeAt(file, address), depth + 1);
      };
      visit(nodeAt(file), 0);
    });
    return true;
  } catch (error) {
    if (!(error instanceof TomoError)) throw error;
    expect(error.message).toContain("fuzzed.h5");
    return false;
  }
}

describe.each(["earliest", "v108", "latest"])("HDF5 in the form %s under mutation", (form) => {
  const original = new Uint8Array(readFileSync(new URL(`./golden/${form}.h5`, import.meta.url)));

  it("random bytes changed, and cut anywhere", () => {
    const place = fc.nat(original.length - 1);
    const mutation = fc.record({
      bytes: fc.array(fc.tuple(place, fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
      cut: fc.option(place, { freq: 8 }),
    });
    fc.assert(
      fc.property(mutation, ({ bytes, cut }) => {
        const mutant = Uint8Array.from(original);
        for (const [offset, value] of bytes) mutant[offset] = value;
        readSafely(cut === null ? mutant : mutant.subarray(0, cut));
      }),
      { numRuns: 250 },
    );
  });

  it("addresses and lengths exchanged for those of other places", () => {
    const slot = fc.nat(Math.floor(original.length / 8) - 1);
    fc.assert(
      fc.property(fc.array(fc.tuple(slot, slot), { minLength: 1, maxLength: 4 }), (swaps) => {
        const mutant = Uint8Array.from(original);
        for (const [to, from] of swaps) mutant.set(original.subarray(8 * from, 8 * from + 8), 8 * to);
        readSafely(mutant);
      }),
      { numRuns: 250 },
    );
  });

  it("every byte of the first structures set to every extreme", () => {
    for (let at = 0; at < 160; at++)
      for (const value of [0, 0x7f, 0xff]) {
        const mutant = Uint8Array.from(original);
        mutant[at] = value;
        readSafely(mutant);
      }
  });

  it("cut, it is never read as if it were whole", () => {
    for (let length = 0; length < original.length; length += 97)
      expect(readSafely(original.subarray(0, length))).toBe(false);
  });
});
