import type { Where } from "../../errors/tomo_error.ts";
import type { Kind } from "../kinds.ts";
import type { Json } from "../source/json.ts";
import type { Layer } from "../variables/layers.ts";

/** A value that one layer gives, with what became of it. */
export interface Origin {
  /** `process`: an environment variable of the process. */
  readonly layer: Layer | "process";
  /** As written there; of a default, as declared. */
  readonly value: Json;
  /** Empty for a default. */
  readonly where: Where;
  /** Whose default it is. */
  readonly by?: string;
  /** `left out`: a placeholder without variable in an optional argument. */
  readonly state: "wins" | "shadowed" | "left out";
  /** What the placeholders of the value stand for. */
  readonly variables: readonly VariableOrigins[];
}

/** A variable with every layer that names it, the strongest first. */
export interface VariableOrigins {
  readonly name: string;
  /** null: no layer gives it. */
  readonly value: Json;
  readonly origins: readonly Origin[];
}

/** One argument of a component, or one part of a section. */
export interface Entry {
  readonly path: string;
  readonly name: string;
  /** null: there is none. */
  readonly value: Json;
  /** In words; `component` or `list` of a part. */
  readonly valueType: string;
  readonly description: string;
  /** Whether an argument must be given. */
  readonly required: boolean;
  readonly origins: readonly Origin[];
}

/** What is known of the value at one path of a config; plain data. */
export interface Explanation {
  readonly path: string;
  readonly about: "variable" | "component" | "argument" | "section" | "value";
  /** As it takes part in the run; null: there is none. */
  readonly value: Json;
  /** In words, from the declaration. */
  readonly valueType: string;
  readonly description: string;
  /** Facts about the path: an alias that was followed, a part that is disabled, a value that nothing reads. */
  readonly remarks: readonly string[];
  /** Every layer that gave the value, the strongest first. */
  readonly origins: readonly Origin[];
  /** The component that the path names or lies in. */
  readonly component: {
    readonly kind: Kind;
    readonly name: string;
    readonly notes: readonly string[];
  } | null;
  /** Arguments of a component, parts of a section. */
  readonly entries: readonly Entry[];
  /** Where a variable is used by placeholder. */
  readonly usedBy: readonly string[];
}

/** A row of the table of all variables. */
export interface VariableRow extends VariableOrigins {
  readonly description: string;
  /** Whether the workflow or a placeholder reads it. */
  readonly read: boolean;
}
