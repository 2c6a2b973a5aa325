import { configErrors } from "./config_errors.ts";
import { dataErrors } from "./data_errors.ts";
import { engineErrors } from "./engine_errors.ts";
import { runErrors } from "./run_errors.ts";

/** Every error code with what it means and what to do; docs/errors.md is generated from it. */
export const catalogue = { ...configErrors, ...dataErrors, ...engineErrors, ...runErrors } as const;

export type ErrorCode = keyof typeof catalogue;

/** The process exit code that an error leads to: 1 run, 2 usage, 3 config, 4 data, 5 engine. */
export const exitCodeOf = (code: ErrorCode): number => catalogue[code].exit;
