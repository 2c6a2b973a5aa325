import { ops, type Tensor } from "@tomo/torch";
import { affineAfterFlip, affineAfterPermute } from "../../data/affine.ts";
import type { Affine } from "../../data/medical_image.ts";
import { axisDirections } from "../../data/orientation.ts";

export interface Oriented {
  /** Spatial axes first, in file order; a channel axis may follow. */
  readonly data: Tensor;
  readonly affine: Affine;
}

/** Permutes and reverses the three spatial axes so that they run as those of `target`; no interpolation. */
export function orientLike({ data, affine }: Oriented, target: Affine): Oriented {
  const present = axisDirections(affine);
  const wanted = axisDirections(target);
  const order = wanted.map(({ world }) => present.findIndex((direction) => direction.world === world));
  const flipped = order.filter((axis, n) => present[axis]!.sign !== wanted[n]!.sign);
  const reversed = flipped.reduce((result, axis) => affineAfterFlip(result, axis, data.shape[axis]!), affine);
  const axes = [...order, ...data.shape.map((_, axis) => axis).slice(3)];
  return {
    data: ops.permute(flipped.length === 0 ? data : ops.flip(data, flipped), axes),
    affine: affineAfterPermute(reversed, order),
  };
}
