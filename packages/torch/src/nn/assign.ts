import { noGrad } from "../autograd.ts";
import { call } from "../call.ts";
import type { Tensor } from "../tensor.ts";

/** Gives a tensor the memory, dtype, device and shape of another; handles to it stay valid. */
export const assignData = (target: Tensor, value: Tensor): void =>
  noGrad(() => void call("set_data", "", target, value));
