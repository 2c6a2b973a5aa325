import type { z } from "zod";
import type { TomoError, Where } from "../errors/tomo_error.ts";
import type { Kind } from "./kinds.ts";
import type { JsonObject } from "./source/json.ts";

/** The file that a user's own component comes from; plain data, so that every thread loads the same file. */
export interface ModuleRef {
  /** `custom/my_loss.ts#MyLoss`, relative to the MMAR or to the folder of TOMO_PATH that holds the file. */
  readonly path: string;
  /** Absolute, without symbolic links. */
  readonly file: string;
  readonly export: string;
  /** Of the file, in hexadecimal. */
  readonly sha256: string;
}

/** One component as the config asks for it, checked; plain data that can be posted to a worker. */
export interface ComponentSpec<K extends Kind = Kind> {
  readonly kind: K;
  readonly name: string;
  /** What stands after `#` in the name: tells two instances apart. */
  readonly alias?: string;
  /** Parsed: defaults filled in, `fields` always a list. */
  readonly args: JsonObject;
  readonly where: Where;
  /** Of components that the config gives by `path`; absent of built-in ones. */
  readonly module?: ModuleRef;
}

/** A fault that concerns several arguments at once. */
export interface ArgFault {
  readonly argument: string;
  readonly message: string;
  readonly expected?: string;
  readonly hint?: string;
}

export type Task = "segmentation" | "classification";

/** Why a component is there though it cannot run: its configs are checked. */
export interface NotYet {
  /** Goes on behind the name: `cannot run yet`. */
  readonly what: string;
  /** What can be used in its place. */
  readonly instead: string;
}

/** What the config check needs to know of a component. */
export interface Declaration {
  readonly kind: Kind;
  readonly name: string;
  readonly summary: string;
  /** Facts a user needs. */
  readonly notes?: readonly string[];
  /** The only task that it can be part of; undefined = any. */
  readonly task?: Task;
  readonly notYet?: NotYet;
  readonly args: z.ZodObject;
  check?(args: Record<string, unknown>): readonly ArgFault[];
}

/** The components on offer; handed in, since the config layer stands below the components. */
export interface ComponentLookup {
  readonly find: (kind: Kind, name: string) => Declaration | undefined;
  readonly names: (kind: Kind) => readonly string[];
  /** What a `path` of this config names, loaded before the check; left out where nothing was loaded. */
  readonly own?: (path: string) => OwnComponent | undefined;
  /** Every `path` that was looked for, as the configs write it. */
  readonly ownPaths?: readonly string[];
}

/** A user's own component, or why there is none. */
export type OwnComponent =
  | {
      readonly declaration: Declaration;
      readonly module: ModuleRef;
      /** What its code threw, in words that name the user's file and line. */
      readonly failure: (error: unknown) => string;
    }
  | { readonly error: TomoError };

/** Splits `Class#alias`. */
export function splitName(name: string): { name: string; alias?: string } {
  const at = name.indexOf("#");
  return at < 0 ? { name } : { name: name.slice(0, at).trim(), alias: name.slice(at + 1).trim() };
}

/** The declaration that an element names, by its `path` if it has one, else by its `name`. */
export function declaredBy(
  lookup: ComponentLookup,
  kind: Kind,
  element: JsonObject,
): Declaration | undefined {
  const { name, path } = element;
  if (typeof path === "string") {
    const own = lookup.own?.(path);
    return own !== undefined && "declaration" in own && own.declaration.kind === kind
      ? own.declaration
      : undefined;
  }
  return typeof name === "string" ? lookup.find(kind, splitName(name).name) : undefined;
}
