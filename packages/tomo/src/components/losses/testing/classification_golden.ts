import { readFileSync } from "node:fs";
import { backward, scope, type Tensor, tensor } from "@tomo/torch";
import { expect } from "vitest";
import { formulaTensor } from "../../../testing/formula_weights.ts";
import type { LabelFormat, Loss } from "../../contracts.ts";
import { outputsOf } from "../../label_format.ts";

interface GoldenResult {
  readonly value: number;
  readonly gradient: readonly number[];
}
interface GoldenCase {
  readonly name: string;
  readonly format: LabelFormat;
  /** Logits lie within half of it on both sides of 0. */
  readonly scale: number;
  readonly weights?: readonly number[];
  readonly binary: GoldenResult | null;
  readonly multiclass: GoldenResult | null;
  readonly weighted?: GoldenResult;
}

/** Losses and gradients by PyTorch, written by golden/classification.py. */
export const goldenCases = JSON.parse(
  readFileSync(new URL("../golden/classification.json", import.meta.url), "utf8"),
) as readonly GoldenCase[];

const count = 7;

/** Logits [7, K] in float64 by the formula of the golden file. */
export const goldenLogits = ({ format, scale }: Pick<GoldenCase, "format" | "scale">): Tensor =>
  formulaTensor([count, outputsOf(format)], 1, scale);

export function goldenLabels({ format }: Pick<GoldenCase, "format">): Tensor {
  const rows = Array.from({ length: count }, (_, n) =>
    format.map((classes, e) => (5 * n + 3 * e + n * e) % Math.max(classes, 2)),
  );
  return tensor(rows.flat(), [count, format.length]);
}

/** Value and gradient in float64 as in the golden file, and the value in float32 to its precision. */
export function expectGolden(loss: Loss, golden: GoldenCase, { value, gradient }: GoldenResult): void {
  scope(() => {
    const task = { labelFormat: golden.format };
    const logits = goldenLogits(golden).requiresGrad_();
    const found = loss(logits, goldenLabels(golden), task);
    expect([found.dtype, found.shape]).toEqual(["float64", []]);
    expect(Math.abs(found.item() - value)).toBeLessThan(1e-12 * (1 + value));
    backward(found);
    for (const [n, slope] of logits.grad!.toArray().entries()) expect(slope).toBeCloseTo(gradient[n]!, 10);
    const single = tensor(Float32Array.from(logits.toArray()), logits.shape);
    const rounded = loss(single, goldenLabels(golden), task);
    expect(rounded.dtype).toBe("float32");
    expect(Math.abs(rounded.item() - value)).toBeLessThan(1e-5 * (1 + value));
  });
}

/** The gradient equals central differences. */
export function expectSlope(loss: Loss, golden: Pick<GoldenCase, "format" | "scale">): void {
  scope(() => {
    const task = { labelFormat: golden.format };
    const labels = goldenLabels(golden);
    const logits = goldenLogits(golden).requiresGrad_();
    const values = logits.toArray();
    backward(loss(logits, labels, task));
    const step = 1e-5;
    const at = (index: number, offset: number): number =>
      scope(() => {
        const moved = Float64Array.from(values, (value, n) => (n === index ? value + offset : value));
        return loss(tensor(moved, logits.shape), labels, task).item();
      });
    for (const [n, slope] of logits.grad!.toArray().entries())
      expect(slope).toBeCloseTo((at(n, step) - at(n, -step)) / (2 * step), 8);
  });
}
