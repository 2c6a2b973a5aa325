import { engine, type Handle, type ResolvedOp } from "./engine.ts";
import { TorchError } from "./errors.ts";
import { Tensor } from "./tensor.ts";

/** Resolves an operator once, on first use, and checks that its leading arguments are still those expected. */
export function lazyOp(name: string, overload: string, expected: readonly string[]): () => number {
  let index = -1;
  return () => {
    if (index < 0) index = checked(engine().op(name, overload), name, expected).index;
    return index;
  };
}

function checked(op: ResolvedOp, name: string, expected: readonly string[]): ResolvedOp {
  const same = expected.every((arg, i) => op.args[i] === arg);
  const rest = op.args.slice(expected.length).every((arg) => op.optional.includes(arg));
  if (same && rest) return op;
  throw new TorchError(
    "TORCH_SCHEMA_CHANGED",
    `this libtorch declares (${op.args.join(", ")}), the wrapper was made for (${expected.join(", ")})`,
    name,
  );
}

const resolved = new Map<string, ResolvedOp>();

/** Any operator of libtorch by name and overload; for the ones without a typed wrapper in `ops`. */
export function call(name: string, overload = "", ...args: unknown[]): unknown {
  const full = name.includes("::") ? name : `aten::${name}`;
  const key = `${full}.${overload}`;
  const op = resolved.get(key) ?? engine().op(full, overload);
  resolved.set(key, op);
  const result = engine().call(op.index, ...args.map(handleOf));
  return op.returns.length === 1
    ? wrapAs(op.returns[0]!, result)
    : (result as unknown[]).map((part, i) => wrapAs(op.returns[i]!, part));
}

const handleOf = (arg: unknown): unknown =>
  arg instanceof Tensor ? arg.handle : Array.isArray(arg) ? arg.map(handleOf) : arg;

function wrapAs(type: string, value: unknown): unknown {
  if (type === "Tensor") return wrap(value as Handle);
  if (type === "Tensor[]") return wrapAll(value as Handle[]);
  return value;
}

export const wrap = (handle: unknown): Tensor => new Tensor(handle as Handle);
export const wrapAll = (handles: unknown): Tensor[] => (handles as Handle[]).map(wrap);
export const handles = (tensors: readonly Tensor[]): Handle[] => tensors.map((tensor) => tensor.handle);
