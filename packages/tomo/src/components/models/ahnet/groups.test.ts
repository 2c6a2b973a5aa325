import { ops, scope, type Tensor } from "@tomo/torch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groupSize, inGroups, joined } from "./groups.ts";

const stackOf = (count: number, channels: number, [height, width]: readonly [number, number]): Tensor =>
  ops.contiguous(ops.randn([count, channels, height, width], { dtype: "float32" }), {
    memoryFormat: "channels_last",
  });
const evaluating = { training: false };

describe("joined", () => {
  it("puts the results of all groups behind each other, also where each slice becomes several or a pair one", () => {
    const cases = fc.record({
      pairs: fc.integer({ min: 1, max: 9 }),
      pairsOfGroup: fc.integer({ min: 1, max: 5 }),
      factor: fc.constantFrom(0.5, 1, 2),
    });
    fc.assert(
      fc.property(cases, ({ pairs, pairsOfGroup, factor }) => {
        scope(() => {
          const seen: number[] = [];
          const found = joined(2 * pairs, 2 * pairsOfGroup, (first, length) => {
            seen.push(first);
            return ops.add(ops.zeros([length * factor, 3, 1, 2], { dtype: "float32" }), first);
          });
          expect(found.shape).toEqual([2 * pairs * factor, 3, 1, 2]);
          expect(seen).toEqual(
            Array.from({ length: Math.ceil(pairs / pairsOfGroup) }, (_, n) => 2 * n * pairsOfGroup),
          );
          const values = ops.select(ops.flatten(found, { startDim: 1 }), 1, 0).toArray();
          values.forEach((value, n) => {
            const slice = Math.floor(n / factor);
            expect(value).toBe(slice - (slice % (2 * pairsOfGroup)));
          });
        });
      }),
    );
  });
});

describe("inGroups", () => {
  it("equals one call on all slices, and frees all but the result", () => {
    scope(() => {
      const size = [128, 96] as const;
      const parts = [stackOf(7, 2, size), stackOf(7, 3, size)];
      const counts: number[] = [];
      const forward = (group: readonly Tensor[]) => {
        counts.push(group[0]!.shape[0]!);
        return ops.relu(ops.cat(group, { dim: 1 }));
      };
      const found = inGroups(parts, forward, evaluating);
      expect(counts).toEqual([2, 2, 2, 1]);
      expect(ops.equal(found, forward(parts))).toBe(true);
      expect(found.strides).toEqual([size[0] * size[1] * 5, 1, size[1] * 5, 5]);
    });
  });

  it("takes all slices at once in training, whose norms need them", () => {
    scope(() => {
      const counts: number[] = [];
      const note = ([group]: readonly Tensor[]) => {
        counts.push(group!.shape[0]!);
        return group!;
      };
      inGroups([stackOf(9, 1, [128, 128])], note, { training: true });
      expect(counts).toEqual([9]);
    });
  });
});

describe("groupSize", () => {
  it("is a power of two, a pair at least", () => {
    scope(() => {
      const sizes = (
        [
          [128, 128],
          [80, 80],
          [20, 20],
          [700, 700],
        ] as const
      ).map((size) => groupSize(stackOf(1, 1, size)));
      expect(sizes).toEqual([2, 4, 64, 2]);
    });
  });
});
