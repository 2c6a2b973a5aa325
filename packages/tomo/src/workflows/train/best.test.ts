import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { noHistory, withValue } from "./best.ts";

const run = (values: readonly number[]) => {
  const bests: number[] = [];
  let history = noHistory("mean_dice");
  values.forEach((value, n) => {
    const next = withValue(history, value, n + 1);
    if (next.isBest) bests.push(n + 1);
    history = next.history;
  });
  return { history, bests };
};

describe("the key metric", () => {
  it("is best when strictly greater; ties and NaN are not", () => {
    expect(run([0.5, 0.5, Number.NaN, 0.6, 0.1]).bests).toEqual([1, 4]);
    expect(run([Number.NaN, Number.NaN]).history.best).toBeNull();
    expect(run([-3, -2]).bests).toEqual([1, 2]);
  });

  it("has the first largest value as best", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 1 }), (values) => {
        const most = Math.max(...values);
        const { history } = run(values);
        fc.pre(most !== Number.NEGATIVE_INFINITY);
        expect(history.best).toEqual({ value: most, epoch: values.indexOf(most) + 1 });
        expect(history.values).toEqual(values);
      }),
    );
  });
});
