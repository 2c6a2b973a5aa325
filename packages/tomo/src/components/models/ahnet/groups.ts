import { ops, scope, type Tensor } from "@tomo/torch";
import type { Slices } from "./slices.ts";

/** Pixels of the slices that are worked on at once: their maps then stay in the processor's caches. */
const pixelsOfGroup = 2 ** 15;

/**
 * Applies what looks within slices or pairs of them only, to a few slices after the other: then only the result is as large as the stack,
 * what lies between is not. For evaluation on a CPU; in training batch norm needs all slices, and a GPU needs work.
 * @param stack Parts side by side on the channel axis
 */
export function inGroups(
  stack: readonly Slices[],
  forward: (group: readonly Slices[]) => Slices,
  { training }: { readonly training: boolean },
): Slices {
  const [first] = stack as [Slices];
  const total = first.shape[0]!;
  const size = training ? total : groupSize(first);
  if (size >= total) return forward(stack);
  return joined(total, size, (start, length) =>
    forward(stack.map((part) => ops.narrow(part, 0, start, length))),
  );
}

/** Slices of a group, a power of two of at least a pair; on a GPU all. */
export function groupSize({ shape, device }: Tensor): number {
  if (!device.startsWith("cpu")) return Number.POSITIVE_INFINITY;
  const [height = 1, width = 1] = shape.slice(-2);
  return 2 ** Math.max(1, Math.floor(Math.log2(pixelsOfGroup / (height * width))));
}

/** Results of [first, first + length) for all groups of `total` slices, written into one stack. */
export function joined(total: number, size: number, make: (first: number, length: number) => Slices): Slices {
  return scope(() => {
    let whole: Slices | undefined;
    for (let first = 0; first < total; first += size)
      whole = scope(() => {
        const length = Math.min(size, total - first);
        const made = make(first, length);
        const [count = 0, ...shape] = made.shape;
        const target = whole ?? emptyStack([(total * count) / length, ...shape], made);
        ops.copy_(ops.narrow(target, 0, (first * count) / length, count), made);
        return target;
      });
    return whole!;
  });
}

const emptyStack = (shape: readonly number[], { dtype, device }: Slices): Slices =>
  ops.empty(shape, { dtype, device, memoryFormat: "channels_last" });
