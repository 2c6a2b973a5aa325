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

/**
 * [N, C, Z, H, W] as [N · Z, C, H, W]; a view when the channels are innermost in memory. A single slice is copied: its
 * view would have an odd stride for the axis of size 1, with which libtorch 2.15's batch norm computes wrong gradients.
 * Do not write into the result in place: autograd clones views for that.
 */
export function slicesOf(volume: Tensor): Slices {
  const slices = ops.flatten(ops.permute(volume, [0, 2, 1, 3, 4]), { startDim: 0, endDim: 1 });
  return slices.shape[0] === 1 ? ops.clone(slices, { memoryFormat: "channels_last" }) : slices;
}
