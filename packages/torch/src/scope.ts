import { engine, type Handle } from "./engine.ts";
import { TorchError } from "./errors.ts";
import { Tensor } from "./tensor.ts";

/**
 * Runs `body` and frees every tensor made in it, except those in its result (a tensor, or arrays, maps and plain
 * objects that hold tensors), which move to the scope around this one. Synchronous: scopes belong to the thread.
 */
export function scope<T>(body: () => T): T {
  const door = engine();
  door.scopeBegin();
  let kept: Handle[] = [];
  try {
    const result = body();
    if (result instanceof Promise)
      throw new TorchError(
        "TORCH_ASYNC_SCOPE",
        "scope() takes a synchronous function; this one returned a promise",
      );
    kept = handlesIn(result);
    return result;
  } finally {
    door.scopeEnd(kept);
  }
}

/** Takes tensors out of all scopes: they live until disposed. For parameters, state and caches. */
export function keep<T>(value: T): T {
  for (const handle of handlesIn(value)) engine().detachFromScopes(handle);
  return value;
}

/** Frees the tensors in a value now. */
export function dispose(value: unknown): void {
  const handles = handlesIn(value);
  // the door takes at most 32 arguments
  for (let from = 0; from < handles.length; from += 32) engine().dispose(...handles.slice(from, from + 32));
}

/** Live tensors of this thread; a number that stays equal over steps proves that nothing leaks. */
export const liveTensors = (): number => engine().liveTensors();

/** All tensors in a tensor, array, map, set or plain object, each once. */
export function tensorsIn(value: unknown): Tensor[] {
  const found = new Set<Tensor>();
  const seen = new Set<object>();
  const visit = (item: unknown): void => {
    if (typeof item !== "object" || item === null || ArrayBuffer.isView(item) || seen.has(item)) return;
    seen.add(item);
    if (item instanceof Tensor) found.add(item);
    else if (item instanceof Map || item instanceof Set || Array.isArray(item))
      for (const inner of item.values()) visit(inner);
    else for (const inner of Object.values(item)) visit(inner);
  };
  visit(value);
  return [...found];
}

const handlesIn = (value: unknown): Handle[] =>
  value instanceof Tensor ? [value.handle] : tensorsIn(value).map((tensor) => tensor.handle);
