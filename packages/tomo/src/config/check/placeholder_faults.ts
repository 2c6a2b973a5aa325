import { didYouMean } from "../../errors/nearest.ts";
import { type ConfigPath, isBelow } from "../source/path.ts";
import type { PlaceholderFault } from "../variables/substitute.ts";
import type { CheckContext } from "./context.ts";

/** Placeholders at or below a path that could not be replaced. */
export const placeholderFaultsBelow = (
  context: CheckContext,
  path: ConfigPath,
): readonly PlaceholderFault[] => context.resolved.faults.filter((fault) => isBelow(fault.path, path));

export function reportPlaceholder(context: CheckContext, { path, text, problem }: PlaceholderFault): void {
  const { findings, resolved } = context;
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
