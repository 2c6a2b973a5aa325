import { type DType, dtypeCode, dtypeName } from "./dtype.ts";
import { engine } from "./engine.ts";
import { TorchError } from "./errors.ts";
import { Tensor } from "./tensor.ts";

/** Accumulates the gradients of a scalar (or of `loss` weighted by `gradient`) into the leaves. */
export function backward(loss: Tensor, gradient: Tensor | null = null): void {
  engine().backward(loss.handle, gradient?.handle ?? null);
}

/** Gradients of the outputs with respect to the inputs, without touching `.grad`; null where there is no path. */
export function gradients(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  options: { outputGradients?: readonly Tensor[]; createGraph?: boolean } = {},
): (Tensor | null)[] {
  const given = options.outputGradients?.map((tensor) => tensor.handle) ?? null;
  return engine()
    .gradients(handlesOf(outputs), handlesOf(inputs), given, options.createGraph ?? false)
    .map((handle) => (handle === null ? null : new Tensor(handle)));
}

/** Runs `body` without recording for backward. */
export const noGrad = <T>(body: () => T): T => withGrad(false, body);

/** Runs `body` with recording, also inside `noGrad`. */
export const enableGrad = <T>(body: () => T): T => withGrad(true, body);

/** Faster than `noGrad`: tensors made inside can never take part in autograd. */
export function inferenceMode<T>(body: () => T): T {
  const before = engine().inferenceMode(true);
  return restoring(body, () => engine().inferenceMode(before));
}

/** Runs `body` with the operators of libtorch's autocast list in a lower precision. */
export function autocast<T>(
  options: { device?: string; dtype?: DType; enabled?: boolean },
  body: () => T,
): T {
  const device = options.device ?? "cpu";
  const [enabled, dtype] = engine().autocast(
    device,
    options.enabled ?? true,
    dtypeCode(options.dtype ?? "bfloat16"),
  );
  return restoring(body, () => {
    engine().autocast(device, enabled, dtypeCode(dtypeName(dtype)));
    if (!enabled) engine().clearAutocastCache();
  });
}

function withGrad<T>(on: boolean, body: () => T): T {
  const before = engine().gradMode(on);
  return restoring(body, () => engine().gradMode(before));
}

/** Modes are thread-local: an asynchronous body would leak them into other code while it waits. */
function restoring<T>(body: () => T, restore: () => void): T {
  try {
    const result = body();
    if (result instanceof Promise)
      throw new TorchError(
        "TORCH_ASYNC_SCOPE",
        "a mode takes a synchronous function; this one returned a promise",
      );
    return result;
  } finally {
    restore();
  }
}

const handlesOf = (tensors: readonly Tensor[]): number[] => tensors.map((tensor) => tensor.handle);
