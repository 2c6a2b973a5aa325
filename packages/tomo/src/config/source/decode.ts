import { readFileSync } from "node:fs";
import { TomoError } from "../../errors/tomo_error.ts";
import { positionsOf } from "./position.ts";

/**
 * The text of a JSON file, which is UTF-8, with a byte order mark or without.
 * @throws TomoError TOMO_CONFIG_MISSING where it cannot be read, TOMO_JSON_SYNTAX where it is in another encoding
 */
export function readText(file: string): string {
  const bytes = bytesOf(file);
  const wide = wideEncoding(bytes);
  if (wide !== undefined)
    throw new TomoError("TOMO_JSON_SYNTAX", `the file is stored as ${wide}`, {
      where: { file, line: 1, column: 1 },
      expected: "UTF-8",
      hint: "save it again as UTF-8: in editors under Save as, in PowerShell by Out-File -Encoding utf8",
    });
  const text = bytes.toString("utf8");
  const broken = text.indexOf("\ufffd");
  if (broken >= 0 && !isUtf8(bytes))
    throw new TomoError("TOMO_JSON_SYNTAX", "a letter is not stored as UTF-8", {
      where: { file, ...positionsOf(text)(broken) },
      hint: "the file may be Latin-1 or Windows-1252; save it again as UTF-8",
    });
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const isFolder = (cause as NodeJS.ErrnoException).code === "EISDIR";
    throw new TomoError("TOMO_CONFIG_MISSING", isFolder ? "this is a folder" : "the file cannot be read", {
      where: { file },
      ...(isFolder ? { expected: "a JSON file" } : { cause }),
    });
  }
}

/** UTF-16 by its byte order mark, or by its zero bytes: JSON begins with ASCII. */
function wideEncoding([first, second, third, fourth]: Buffer): string | undefined {
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return "UTF-16";
  if (first === 0 && second !== 0) return "UTF-16";
  return second === 0 && first !== 0 && third !== 0 && fourth === 0 ? "UTF-16" : undefined;
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder("utf8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
