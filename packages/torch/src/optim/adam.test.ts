import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { backward } from "../autograd.ts";
import * as ops from "../ops.generated.ts";
import { liveTensors, scope } from "../scope.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { type AdamOptions, adam, foreachAdam, fusedAdam } from "./index.ts";

interface Run {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly path: readonly (readonly number[])[];
}
const { values: runs } = JSON.parse(readFileSync(new URL("./golden/adam.json", import.meta.url), "utf8")) as {
  values: Run[];
};

const start = () => tensor(Float64Array.of(-1, -0.5, 0, 0.5, 1)).requiresGrad_();
/** The loss of tools/golden/golden.py. */
const loss = (w: Tensor, step: number): Tensor =>
  ops.sum(ops.add(ops.pow(ops.sub(w, 0.3), 4), ops.sin(ops.mul(w, step % 3))));

function path(options: AdamOptions, steps = 12): number[][] {
  return scope(() => {
    const w = start();
    const optimizer = adam({ w }, options);
    const taken = Array.from({ length: steps }, (_, step) => {
      optimizer.zeroGrad();
      scope(() => backward(loss(w, step)));
      optimizer.step(0.05);
      return w.toArray();
    });
    optimizer.dispose();
    return taken;
  });
}

/** TensorFlow 1's update of one number, in float64. */
function tensorflowPath(w: number, { beta1, beta2, epsilon }: Run): number[] {
  let [m, v] = [0, 0];
  return Array.from({ length: 12 }, (_, step) => {
    const t = step + 1;
    const k = step % 3;
    const gradient = 4 * (w - 0.3) ** 3 + k * Math.cos(w * k);
    m = beta1 * m + (1 - beta1) * gradient;
    v = beta2 * v + (1 - beta2) * gradient ** 2;
    w -= ((0.05 * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t)) * (m / (Math.sqrt(v) + epsilon));
    return w;
  });
}

describe.each([
  ["fused", fusedAdam],
  ["foreach", foreachAdam],
] as const)("adam by %s operators", (_, kernel) => {
  it.each(runs)("walks PyTorch's path with β $beta1 $beta2, ε $epsilon", ({ path: golden, ...options }) => {
    path({ ...options, kernel }).forEach((values, step) => {
      values.forEach((value, i) => {
        expect(value).toBeCloseTo(golden[step]![i]!, 10);
      });
    });
  });

  it.each(runs)("walks TensorFlow's path with β $beta1 $beta2, ε $epsilon", (run) => {
    const { path: _golden, ...options } = run;
    const expected = [-1, -0.5, 0, 0.5, 1].map((w) => tensorflowPath(w, run));
    path({ ...options, kernel, form: "tensorflow" }).forEach((values, step) => {
      values.forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i]![step]!, 10);
      });
    });
  });
});

describe("adam", () => {
  it("goes on from a saved state as if it had not stopped", () =>
    scope(() => {
      const whole = path({}, 8);
      const w = start();
      const first = adam({ w });
      const walk = (optimizer: typeof first, from: number, to: number) => {
        for (let step = from; step < to; step++) {
          optimizer.zeroGrad();
          scope(() => backward(loss(w, step)));
          optimizer.step(0.05);
        }
      };
      walk(first, 0, 5);
      expect(Object.keys(first.state())).toEqual(["step", "w.exp_avg", "w.exp_avg_sq"]);
      const second = adam({ w });
      second.load(first.state());
      first.dispose();
      walk(second, 5, 8);
      expect(w.toArray()).toEqual(whole[7]);
      second.dispose();
    }));

  it("refuses the state of other parameters", () =>
    scope(() => {
      const optimizer = adam({ w: start() });
      expect(() => optimizer.load({ step: tensor([1], []) })).toThrow("2 missing: w.exp_avg, w.exp_avg_sq");
      optimizer.dispose();
    }));

  it("leaves parameters without a gradient alone, and no tensor behind", () =>
    scope(() => {
      const [w, frozen] = [start(), start()];
      const before = liveTensors();
      const optimizer = adam({ w, frozen });
      const own = liveTensors();
      scope(() => backward(ops.sum(w)));
      optimizer.step(0.1);
      expect(frozen.toArray()).toEqual([-1, -0.5, 0, 0.5, 1]);
      expect(w.toArray()[0]).toBeCloseTo(-1.1, 6);
      expect(liveTensors()).toBe(own);
      optimizer.dispose();
      expect(liveTensors()).toBe(before);
    }));
});
