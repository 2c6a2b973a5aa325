import { ops, type Tensor } from "@tomo/torch";

/**
 * AH-Net lives in stacks of slices: [N · Z, C, H, W] with channels innermost in memory, Z the through-plane axis. Its
 * in-plane convolutions are then what they are in the paper, 2-D convolutions over all slices, for which libtorch has
 * its fastest kernels; through-plane steps look at the same memory as [N, C, Z, H, W]. A 2-D network has Z = 1 and no
 * through-plane steps.
 */
export type Slices = Tensor;

/** [N · Z, C, H, W] as [N, C, Z, H, W]; a view. */
export function volumeOf(slices: Slices, batch: number): Tensor {
  const [stack = 0, channels = 0, height = 0, width = 0] = slices.shape;
  const split = ops.view(slices, [batch, stack / batch, channels, height, width]);
  return ops.permute(split, [0, 2, 1, 3, 4]);
}

/** [N, C, Z, H, W] as [N · Z, C, H, W]; a view when the channels are innermost in memory. */
export const slicesOf = (volume: Tensor): Slices =>
  ops.flatten(ops.permute(volume, [0, 2, 1, 3, 4]), { startDim: 0, endDim: 1 });

/** A volume [N, C, Z, H, W], or images [N, C, H, W], as slices with channels innermost. */
export const stacked = (input: Tensor): Slices =>
  ops.contiguous(input.rank === 5 ? slicesOf(input) : input, { memoryFormat: "channels_last" });
