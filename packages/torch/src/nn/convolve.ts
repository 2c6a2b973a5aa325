import * as ops from "../ops.generated.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import { matching } from "./matching.ts";
import { type PerAxis, perAxis } from "./sizes.ts";

// oneDNN (of libtorch 2.15) is wrong for some sizes: it reads memory that nobody wrote, or writes beyond its buffers.
// What goes another way around says where; convolve.test.ts finds such sizes.

export interface ConvolveOptions {
  readonly bias?: Tensor | null;
  readonly stride?: PerAxis;
  readonly padding?: PerAxis;
  readonly dilation?: PerAxis;
  readonly groups?: number;
}
export interface ConvolveTransposedOptions extends ConvolveOptions {
  readonly outputPadding?: PerAxis;
}

/** One entry a spatial axis; `reach`: how many positions one kernel spans. */
interface Geometry {
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly reach: readonly number[];
}

/** Convolution over 1 to 3 spatial axes in the dtype of the input: [N, C, spatial], weight [O, C / groups, ...kernel]. */
export const convolve = (input: Tensor, weight: Tensor, options: ConvolveOptions = {}): Tensor =>
  scope(() => {
    const run = byRank(input, { 3: ops.conv1d, 4: ops.conv2d, 5: ops.conv3d });
    const geometry = geometryOf(input, weight, options);
    if (isMisread(input, weight, geometry))
      return inFloat32(input, (wide) => convolve(wide, weight, options));
    const [padded, padding] = isShort(input, input.shape.slice(2), geometry)
      ? [ops.constantPadNd(input, bothSides(geometry.padding)), 0]
      : [input, geometry.padding];
    return run(padded, matching(weight, input), {
      ...options,
      padding,
      bias: matching(options.bias ?? null, input),
    });
  });

/** Transposed convolution over 1 to 3 spatial axes: [N, C, spatial], weight [C, O / groups, ...kernel]. */
export const convolveTransposed = (
  input: Tensor,
  weight: Tensor,
  options: ConvolveTransposedOptions = {},
): Tensor =>
  scope(() => {
    const run = byRank(input, { 3: ops.convTranspose1d, 4: ops.convTranspose2d, 5: ops.convTranspose3d });
    const geometry = geometryOf(input, weight, options);
    const extra = perAxis(options.outputPadding ?? 0, geometry.stride.length);
    const sizes = transposedSizes(input, geometry, extra);
    if (isLone(input, geometry, extra)) {
      const outputPadding = [...extra.slice(0, -1), 0];
      const longer = convolveTransposed(ops.constantPadNd(input, [0, 1]), weight, {
        ...options,
        outputPadding,
      });
      return ops.narrow(longer, -1, 0, sizes.at(-1)!);
    }
    const [padding, crops] = isShort(input, sizes, geometry) ? [0, geometry.padding] : [geometry.padding, []];
    const bias = matching(options.bias ?? null, input);
    const whole = run(input, matching(weight, input), { ...options, padding, bias });
    return crops.reduce((rest, start, axis) => ops.narrow(rest, axis + 2, start, sizes[axis]!), whole);
  });

/** Weight gradients where an axis, padded by the kernel, is not longer than it; the zeros are then written out. */
function isShort(input: Tensor, sizes: readonly number[], { padding, reach }: Geometry): boolean {
  return onCpu(input) && sizes.some((size, axis) => padding[axis]! > 0 && size <= reach[axis]!);
}

/** Input gradients of a single position of a strided innermost axis; a second one, of zeros, is then put behind it. */
const isLone = (input: Tensor, { stride }: Geometry, extra: readonly number[]): boolean =>
  onCpu(input) && input.shape.at(-1) === 1 && stride.at(-1)! > Math.max(1, extra.at(-1)!);

/**
 * bfloat16 on CPUs with AMX: results of a single position of a strided innermost axis, and input gradients of strided
 * convolutions over volumes that are dilated or have an odd number of filters. float32 is right there.
 */
function isMisread(input: Tensor, weight: Tensor, { stride, padding, dilation, reach }: Geometry): boolean {
  if (!onCpu(input) || input.dtype !== "bfloat16" || stride.every((step) => step === 1)) return false;
  const last = stride.length - 1;
  const isSingle = input.shape.at(-1)! + 2 * padding[last]! - reach[last]! < stride[last]!;
  const isUneven = weight.shape[0]! % 2 === 1 || dilation.some((step) => step > 1);
  return isSingle || (input.rank === 5 && isUneven);
}

const inFloat32 = (input: Tensor, run: (input: Tensor) => Tensor): Tensor =>
  ops.toDtype(run(ops.toDtype(input, "float32")), input.dtype);

function byRank<T>(input: Tensor, choices: Readonly<Record<number, T>>): T {
  const choice = choices[input.rank];
  if (choice === undefined)
    throw new RangeError(`cannot convolve an input of shape [${input.shape.join(", ")}]`);
  return choice;
}

const onCpu = (input: Tensor): boolean => input.device.startsWith("cpu");

/** Sides for `constantPadNd`, innermost axis first. */
const bothSides = (padding: readonly number[]): number[] =>
  padding.toReversed().flatMap((zeros) => [zeros, zeros]);

function geometryOf(input: Tensor, weight: Tensor, options: ConvolveOptions): Geometry {
  const axes = input.rank - 2;
  const dilation = perAxis(options.dilation ?? 1, axes);
  return {
    stride: perAxis(options.stride ?? 1, axes),
    padding: perAxis(options.padding ?? 0, axes),
    dilation,
    reach: weight.shape.slice(2).map((size, axis) => dilation[axis]! * (size - 1) + 1),
  };
}

function transposedSizes(input: Tensor, geometry: Geometry, extra: readonly number[]): number[] {
  const { stride, padding, reach } = geometry;
  return stride.map(
    (step, axis) => (input.shape[axis + 2]! - 1) * step + reach[axis]! + extra[axis]! - 2 * padding[axis]!,
  );
}
