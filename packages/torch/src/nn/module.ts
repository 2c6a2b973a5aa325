import { type DType, isFloating } from "../dtype.ts";
import { TorchError } from "../errors.ts";
import * as ops from "../ops.generated.ts";
import { keep, scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import { assignData } from "./assign.ts";
import { stateFaults } from "./state_faults.ts";

/** Tensors by dotted name, in PyTorch's order of `state_dict()`. */
export type StateDict = Record<string, Tensor>;

/**
 * A network or a part of one. A subclass registers its tensors and parts in its constructor, in the order in which
 * PyTorch's module would, so that names and order of the state equal PyTorch's:
 *
 *     this.weight = this.parameter("weight", ops.randn([8, 3]));
 *     this.norm = this.child("norm", new BatchNorm3d(8));
 *
 * Registered tensors live until `dispose()`; `to` and `loadStateDict` write into them, so references stay valid.
 */
export abstract class Module {
  readonly #parameters = new Map<string, Tensor>();
  readonly #buffers = new Map<string, Tensor>();
  readonly #children = new Map<string, Module>();
  #training = true;

  /** True after construction and `train()`: batch statistics, dropout. */
  get training(): boolean {
    return this.#training;
  }

  /** Registers a trained tensor: it leaves all scopes and takes gradients. */
  protected parameter(name: string, tensor: Tensor): Tensor {
    this.#parameters.set(this.#free(name), keep(tensor).requiresGrad_());
    return tensor;
  }

  /** Registers a tensor that is saved but not trained, for example running statistics. */
  protected buffer(name: string, tensor: Tensor): Tensor {
    this.#buffers.set(this.#free(name), keep(tensor));
    return tensor;
  }

  /** Registers a part. */
  protected child<M extends Module>(name: string, module: M): M {
    this.#children.set(this.#free(name), module);
    return module;
  }

  #free(name: string): string {
    if (this.#parameters.has(name) || this.#buffers.has(name) || this.#children.has(name))
      throw new TorchError("TORCH_BAD_STATE", `${this.constructor.name} already has "${name}"`);
    return name;
  }

  /** This module and all parts, depth first, with their dotted names ("" for this one). */
  *namedModules(prefix = ""): Generator<[string, Module]> {
    yield [prefix, this];
    for (const [name, child] of this.#children) yield* child.namedModules(dotted(prefix, name));
  }

  *namedParameters(): Generator<[string, Tensor]> {
    for (const [path, module] of this.namedModules())
      for (const [name, tensor] of module.#parameters) yield [dotted(path, name), tensor];
  }

  *namedBuffers(): Generator<[string, Tensor]> {
    for (const [path, module] of this.namedModules())
      for (const [name, tensor] of module.#buffers) yield [dotted(path, name), tensor];
  }

  parameters(): Tensor[] {
    return Array.from(this.namedParameters(), ([, tensor]) => tensor);
  }

  /** The tensors themselves, not copies: of each module its parameters, its buffers, then its parts. */
  stateDict(): StateDict {
    const state: StateDict = {};
    for (const [path, module] of this.namedModules())
      for (const own of [module.#parameters, module.#buffers])
        for (const [name, tensor] of own) state[dotted(path, name)] = tensor;
    return state;
  }

  /**
   * Copies the values in, converted to the dtype and device of this module. Throws TORCH_BAD_STATE, before anything is
   * written, with all names whose shape differs and, if strict (default), all missing and unexpected names.
   */
  loadStateDict(state: StateDict, options: { strict?: boolean } = {}): void {
    const own = this.stateDict();
    const fault = stateFaults(own, state, options.strict ?? true);
    if (fault !== null) throw new TorchError("TORCH_BAD_STATE", fault);
    scope(() => {
      for (const [name, tensor] of Object.entries(own)) {
        const value = state[name];
        if (value !== undefined)
          assignData(tensor, ops.to(value, { dtype: tensor.dtype, device: tensor.device, copy: true }));
      }
    });
  }

  train(on = true): this {
    for (const [, module] of this.namedModules()) module.#training = on;
    return this;
  }

  eval(): this {
    return this.train(false);
  }

  /** Moves all tensors to a device, and those of a floating dtype to a dtype, in place. Gradients are dropped. */
  to(target: { dtype?: DType; device?: string }): this {
    scope(() => {
      for (const tensor of Object.values(this.stateDict())) {
        const dtype = isFloating(tensor.dtype) ? (target.dtype ?? tensor.dtype) : tensor.dtype;
        const device = target.device ?? tensor.device;
        if (dtype === tensor.dtype && device === tensor.device) continue;
        if (tensor.requiresGrad) tensor.grad = null;
        assignData(tensor, ops.to(tensor, { dtype, device }));
      }
    });
    return this;
  }

  /** Frees the gradients. */
  zeroGrad(): void {
    for (const [, tensor] of this.namedParameters()) tensor.grad = null;
  }

  /** Frees all registered tensors. */
  dispose(): void {
    for (const tensor of Object.values(this.stateDict())) tensor.dispose();
  }
}

/** A module of one input and one output. */
export abstract class Layer extends Module {
  abstract forward(input: Tensor): Tensor;
}

const dotted = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`);
