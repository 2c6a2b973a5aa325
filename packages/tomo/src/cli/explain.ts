import { componentsFor } from "../components/own/lookup.ts";
import { explain, explainVariables, type VariableContext } from "../config/explain/index.ts";
import { type ConfigOptions, type ResolvedConfig, resolveConfig } from "../config/resolve.ts";
import { requireWorkflow, type WorkflowKind } from "../config/workflow_kind.ts";
import { explanationText, variablesText } from "./explain_text.ts";
import type { Io } from "./io.ts";
import type { RunOptions } from "./options.ts";

/**
 * Prints what stands at a path of a config and which layers gave it; without a path, all variables.
 * @throws TomoError TOMO_USAGE for a path that leads nowhere; whatever is wrong with the files.
 */
export async function explainCommand(
  path: string | undefined,
  options: RunOptions,
  io: Io,
  env: VariableContext["env"] = process.env,
): Promise<void> {
  const { config = "config/config_train.json", mmar, environment, set } = options;
  const context = { ...resolveForRun({ mmar, config, environment, set, cwd: io.cwd }), env };
  if (path === undefined) {
    const rows = explainVariables(context);
    if (options.json) io.out(`${JSON.stringify({ type: "variables", variables: rows }, null, 2)}\n`);
    else io.out(variablesText(rows, context.resolved, io));
    return;
  }
  const explanation = explain(context, path, await componentsFor(context.resolved));
  if (options.json) io.out(`${JSON.stringify({ type: "explanation", ...explanation }, null, 2)}\n`);
  else io.out(explanationText(explanation, io));
}

/** The config with the defaults of the command that would run it. */
function resolveForRun(options: ConfigOptions): { resolved: ResolvedConfig; workflow: WorkflowKind } {
  const resolved = resolveConfig(options);
  const workflow = requireWorkflow(resolved.source);
  if (workflow === "train") return { resolved, workflow };
  // `tomo validate` measures unless told otherwise
  return { resolved: resolveConfig({ ...options, defaults: { do_validation: true } }), workflow };
}
