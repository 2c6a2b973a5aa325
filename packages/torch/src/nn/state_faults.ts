import type { Tensor } from "../tensor.ts";

/** In one message, why a state does not fit a module; null when it fits. At most ten names of each kind. */
export function stateFaults(
  own: Readonly<Record<string, Tensor>>,
  given: Readonly<Record<string, Tensor>>,
  strict: boolean,
): string | null {
  const missing = Object.keys(own).filter((name) => !Object.hasOwn(given, name));
  const unexpected = Object.keys(given).filter((name) => !Object.hasOwn(own, name));
  const misshapen = Object.keys(own)
    .filter((name) => Object.hasOwn(given, name) && !sameShape(own[name]!, given[name]!))
    .map((name) => `${name} (given ${shapeText(given[name]!)}, expected ${shapeText(own[name]!)})`);
  const parts = [
    strict ? listed("missing", missing) : "",
    strict ? listed("unexpected", unexpected) : "",
    listed("of another shape", misshapen),
  ].filter((part) => part !== "");
  return parts.length === 0 ? null : `the state does not fit the module: ${parts.join("; ")}`;
}

const shapeText = (tensor: Tensor): string => `[${tensor.shape.join(", ")}]`;
const sameShape = (a: Tensor, b: Tensor): boolean => shapeText(a) === shapeText(b);

function listed(title: string, names: readonly string[]): string {
  if (names.length === 0) return "";
  const more = names.length > 10 ? ` and ${names.length - 10} more` : "";
  return `${names.length} ${title}: ${names.slice(0, 10).join(", ")}${more}`;
}
