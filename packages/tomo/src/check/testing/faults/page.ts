import { heldOutPart } from "../held_out/page.ts";
import type { Outcome as HeldOutOutcome } from "../held_out/run.ts";
import type { Fault } from "./fault.ts";
import type { Outcome } from "./run.ts";

/** docs/faulty-configs.md: every slip with the message that it gets. */
export function faultyConfigsPage(
  groups: ReadonlyMap<string, readonly Outcome[]>,
  heldOut: ReadonlyMap<string, readonly HeldOutOutcome[]>,
): string {
  const all = [...groups.values()].flat();
  const share = (is: (outcome: Outcome) => boolean): string =>
    `${((100 * all.filter(is).length) / all.length).toFixed(1)} %`;
  return [
    "# Faulty configs",
    "What `npx tomo check` says of slips that people make: each row is one of the examples with one slip in it. Written by `packages/tomo/src/check/faulty_configs.test.ts` (`npx vitest run packages/tomo/src/check/faulty_configs.test.ts -u`), which also checks what follows.",
    `${all.length} slips: ${share((one) => one.rightLine)} of the first messages name the line where the slip is to be mended, ${share((one) => one.rightRemedy)} say how, and none is a crash or a stack. A † marks those that miss the line, a ‡ those that miss the remedy.`,
    ...[...groups].flatMap(([title, outcomes]) => [`## ${title}`, tableOf(outcomes)]),
    heldOutPart(heldOut),
    "",
  ].join("\n\n");
}

const tableOf = (outcomes: readonly Outcome[]): string =>
  ["| slip | in place of | stands | message |", "| --- | --- | --- | --- |", ...outcomes.map(rowOf)].join(
    "\n",
  );

function rowOf({ fault, first, place, words, rightLine, rightRemedy }: Outcome): string {
  const marks = `${rightLine ? "" : " †"}${rightRemedy ? "" : " ‡"}`;
  const message = first === undefined ? "none" : `\`${place}\` ${plain(words)} (\`${first.code}\`)`;
  return `| ${plain(fault.what)}${marks} | ${code(fault.find, fault)} | ${code(fault.put, fault)} | ${message} |`;
}

const plain = (text: string): string =>
  text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("\n", " ");

/** One line, without what both texts begin and end with. */
function code(text: string, { find, put }: Fault): string {
  const flat = text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|").trim();
  const short = flat.length <= 60 ? flat : shortened(text, find, put);
  return short === "" ? "nothing" : `\`\` ${short} \`\``;
}

function shortened(text: string, find: string, put: string): string {
  let from = 0;
  while (from < Math.min(find.length, put.length) && find[from] === put[from]) from++;
  const start = Math.max(0, from - 20);
  const part = text
    .slice(start, start + 60)
    .replaceAll(/\s+/g, " ")
    .replaceAll("|", "\\|");
  return `${start > 0 ? "… " : ""}${part.trim()}${start + 60 < text.length ? " …" : ""}`;
}
