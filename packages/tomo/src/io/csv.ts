/** Comma-separated values after RFC 4180, but with \n at the end of each row: a cell is quoted where it must be. */
export const csv = (rows: readonly (readonly string[])[]): string => rows.map(csvRow).join("");

export const csvRow = (cells: readonly string[]): string => `${cells.map(csvCell).join(",")}\n`;

const csvCell = (cell: string): string => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
