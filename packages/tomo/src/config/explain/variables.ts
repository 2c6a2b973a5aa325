import { ampWanted } from "../globals.ts";
import { knownVariables, variablesRead } from "../known_variables.ts";
import type { ResolvedConfig } from "../resolve.ts";
import { type Json, type JsonObject, own } from "../source/json.ts";
import { type ConfigPath, formatPath } from "../source/path.ts";
import { schemaAt, typeText } from "../type_text.ts";
import { isVariable } from "../variables/layers.ts";
import type { WorkflowKind } from "../workflow_kind.ts";
import type { Explanation, Origin, VariableRow } from "./explanation.ts";
import { below, configOrigin, defaultOrigin, processOrigin, variableOrigins } from "./origins.ts";

/** What the variables of one run are read from. */
export interface VariableContext {
  readonly resolved: ResolvedConfig;
  readonly workflow: WorkflowKind;
  /** Variables of the process. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Whether a first step names a variable rather than a section. */
export function isVariableName({ resolved, workflow }: VariableContext, name: string): boolean {
  const written = own(resolved.source.value, name);
  if (written !== undefined && written !== null && !isVariable(name, written)) return false;
  return resolved.variables.has(name) || knownVariables(workflow).has(name);
}

/** All variables: those that the workflow reads, then the others, each in the order of its first layer. */
export function explainVariables(context: VariableContext): VariableRow[] {
  const { resolved, workflow } = context;
  const names = new Set([...variablesRead(workflow), ...resolved.variables.keys()]);
  return [...names].map((name) => {
    const { value, origins, description, usedBy } = explainVariable(context, [name]);
    const read = name === "MMAR_ROOT" || variablesRead(workflow).includes(name) || usedBy.length > 0;
    return { name, value, origins, description, read };
  });
}

/** A variable, or a value inside a section of variables such as `determinism.tf_seed`. */
export function explainVariable(context: VariableContext, path: ConfigPath): Explanation {
  const { resolved, workflow } = context;
  const name = String(path[0]);
  const rest = path.slice(1);
  const schema = knownVariables(workflow).get(name);
  const origins = originsOf(context, name, schema).flatMap((origin) => inside(resolved, origin, path));
  const part = schemaAt(schema ?? {}, rest) ?? {};
  const usedBy = [...resolved.uses].flatMap(([at, names]) => (names.includes(name) ? [at] : []));
  return {
    path: formatPath(path),
    about: "variable",
    value: below(runValue(context, name, schema), rest) ?? null,
    valueType: schema === undefined ? "" : typeText(part),
    description: typeof part.description === "string" ? part.description : "",
    remarks: remarksOn(context, name, origins, usedBy),
    origins,
    component: null,
    entries: [],
    usedBy,
  };
}

/** As the workflow reads it: of a value that the config gives, after substitution. */
function runValue({ resolved, env }: VariableContext, name: string, schema: JsonObject | undefined): Json {
  const variable = resolved.variables.get(name);
  const given = variable?.layers[0].layer === "config" ? own(resolved.value, name) : variable?.value;
  if (given !== undefined && given !== null) return given;
  return name === "use_amp" ? ampWanted(undefined, env) : (schema?.default ?? null);
}

function originsOf(
  { resolved, env }: VariableContext,
  name: string,
  schema: JsonObject | undefined,
): Origin[] {
  const layered = variableOrigins(resolved, name).origins.map((origin) =>
    origin.layer === "config"
      ? { ...(configOrigin(resolved, [name]) ?? origin), state: origin.state }
      : origin,
  );
  const amp = name === "use_amp" ? env.TF_ENABLE_AUTO_MIXED_PRECISION : undefined;
  const process = amp === undefined ? [] : [processOrigin("TF_ENABLE_AUTO_MIXED_PRECISION", amp, "shadowed")];
  const fallback = name === "use_amp" ? false : schema?.default;
  const hasDefault = layered.some(({ layer }) => layer === "default");
  const declared = fallback === undefined || hasDefault ? [] : [defaultOrigin(fallback, "Tomo", "shadowed")];
  return [...layered, ...process, ...declared].map((origin, index) =>
    index === 0 ? { ...origin, state: "wins" } : origin,
  );
}

/** What an origin gives below the variable; nothing where it does not reach. */
function inside(resolved: ResolvedConfig, origin: Origin, path: ConfigPath): Origin[] {
  const rest = path.slice(1);
  if (rest.length === 0) return [origin];
  if (origin.layer === "config") {
    const found = configOrigin(resolved, path);
    return found === undefined ? [] : [{ ...found, state: origin.state }];
  }
  const value = below(origin.value, rest);
  if (value === undefined) return [];
  const where = origin.layer === "environment" ? (resolved.environment?.where(path) ?? {}) : origin.where;
  return [{ ...origin, value, where }];
}

function remarksOn(
  { workflow }: VariableContext,
  name: string,
  origins: readonly Origin[],
  usedBy: readonly string[],
): string[] {
  const isRead = variablesRead(workflow).includes(name);
  if (isRead && origins.length === 0)
    return [
      "no layer gives it and it has no default: set it in the config, in environment.json or with --set",
    ];
  if (isRead || usedBy.length > 0 || name === "MMAR_ROOT") return [];
  return ["nothing in this config reads it"];
}
