import { didYouMean, nearest } from "../../errors/nearest.ts";
import { type ConfigPath, isBelow } from "../source/path.ts";
import type { PlaceholderFault } from "../variables/substitute.ts";
import type { CheckContext } from "./context.ts";

/** Placeholders at or below a path that could not be replaced. */
export const placeholderFaultsBelow = (
  context: CheckContext,
  path: ConfigPath,
): readonly PlaceholderFault[] => context.resolved.faults.filter((fault) => isBelow(fault.path, path));

/** Variables that configs reach by placeholder and the environment file gives. */
const usual = ["DATASET_JSON", "DATA_ROOT", "MMAR_CKPT", "PRETRAIN_WEIGHTS_FILE"];

export function reportPlaceholder(context: CheckContext, { path, text, problem }: PlaceholderFault): void {
  const { findings, resolved } = context;
  if (problem.type === "undefined" && usual.includes(problem.name)) {
    const given = [...resolved.variables.values()].filter(({ layers }) => layers[0].layer !== "default");
    const strange = nearest(
      problem.name,
      given.map(({ name }) => name).filter((name) => !usual.includes(name)),
    );
    // the config is right, and where the variable is given its name is misspelt
    if (strange !== undefined && !isUsed(context, strange)) {
      const message = `${strange} stands in place of the variable ${problem.name}, which the config needs`;
      findings.error("TOMO_UNKNOWN_KEY", message, [strange], {
        at: "key",
        hint: `did you mean "${problem.name}"?`,
      });
      return;
    }
  }
  if (problem.type === "brace")
    findings.error(
      "TOMO_BAD_PLACEHOLDER",
      `the string has a ${problem.brace} that is not part of a {NAME}`,
      path,
      {
        given: text,
        hint: `write ${problem.brace}${problem.brace} for a literal ${problem.brace}`,
      },
    );
  else if (problem.type === "not_text")
    findings.error(
      "TOMO_BAD_PLACEHOLDER",
      `{${problem.name}} is no text, so it must be the whole string`,
      path,
      {
        given: text,
        hint: `write "{${problem.name}}"`,
      },
    );
  else
    findings.error("TOMO_UNDEFINED_VARIABLE", `no variable is named ${problem.name}`, path, {
      given: text,
      expected: "a name from environment.json, --set or the top level of the config",
      hint: didYouMean(problem.name, resolved.variables.keys()) ?? `add --set ${problem.name}=VALUE`,
    });
}

const isUsed = ({ resolved }: CheckContext, name: string): boolean =>
  [...resolved.uses.values()].some((names) => names.includes(name));
