import type { Where } from "../../errors/tomo_error.ts";
import type { ComponentLookup } from "../component_spec.ts";
import type { ResolvedConfig } from "../resolve.ts";
import type { Json, JsonObject } from "../source/json.ts";
import { type ConfigPath, formatPath } from "../source/path.ts";
import type { At, Source } from "../source/read.ts";

/** One of the two configs that are compared. */
export interface Side {
  readonly file: string;
  readonly value: JsonObject;
  /** The components that it can name. */
  readonly lookup: ComponentLookup;
  /** Value of a variable; undefined where nothing gives it one. */
  readonly variable: (name: string) => Json | undefined;
  /** Whether the placeholder that stands at a path has no value. */
  readonly isUnset: (path: ConfigPath) => boolean;
  readonly where: (path: ConfigPath, at?: At) => Where;
}

/** A config as it stands: placeholders are text. */
export const sideOfSource = ({ file, value, where }: Source, lookup: ComponentLookup): Side => ({
  file,
  value,
  lookup,
  variable: (name) => (Object.hasOwn(value, name) ? value[name] : undefined),
  isUnset: () => false,
  where,
});

/** A config as a run would see it. */
export function sideOfResolved(
  { source, value, variables, faults, where }: ResolvedConfig,
  lookup: ComponentLookup,
): Side {
  const unset = new Set(
    faults
      .filter(({ problem }) => problem.type === "undefined" && problem.whole)
      .map(({ path }) => formatPath(path)),
  );
  return {
    file: source.file,
    value,
    lookup,
    variable: (name) => {
      const variable = variables.get(name);
      return variable?.layers[0].layer === "config" ? value[name] : variable?.value;
    },
    isUnset: (path) => unset.has(formatPath(path)),
    where,
  };
}
