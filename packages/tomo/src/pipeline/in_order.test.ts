import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inOrder } from "./in_order.ts";

/** Starts are recorded; results come when they are let go, in any order. */
function recorder() {
  const started: { resolve: (n: number) => void; reject: (error: Error) => void }[] = [];
  const discarded: number[] = [];
  const start = () => new Promise<number>((resolve, reject) => started.push({ resolve, reject }));
  return { started, discarded, start, discard: (n: number) => discarded.push(n) };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("inOrder", () => {
  it("yields in order, whatever the order of completion, with bounded look-ahead", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 12 }),
        fc.nat(5),
        fc.infiniteStream(fc.nat(20)),
        async (count, ahead, turns) => {
          let [underWay, most] = [0, 0];
          const start = async (n: number) => {
            most = Math.max(most, ++underWay);
            for (let turn = turns.next().value; turn > 0; turn--) await null;
            underWay--;
            return n;
          };
          const results: number[] = [];
          for await (const n of inOrder(count, start, ahead, () => {})) results.push(n);
          expect(results).toEqual([...Array(count).keys()]);
          expect(most).toBeLessThanOrEqual(ahead + 1);
        },
      ),
    );
  });

  it("has `ahead` under way while the consumer works", async () => {
    const { started, start, discard } = recorder();
    const results = inOrder(9, start, 3, discard);
    const first = results.next();
    expect(started.length).toBe(4);
    started[0]!.resolve(0);
    await first;
    expect(started.length).toBe(4);
  });

  it("discards the rest when the consumer stops", async () => {
    const { started, discarded, start, discard } = recorder();
    const results = inOrder(9, start, 3, discard);
    const first = results.next();
    started[0]!.resolve(0);
    await first;
    started[2]!.resolve(2);
    await results.return();
    started[1]!.resolve(1);
    started[3]!.reject(new Error("nobody waits for it"));
    await settled();
    expect(discarded.sort()).toEqual([1, 2]);
  });

  it("throws a failure in its turn and discards the rest", async () => {
    const { started, discarded, start, discard } = recorder();
    const results = inOrder(9, start, 2, discard);
    const first = results.next();
    started[1]!.reject(new Error("one"));
    started[2]!.resolve(2);
    started[0]!.resolve(0);
    expect(await first).toEqual({ done: false, value: 0 });
    await expect(results.next()).rejects.toThrow("one");
    await settled();
    expect(discarded).toEqual([2]);
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });
});
