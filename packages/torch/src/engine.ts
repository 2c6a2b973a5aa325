import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { TorchError } from "./errors.ts";

/** A tensor at the door: slot, generation and thread in one number; see native/env.h. */
export type Handle = number;

/** The functions of the native addon, as native/*.cc registers them. */
export interface Door {
  setErrorClass(errorClass: typeof TorchError): void;
  op(name: string, overload: string): ResolvedOp;
  call(index: number, ...args: unknown[]): unknown;
  callVoid(index: number, ...args: unknown[]): void;
  schemas(prefix: string): string[];
  fromTyped(data: NodeJS.TypedArray, shape: readonly number[], dtype: number): Handle;
  borrowTyped(data: NodeJS.TypedArray, shape: readonly number[], dtype: number): Handle;
  toTyped(tensor: Handle): NodeJS.TypedArray;
  viewTyped(tensor: Handle): NodeJS.TypedArray;
  readFile(descriptor: number, position: number, memory: Handle | NodeJS.TypedArray): number;
  inflate(
    packed: Handle | NodeJS.TypedArray,
    output: Handle | NodeJS.TypedArray,
    format: "gzip" | "zlib",
  ): number;
  floatsFrom(
    memory: Handle | NodeJS.TypedArray,
    offset: number,
    dtype: number,
    swapped: boolean,
    slope: number,
    inter: number,
    shape: readonly number[],
    firstFastest: boolean,
  ): Handle;
  unfilterPng(
    memory: Handle | NodeJS.TypedArray,
    offset: number,
    rows: number,
    rowBytes: number,
    pixelBytes: number,
  ): number | null;
  meta(tensor: Handle): [number, string, boolean, boolean, boolean, number, ...number[]];
  item(tensor: Handle): number;
  dispose(...tensors: Handle[]): void;
  alive(tensor: Handle): boolean;
  scopeBegin(): void;
  scopeEnd(keep: readonly Handle[]): void;
  detachFromScopes(tensor: Handle): void;
  liveTensors(): number;
  share(tensor: Handle): number;
  adopt(token: number, keep?: boolean): Handle;
  release(token: number): boolean;
  sharedCount(): number;
  backward(loss: Handle, gradient: Handle | null): void;
  gradients(
    outputs: readonly Handle[],
    inputs: readonly Handle[],
    given: readonly Handle[] | null,
    createGraph: boolean,
  ): (Handle | null)[];
  getGrad(tensor: Handle): Handle | null;
  setGrad(tensor: Handle, grad: Handle | null): void;
  setRequiresGrad(tensor: Handle, on: boolean): void;
  gradMode(on?: boolean): boolean;
  inferenceMode(on: boolean): boolean;
  autocast(device: string, enabled: boolean, dtype: number): [boolean, number];
  clearAutocastCache(): void;
  seed(seed: number): void;
  getRngState(): Handle;
  setRngState(state: Handle): void;
  setThreads(count: number): void;
  getThreads(): number;
  setDeterministic(on: boolean): void;
  setDenormalsFlushed(on: boolean): boolean;
  loadLibrary(path: string): string | null;
  cudaDeviceCount(): number;
  cudaSynchronize(): void;
  info(): { version: string; cpuCapability: string; config: string };
  memory(): { live: number; peak: number; cached: number };
  resetPeak(): void;
  emptyCache(): void;
  setCacheLimit(bytes: number): void;
  recordOperators(on: boolean, inputs: boolean): void;
  takeOperatorTimes(): (string | number)[];
}

export interface ResolvedOp {
  readonly index: number;
  /** Names of the arguments in order. */
  readonly args: readonly string[];
  /** Names of those that have a default. */
  readonly optional: readonly string[];
  /** Types of the results, for example `["Tensor", "Tensor"]`. */
  readonly returns: readonly string[];
}

/** What set-up wrote about the engine it built. */
export interface EngineRecord {
  /** Absolute path of the addon. */
  readonly addon: string;
  /** Folder with libtorch's lib/ and include/. */
  readonly libtorch: string;
  readonly version: string;
  /** Where libtorch was found: "LIBTORCH", "python", "cache" or "download". */
  readonly source: string;
}

const recordPath = join(dirname(fileURLToPath(import.meta.url)), "..", "build", "engine.json");

/** The engine that set-up built, or null when set-up has not run. Loads nothing. */
export function engineRecord(): EngineRecord | null {
  return existsSync(recordPath) ? (JSON.parse(readFileSync(recordPath, "utf8")) as EngineRecord) : null;
}

let door: Door | undefined;

/** The door, loaded on first use: commands that need no tensors start without libtorch. */
export function engine(): Door {
  door ??= load();
  return door;
}

function load(): Door {
  const record = engineRecord();
  if (!record)
    throw new TorchError("TORCH_NOT_SET_UP", "the native engine is not built; run `npm run setup`");
  try {
    const loaded = createRequire(import.meta.url)(record.addon) as Door;
    loaded.setErrorClass(TorchError);
    return loaded;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new TorchError("TORCH_NOT_LOADED", `the native engine could not be loaded: ${reason}`, "", {
      cause,
    });
  }
}
