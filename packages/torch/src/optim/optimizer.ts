import type { Tensor } from "../tensor.ts";

/** Changes parameters along their gradients. It owns its state tensors until `dispose()`. */
export interface Optimizer {
  /** One update with the gradients in `.grad`; parameters without a gradient are left alone. */
  readonly step: (learningRate: number) => void;
  /** Frees the gradients. */
  readonly zeroGrad: () => void;
  /** The state itself, not a copy, by name; for checkpoints. */
  readonly state: () => Record<string, Tensor>;
  /** Copies a saved state in. Throws TORCH_BAD_STATE when it does not fit. */
  readonly load: (state: Readonly<Record<string, Tensor>>) => void;
  readonly dispose: () => void;
}
