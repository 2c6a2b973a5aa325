import type { ComponentSpec } from "../../config/component_spec.ts";
import { kindNoun } from "../../config/kinds.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import type { Built, Kind } from "../contracts.ts";
import type { Component } from "../define.ts";
import { ownFailure } from "./failure.ts";
import { builtFault, resultFault } from "./results.ts";

type Act = (...given: never[]) => unknown;

/** Builds a user's component so that whatever it throws, then or later, names the line of the user's file. */
export function buildOwn<K extends Kind>(component: Component<K>, spec: ComponentSpec<K>): Built[K] {
  const guard = guardOf(spec);
  return guard.built(guard.run(() => component.build(spec.args))) as Built[K];
}

/** Runs code of a user's component. @throws TomoError with the line of the user's file */
export const runOwn = <T>(spec: ComponentSpec, act: () => T): T =>
  spec.module === undefined ? act() : guardOf(spec).run(act);

/** Kinds whose function makes another object, whose functions are the user's too. */
const factories: readonly Kind[] = ["models", "optimizers", "inferers"];

function guardOf(spec: ComponentSpec) {
  const { kind, name, where } = spec;
  const code = kind === "transforms" ? "TOMO_TRANSFORM_FAILED" : "TOMO_OWN_FAILED";
  const what = kindNoun[kind].replace(/^an? /, "the ");
  const failure = (error: unknown) => ownFailure(error, `${what} ${name}`, code, where);
  const run = <T>(act: () => T): T => {
    try {
      const result = act();
      if (!(result instanceof Promise)) return result;
      return result.catch((error: unknown) => {
        throw failure(error);
      }) as T;
    } catch (error) {
      throw failure(error);
    }
  };
  const refuse = (fault: string | undefined): void => {
    if (fault === undefined) return;
    throw new TomoError("TOMO_OWN_FAILED", `${what} ${name} ${fault}`, {
      where,
      hint: spec.module && `look at ${spec.module.path}`,
    });
  };
  const act = (owner: object | undefined, method: string, body: Act): Act => {
    return (...given) => {
      const result: unknown = run(() => Reflect.apply(body, owner, given));
      const checked = (value: unknown): unknown => {
        refuse(resultFault(kind, method, value, { owner, given }));
        return factories.includes(kind) && method === "" ? guarded(value) : value;
      };
      // the only kind that may wait
      return kind === "model_loaders" && result instanceof Promise ? result.then(checked) : checked(result);
    };
  };
  /** A function, or an object with functions. */
  const guarded = (made: unknown): unknown => {
    if (typeof made === "function") return act(undefined, "", made as Act);
    if (typeof made !== "object" || made === null) return made;
    return new Proxy(made, {
      get: (target, key) => {
        const found: unknown = Reflect.get(target, key, target);
        return typeof found === "function" && typeof key === "string" && !isFixed(target, key)
          ? act(target, key, found as Act)
          : found;
      },
    });
  };
  const built = (made: unknown): unknown => {
    refuse(builtFault(kind, made));
    return guarded(made);
  };
  return { run, built };
}

/** A proxy must hand out what a frozen object holds. */
function isFixed(target: object, key: string): boolean {
  const own = Object.getOwnPropertyDescriptor(target, key);
  return own !== undefined && !own.configurable && !own.writable;
}
