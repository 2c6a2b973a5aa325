import { relative } from "node:path";
import { counted } from "./counts.ts";
import { bytesText } from "./memory.ts";
import type { FileCheck, Summary } from "./report.ts";

/** `config/config_train.json: ok, 2 warnings — SegAhnet, 32+9 cases, 3 patches of 96×96×96 a step`. */
export function summaryLine({ file, errors, warnings, summary }: FileCheck, cwd: string): string {
  const short = relative(cwd, file);
  const name = short.startsWith("..") ? file : short;
  const found = [
    errors.length === 0 ? "ok" : counted(errors.length, "error"),
    ...(warnings.length === 0 ? [] : [counted(warnings.length, "warning")]),
  ];
  const facts = summary === null ? [] : factsOf(summary);
  return `${name}: ${found.join(", ")}${facts.length === 0 ? "" : ` — ${facts.join(", ")}`}`;
}

function factsOf({ model, cases, step, memory }: Summary): string[] {
  return [
    ...(model === null ? [] : [model]),
    ...casesText(cases),
    ...(step === null ? [] : [step]),
    ...(memory.cache === null ? [] : [cacheText(memory.cache, memory.cacheLimit)]),
    ...(memory.output === null ? [] : [`output of a case up to ${bytesText(memory.output)}`]),
  ];
}

function casesText({ training, validation }: Summary["cases"]): string[] {
  const known = [training, validation].filter((count) => count !== null);
  return known.length === 0
    ? []
    : [known.length === 1 ? counted(known[0]!, "case") : `${known.join("+")} cases`];
}

function cacheText(bytes: number, limit: number | null): string {
  if (limit === null) return `cache about ${bytesText(bytes)}`;
  if (bytes <= limit) return `cache about ${bytesText(bytes)} of ${bytesText(limit)}`;
  return `cache ${bytesText(limit)}, less than all cases need (about ${bytesText(bytes)})`;
}
