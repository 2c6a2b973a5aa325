import { execFileSync } from "node:child_process";
import { describe } from "vitest";

const python = process.env.TOMO_ORACLE_PYTHON;

/** Runs a Python script (its text) in the oracle environment and returns what it prints, parsed as JSON. */
export function runOracle<T>(script: string, args: readonly string[] = []): T {
  if (python === undefined) throw new Error("runOracle outside describeWithOracle");
  const printed = execFileSync(python, ["-c", script, ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return JSON.parse(printed) as T;
}

/** A suite against Python packages; without TOMO_ORACLE_PYTHON, or without the modules, it is skipped and says so. */
export function describeWithOracle(modules: readonly string[], name: string, suite: () => void): void {
  const missing = whatIsMissing(modules);
  if (missing !== null) console.warn(`SKIPPED "${name}": ${missing}`);
  describe.skipIf(missing !== null)(name, suite);
}

function whatIsMissing(modules: readonly string[]): string | null {
  if (python === undefined) return `TOMO_ORACLE_PYTHON names no Python with ${modules.join(", ")}`;
  try {
    const find =
      "import importlib.util, sys; sys.exit(any(importlib.util.find_spec(m) is None for m in sys.argv[1:]))";
    execFileSync(python, ["-c", find, ...modules], { stdio: "ignore" });
    return null;
  } catch {
    return `${python} lacks one of ${modules.join(", ")}`;
  }
}
