import { kindNoun } from "../../config/kinds.ts";
import type { OwnPlace } from "../../config/own_path.ts";
import { didYouMean } from "../../errors/nearest.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import type { Component } from "../define.ts";
import { isComponent } from "./declaration.ts";

/**
 * The component that a place names among what its file exports.
 * @throws TomoError TOMO_OWN_COMPONENT: no such export, or no component
 */
export function pick(
  exports: unknown,
  { shown, export: wanted }: OwnPlace,
): { name: string; component: Component } {
  const values = valuesOf(exports);
  const components = Object.keys(values).filter((name) => isComponent(values[name]));
  const name =
    wanted ?? ("default" in values ? "default" : components.length === 1 ? components[0]! : undefined);
  if (name === undefined)
    throw fault(`${shown} has no default export`, {
      expected:
        components.length === 0 ? howTo : `one of its components behind "#": ${components.join(", ")}`,
    });
  if (!Object.hasOwn(values, name)) {
    const names = Object.keys(values);
    throw fault(`${shown} does not export ${name}`, {
      expected: names.length === 0 ? "a file that exports a component" : `one of ${names.join(", ")}`,
      hint: didYouMean(name, names) ?? (names.length === 0 ? "write `export const` before it" : undefined),
    });
  }
  const component = values[name];
  if (isComponent(component)) return { name, component };
  throw fault(`${shown}#${name} is ${textOf(component)}, not a component`, {
    expected: howTo,
    hint: components.length === 0 ? undefined : `components of this file: ${components.join(", ")}`,
  });
}

const howTo = `what one of Tomo's define… functions returns, for ${Object.values(kindNoun).slice(0, 3).join(", ")} …`;

/** Exports by name; what CommonJS assigns to module.exports is the default. */
function valuesOf(exports: unknown): Readonly<Record<string, unknown>> {
  if (typeof exports !== "object" || exports === null) return { default: exports };
  return isComponent(exports) ? { default: exports } : { ...exports };
}

function textOf(value: unknown): string {
  if (typeof value === "function")
    return /^class\b/.test(Function.prototype.toString.call(value)) ? "a class" : "a function";
  if (value === null || value === undefined) return String(value);
  if (value instanceof Promise) return "a promise";
  return Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}

const fault = (message: string, details: { expected?: string; hint?: string }): TomoError =>
  new TomoError("TOMO_OWN_COMPONENT", message, details);
