import { atFirst } from "./at_first.ts";
import type { Outcome } from "./run.ts";

/** Of a slip with more than this many messages the rest are counted. */
const shown = 3;

/** The second table of docs/faulty-configs.md: slips that no message was tuned on when they were written. */
export function heldOutPart(groups: ReadonlyMap<string, readonly Outcome[]>): string {
  const all = [...groups.values()].flat();
  const share = (is: (outcome: Outcome) => boolean): string =>
    `${((100 * all.filter(is).length) / all.length).toFixed(1)} %`;
  return [
    "# Held out at first",
    `${all.length} more slips, written with their lines and remedies before \`tomo check\` had seen one of them. At first ${share(({ slip }) => atFirst(slip).rightLine)} of the messages named the line and ${share(({ slip }) => atFirst(slip).rightRemedy)} said how to mend it, none was a crash or a stack; what was wrong was then mended, and now it is ${share((one) => one.rightLine)} and ${share((one) => one.rightRemedy)}. A ° marks those that were missed at first. Of several slips in one config all must be named.`,
    ...[...groups].flatMap(([title, outcomes]) => [`## ${title}: held out`, tableOf(outcomes)]),
  ].join("\n\n");
}

const tableOf = (outcomes: readonly Outcome[]): string =>
  ["| slip | messages |", "| --- | --- |", ...outcomes.map(rowOf)].join("\n");

function rowOf({ slip, messages, rightLine, rightRemedy }: Outcome): string {
  const first = atFirst(slip);
  const marks = [
    first.rightLine && first.rightRemedy ? "" : " °",
    rightLine ? "" : " †",
    rightRemedy ? "" : " ‡",
  ].join("");
  const written = slip.set === undefined ? "" : ` \`--set ${slip.set.join(" ")}\``;
  const lines = messages
    .slice(0, shown)
    .map(({ place, code, words }) => `\`${place}\` ${plain(words)} (\`${code}\`)`);
  const more = messages.length > shown ? [`and ${messages.length - shown} more`] : [];
  return `| ${plain(slip.what)}${written}${marks} | ${[...lines, ...more].join("<br>") || "none"} |`;
}

const plain = (text: string): string =>
  [...text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("\n", " ")]
    .map((letter) =>
      isInvisible(letter) ? `U+${letter.codePointAt(0)!.toString(16).padStart(4, "0")}` : letter,
    )
    .join("");

const isInvisible = (letter: string): boolean => /[\p{Cc}\p{Cf}\u00a0]/u.test(letter);
