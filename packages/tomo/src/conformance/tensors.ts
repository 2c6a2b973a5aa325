import { liveTensors, ops, scope, type Tensor, tensor } from "@tomo/torch";
import { holds, same } from "./law.ts";
import { notFiniteAt, plainOf } from "./snapshot.ts";

/** A float32 tensor of `value(n)`, n being the position in C order. */
export const made = (shape: readonly number[], value: (n: number) => number): Tensor =>
  tensor(
    Float32Array.from({ length: shape.reduce((product, length) => product * length, 1) }, (_, n) => value(n)),
    shape,
  );

/** Numbers from 0.1 to 0.9 without a pattern: a network's output after softmax or sigmoid. */
export const likelihoods = (shape: readonly number[]): Tensor =>
  made(shape, (n) => 0.1 + 0.8 * ((n * 0.618034) % 1));

export function requireFinite(tensor: Tensor, what: string): void {
  const at = notFiniteAt(tensor);
  holds(at < 0, `element ${at} of ${what} is ${tensor.toArray()[at]}`);
}

/** Runs `act` in a scope; what it was given must be as before, and nothing may stay behind but what is disposed. */
export function harmless(given: unknown, act: () => void): void {
  const [before, live] = [plainOf(given), liveTensors()];
  scope(act);
  same(liveTensors(), live, "the number of tensors afterwards", "keep() needs a dispose()");
  same(
    plainOf(given),
    before,
    "what it was given, afterwards",
    "operators that end in _ write into a tensor",
  );
}

/** Largest difference of two tensors of one shape. */
export const distance = (a: Tensor, b: Tensor): number =>
  scope(() => ops.max(ops.abs(ops.sub(ops.toDtype(a, "float64"), ops.toDtype(b, "float64")))).item());
