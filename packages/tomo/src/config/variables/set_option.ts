import { TomoError } from "../../errors/tomo_error.ts";
import type { Json } from "../source/json.ts";

/** What follows `--set`: words `name=value` as typed, or values of a program that already have their type. */
export type SetOption = readonly string[] | Readonly<Record<string, Json>>;

const yes = new Set(["y", "yes", "t", "true", "on"]);
const no = new Set(["n", "no", "f", "false", "off"]);

/**
 * The type of a value typed at the command line, as Clara guesses it: integer, float, boolean word, else string.
 * `1` and `0` are integers. `nan` and `inf` stay strings, since a resolved config must be JSON.
 */
export function typedValue(text: string): Json {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) {
    const number = Number(text);
    if (Number.isFinite(number)) return number;
  }
  const word = text.toLowerCase();
  if (yes.has(word)) return true;
  if (no.has(word)) return false;
  return text;
}

/** Splits at the first `=`; later pairs win over earlier ones of the same name. */
export function readSetOption(option: SetOption): ReadonlyMap<string, Json> {
  if (!isWords(option)) return new Map(Object.entries(option));
  return new Map(option.map(readPair));
}

const isWords = (option: SetOption): option is readonly string[] => Array.isArray(option);

function readPair(word: string): [string, Json] {
  const at = word.indexOf("=");
  const name = word.slice(0, Math.max(0, at)).trim();
  if (name === "")
    throw new TomoError("TOMO_SET_SYNTAX", `"${word}" after --set is not name=value`, {
      where: { configPath: `--set ${word}` },
      given: word,
      expected: "name=value, for example epochs=100",
      hint: at < 0 ? `write ${word}=VALUE, without blanks around =` : undefined,
    });
  return [name, typedValue(word.slice(at + 1))];
}
