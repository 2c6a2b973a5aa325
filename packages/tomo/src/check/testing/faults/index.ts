import { args } from "./arguments.ts";
import { data } from "./data.ts";
import type { Fault } from "./fault.ts";
import { fields } from "./fields.ts";
import { keys } from "./keys.ts";
import { names } from "./names.ts";
import { shapes } from "./shapes.ts";
import { syntax } from "./syntax.ts";
import { values } from "./values.ts";

/** Faulty configs, as a person would write them: examples with one slip each. */
export const faults: Readonly<Record<string, readonly Fault[]>> = {
  "Not JSON": syntax,
  "Keys and sections": keys,
  "Names of components": names,
  "Names of arguments": args,
  "Types and ranges": values,
  "Fields, layout and channels": fields,
  "Sizes, grids, kinds of values, batches and metrics": shapes,
  "Variables, datalists, and validation that differs from training": data,
};
