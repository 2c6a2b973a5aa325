import { ops, scope, Tensor } from "@tomo/torch";
import type { Sample } from "../data/sample.ts";

/** All that a value holds, tensors too, as plain data. */
export const plainOf = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value ?? null, (_, part: unknown) =>
      part instanceof Tensor
        ? { dtype: part.dtype, shape: part.shape, values: part.toArray().map(numberOf) }
        : typeof part === "number"
          ? numberOf(part)
          : part,
    ),
  );

/** JSON has no word for NaN and infinity. */
const numberOf = (value: number): number | string => (Number.isFinite(value) ? value : String(value));

/** All that a sample holds, as plain data. */
export const snapshot = ({ fields }: Sample): unknown => plainOf(fields);

/** Where the first number of a tensor stands that is NaN or infinite, or -1. */
export function notFiniteAt(tensor: Tensor): number {
  const finite = scope(() => Boolean(ops.all(ops.isfinite(tensor)).item()));
  return finite ? -1 : tensor.toArray().findIndex((value) => !Number.isFinite(value));
}
