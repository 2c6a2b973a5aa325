/** Comma-separated values after RFC 4180, but with \n at the end of each row: a cell is quoted where it must be. */
export const csv = (rows: readonly (readonly string[])[]): string => rows.map(csvRow).join("");

export const csvRow = (cells: readonly string[]): string => `${cells.map(csvCell).join(",")}\n`;

const csvCell = (cell: string): string => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/**
 * Rows of a table after RFC 4180: quoted cells, doubled quotes, any line end. Cells are separated by what the first
 * line has most of: comma, semicolon or tab. Empty lines and a byte order mark are left out, blanks around cells too.
 */
export function parseCsv(text: string): string[][] {
  const body = text.replace(/^\ufeff/, "");
  const first = /^[^\r\n]*/.exec(body)?.[0] ?? "";
  const [separator = ","] = [",", ";", "\t"].toSorted(
    (a, b) => first.split(b).length - first.split(a).length,
  );
  const cell = new RegExp(`"((?:[^"]|"")*)"[^${separator}\\r\\n]*|[^${separator}\\r\\n]*`, "y");
  const rows: string[][] = [];
  let row: string[] = [];
  for (let at = 0; at <= body.length; at++) {
    cell.lastIndex = at;
    const [whole = "", quoted] = cell.exec(body) ?? [];
    row.push((quoted?.replaceAll('""', '"') ?? whole).trim());
    at += whole.length;
    if (body[at] === separator) continue;
    if (row.some((value) => value !== "")) rows.push(row);
    row = [];
    if (body.startsWith("\r\n", at)) at++;
  }
  return rows;
}
