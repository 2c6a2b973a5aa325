import { existsSync } from "node:fs";
import { join } from "node:path";
import { engine, engineRecord } from "./engine.ts";
import { Tensor } from "./tensor.ts";

/** Seeds libtorch's generators (dropout, initialisers) of all devices. */
export const manualSeed = (seed: number): void => engine().seed(seed);

/** State of the CPU generator, to be saved with a checkpoint. */
export const rngState = (): Tensor => new Tensor(engine().getRngState());
export const setRngState = (state: Tensor): void => engine().setRngState(state.handle);

/** Threads that operators called from this JavaScript thread use. libtorch's own default may be 1: set it. */
export function setThreads(count: number): void {
  engine().setThreads(count);
}
export const getThreads = (): number => engine().getThreads();

/** Operators without a deterministic form then fail instead of giving other results from run to run. */
export const setDeterministic = (on: boolean): void => engine().setDeterministic(on);

/** Denormal floats become zero: they appear late in training and cost up to 100x. */
export const flushDenormals = (on: boolean): boolean => engine().setDenormalsFlushed(on);

export interface MemoryUse {
  /** Bytes in live CPU tensors of this process. */
  readonly live: number;
  /** Highest `live` since the start or `resetPeakMemory()`. */
  readonly peak: number;
  /** Bytes kept for reuse. */
  readonly cached: number;
}

/** Exact counts of the CPU allocator, for the whole process. */
export const memoryUse = (): MemoryUse => engine().memory();
export const resetPeakMemory = (): void => engine().resetPeak();
/** Gives cached blocks back to the system. */
export const emptyCache = (): void => engine().emptyCache();
export const setCacheLimit = (bytes: number): void => engine().setCacheLimit(bytes);

/** A token by which another thread can `adopt` the tensor, without a copy. */
export const share = (tensor: Tensor): number => engine().share(tensor.handle);
/** The tensor of a token; with `keep` the token stays valid for further threads until `release`. */
export const adopt = (token: number, options: { keep?: boolean } = {}): Tensor =>
  new Tensor(engine().adopt(token, options.keep ?? false));
export const release = (token: number): boolean => engine().release(token);
/** Tokens not yet adopted or released; a number that stays equal proves that no hand-over leaks. */
export const sharedTensors = (): number => engine().sharedCount();

export const engineInfo = () => engine().info();

let cudaState: { devices: number; problem: string | null } | undefined;

/** CUDA devices that can be used, and why there are none. Loads libtorch's CUDA libraries where they exist. */
export function cuda(): { devices: number; problem: string | null } {
  cudaState ??= findCuda();
  return cudaState;
}

function findCuda(): { devices: number; problem: string | null } {
  const record = engineRecord();
  const library = join(record?.libtorch ?? "", "lib", "libtorch_cuda.so");
  if (!record || !existsSync(library)) return { devices: 0, problem: "this libtorch has no CUDA libraries" };
  const failure = engine().loadLibrary(library);
  if (failure !== null) return { devices: 0, problem: failure };
  const devices = engine().cudaDeviceCount();
  return { devices, problem: devices > 0 ? null : "no CUDA device or driver was found" };
}

export const cudaSynchronize = (): void => engine().cudaSynchronize();
