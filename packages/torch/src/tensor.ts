import { type DType, dtypeCode, dtypeName, dtypeOfArray } from "./dtype.ts";
import { engine, type Handle } from "./engine.ts";

interface Meta {
  readonly dtype: DType;
  readonly device: string;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly requiresGrad: boolean;
  readonly isLeaf: boolean;
  readonly contiguous: boolean;
}

/**
 * A tensor of libtorch. Its memory is freed by the scope it was made in, or by `dispose()`; using it afterwards is
 * an error. Operators are free functions (`ops.conv3d(x, …)`); this class has only what is about the tensor itself.
 */
export class Tensor {
  readonly handle: Handle;

  constructor(handle: Handle) {
    this.handle = handle;
  }

  get shape(): readonly number[] {
    return this.#meta().shape;
  }
  /** Elements between neighbours along each axis. */
  get strides(): readonly number[] {
    return this.#meta().strides;
  }
  get dtype(): DType {
    return this.#meta().dtype;
  }
  /** For example "cpu" or "cuda:0". */
  get device(): string {
    return this.#meta().device;
  }
  get isContiguous(): boolean {
    return this.#meta().contiguous;
  }
  get requiresGrad(): boolean {
    return this.#meta().requiresGrad;
  }
  get isLeaf(): boolean {
    return this.#meta().isLeaf;
  }
  get rank(): number {
    return this.shape.length;
  }
  get numel(): number {
    return this.shape.reduce((product, size) => product * size, 1);
  }

  /** The accumulated gradient of a leaf, or null. The returned tensor shares its memory. */
  get grad(): Tensor | null {
    const handle = engine().getGrad(this.handle);
    return handle === null ? null : new Tensor(handle);
  }
  set grad(value: Tensor | null) {
    engine().setGrad(this.handle, value === null ? null : value.handle);
  }

  requiresGrad_(on = true): this {
    engine().setRequiresGrad(this.handle, on);
    return this;
  }

  /** The value of a tensor with one element. */
  item(): number {
    return engine().item(this.handle);
  }

  /** A copy of the values in C order; 16-bit floats come as their bits in a Uint16Array, int64 as BigInt64Array. */
  toTypedArray<A extends NodeJS.TypedArray = Float32Array>(): A {
    return engine().toTyped(this.handle) as A;
  }

  /** The tensor's own memory, without a copy. CPU and contiguous only; writing into it bypasses autograd. */
  view<A extends NodeJS.TypedArray = Float32Array>(): A {
    return engine().viewTyped(this.handle) as A;
  }

  /** The values as plain numbers in C order. */
  toArray(): number[] {
    const typed = this.toTypedArray<NodeJS.TypedArray>();
    return typed instanceof BigInt64Array ? Array.from(typed, Number) : Array.from(typed as Float32Array);
  }

  get isFreed(): boolean {
    return !engine().alive(this.handle);
  }

  /** Frees the tensor now. Freeing twice is harmless. */
  dispose(): void {
    engine().dispose(this.handle);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  toString(): string {
    if (this.isFreed) return "Tensor(freed)";
    const { dtype, shape, device } = this.#meta();
    return `Tensor(${dtype}[${shape.join(", ")}]${device === "cpu" ? "" : ` on ${device}`})`;
  }

  #meta(): Meta {
    const [dtype, device, requiresGrad, isLeaf, contiguous, rank, ...sizes] = engine().meta(this.handle);
    return {
      dtype: dtypeName(dtype),
      device,
      requiresGrad,
      isLeaf,
      contiguous,
      shape: sizes.slice(0, rank),
      strides: sizes.slice(rank),
    };
  }
}

/** Makes a tensor with a copy of the values, in C order. Plain numbers become float32 unless a dtype is given. */
export function tensor(
  values: NodeJS.TypedArray | readonly number[],
  shape: readonly number[] = [values.length],
  dtype?: DType,
): Tensor {
  const typed = ArrayBuffer.isView(values) ? values : typedOf(values, dtype ?? "float32");
  const own = dtypeOfArray(typed);
  const stored = dtype !== undefined && sameBits(own, dtype) ? dtype : own;
  if (dtype !== undefined && dtype !== stored)
    throw new TypeError(`a ${typed.constructor.name} does not hold ${dtype}`);
  return new Tensor(engine().fromTyped(typed, shape, dtypeCode(stored)));
}

/**
 * A tensor over the array's own memory: no copy. The array must not be transferred or detached while the tensor or
 * a view of it lives; meant for internal buffers and SharedArrayBuffers.
 */
export function borrow(
  values: NodeJS.TypedArray,
  shape: readonly number[],
  dtype = dtypeOfArray(values),
): Tensor {
  return new Tensor(engine().borrowTyped(values, shape, dtypeCode(dtype)));
}

const sameBits = (own: DType, wanted: DType): boolean =>
  own === wanted ||
  (own === "uint8" && wanted === "bool") ||
  (own === "uint16" && (wanted === "float16" || wanted === "bfloat16"));

function typedOf(values: readonly number[], dtype: DType): NodeJS.TypedArray {
  switch (dtype) {
    case "float32":
      return Float32Array.from(values);
    case "float64":
      return Float64Array.from(values);
    case "int64":
      return BigInt64Array.from(values, BigInt);
    case "int32":
      return Int32Array.from(values);
    case "int16":
      return Int16Array.from(values);
    case "int8":
      return Int8Array.from(values);
    case "uint8":
    case "bool":
      return Uint8Array.from(values);
    default:
      throw new TypeError(`plain numbers cannot be stored as ${dtype} here; make float32 and convert`);
  }
}
