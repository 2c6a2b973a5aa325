import { describe, expect, it } from "vitest";
import { scope } from "../scope.ts";
import { tensor } from "../tensor.ts";
import { initialLossScale, nextLossScale, unscaleGradients } from "./index.ts";

describe("loss scaling", () => {
  it("halves after an overflow and doubles after enough good steps", () => {
    const halved = nextLossScale({ scale: 8, goodSteps: 5 }, false);
    expect(halved).toEqual({ scale: 4, goodSteps: 0 });
    expect(nextLossScale(halved, true, 2)).toEqual({ scale: 4, goodSteps: 1 });
    expect(nextLossScale({ scale: 4, goodSteps: 1 }, true, 2)).toEqual({ scale: 8, goodSteps: 0 });
    let state = initialLossScale;
    for (let step = 0; step < 1999; step++) state = nextLossScale(state, true);
    expect(state).toEqual({ scale: 65536, goodSteps: 1999 });
    expect(nextLossScale(state, true).scale).toBe(131072);
  });

  it("divides gradients in place and tells whether all are finite", () =>
    scope(() => {
      const [a, b, none] = [tensor([1]), tensor([1, 1]), tensor([1])].map((t) => t.requiresGrad_());
      a!.grad = tensor([6]);
      b!.grad = tensor([2, 4]);
      expect(unscaleGradients([a!, b!, none!], 2)).toBe(true);
      expect([a!.grad!.toArray(), b!.grad!.toArray()]).toEqual([[3], [1, 2]]);
      b!.grad = tensor([1, Number.POSITIVE_INFINITY]);
      expect(unscaleGradients([a!, b!], 2)).toBe(false);
      b!.grad = tensor([Number.NaN, 1]);
      expect(unscaleGradients([a!, b!], 2)).toBe(false);
      expect(unscaleGradients([none!], 2)).toBe(true);
    }));
});
