const width = 110;

/** JSON as the examples are written: what fits on a line stands on it, the first level never does. */
export const jsonText = (value: object): string => `${block(value, "", 0, true)}\n`;

/** @param used characters of the line before the value */
function block(value: unknown, indent: string, used: number, open = false): string {
  const flat = inline(value);
  if (typeof value !== "object" || value === null) return flat;
  if (!open && indent.length + used + flat.length < width) return flat;
  const inner = `${indent}  `;
  if (Array.isArray(value))
    return value.length === 0
      ? "[]"
      : `[\n${value.map((item) => inner + block(item, inner, 1)).join(",\n")}\n${indent}]`;
  const entries = Object.entries(value).map(([key, item]) => {
    const head = `${JSON.stringify(key)}: `;
    return inner + head + block(item, inner, head.length + 1);
  });
  return entries.length === 0 ? "{}" : `{\n${entries.join(",\n")}\n${indent}}`;
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${inline(item)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}
