/** One argument of an operator schema, for example `SymInt[3] stride=[1, 1, 1]`. */
export interface SchemaArg {
  readonly type: string;
  readonly name: string;
  readonly hasDefault: boolean;
  readonly keywordOnly: boolean;
}

export interface Schema {
  readonly text: string;
  readonly name: string;
  readonly overload: string;
  readonly args: readonly SchemaArg[];
  readonly returns: readonly string[];
  /** Index of the argument that is returned as it is (in-place operators), or -1. */
  readonly returnsArg: number;
}

/** Reads the text form of a schema: `aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`. */
export function parseSchema(text: string): Schema {
  const [, name = "", overload = "", args = "", returns = ""] =
    /^(?:aten::)([^.(]+)(?:\.([^(]+))?\((.*)\) -> (.*)$/.exec(text) ?? [];
  if (!name) throw new Error(`cannot read the schema ${text}`);
  let keywordOnly = false;
  const parsed: SchemaArg[] = [];
  const aliases: string[] = [];
  for (const part of splitTop(args)) {
    if (part === "*") {
      keywordOnly = true;
      continue;
    }
    const [declaration = "", fallback] = splitOnce(part, "=");
    const space = declaration.lastIndexOf(" ");
    const type = declaration.slice(0, space);
    aliases.push(/\((\w)!/.exec(type)?.[1] ?? "");
    parsed.push({
      type: type.replace(/\([^)]*\)/g, ""),
      name: declaration.slice(space + 1),
      hasDefault: fallback !== undefined,
      keywordOnly,
    });
  }
  const results = splitTop(returns.startsWith("(") ? returns.slice(1, -1) : returns);
  const alias = results.length === 1 ? (/\((\w)!/.exec(results[0]!)?.[1] ?? "none") : "none";
  return {
    text,
    name,
    overload,
    args: parsed,
    returns: results.map((result) => result.replace(/\([^)]*\)/g, "").split(" ")[0]!),
    returnsArg: aliases.indexOf(alias),
  };
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** Splits at commas outside brackets. */
function splitTop(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let current = "";
  for (const char of text) {
    if ("([".includes(char)) depth++;
    if (")]".includes(char)) depth--;
    if (char === "," && depth === 0) {
      parts.push(current.trim());
      current = "";
    } else current += char;
  }
  if (current.trim()) parts.push(current.trim());
  return parts;
}
