import { type Module, ops, scope, type Tensor, tensor } from "@tomo/torch";

/** Pseudo-random numbers in [-0.5, 0.5) by a formula exact in every language: element n of tensor i. */
export const u = (n: number, i: number): number =>
  ((31 * n * n + 7919 * n + 104729 * i) % 10007) / 10007 - 0.5;

/** A float64 tensor of u(n, i), n the flat index in C order, starting at `from`. */
export function formulaTensor(shape: readonly number[], i: number, scale = 1, offset = 0): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  const values = new Float64Array(count);
  for (let n = 0; n < count; n++) values[n] = offset + scale * u(n, i);
  return tensor(values, shape);
}

/**
 * Fills a float64 module with the weights of the conformance vectors (models-reference section 8): tensor i of the
 * state dict holds u(n, i), scaled by what its name says it is. Counters stay 0.
 */
export function fillByFormula(module: Module): void {
  Object.entries(module.stateDict()).forEach(([name, target], i) => {
    if (target.dtype === "int64") return;
    scope(() => void ops.copy_(ops.detach(target), formulaFor(name, target.shape, i)));
  });
}

function formulaFor(name: string, shape: readonly number[], i: number): Tensor {
  if (name.endsWith("running_var")) return formulaTensor(shape, i, 0.5, 1);
  if (name.endsWith("running_mean")) return formulaTensor(shape, i, 0.2);
  if (shape.length >= 2) {
    const fan = shape.slice(1).reduce((product, size) => product * size, 1);
    return formulaTensor(shape, i, Math.sqrt(24 / fan));
  }
  return name.endsWith("weight") ? formulaTensor(shape, i, 0.2, 1) : formulaTensor(shape, i, 0.1);
}
