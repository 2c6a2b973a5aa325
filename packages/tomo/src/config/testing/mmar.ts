import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A throw-away MMAR folder. */
export interface TestMmar {
  readonly root: string;
  /** Writes a file: text as it is, anything else as JSON. Returns its path. */
  readonly write: (path: string, content: unknown) => string;
  readonly remove: () => void;
}

export function testMmar(files: Readonly<Record<string, unknown>> = {}): TestMmar {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "tomo-mmar-")));
  const write = (path: string, content: unknown): string => {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content, null, 2));
    return file;
  };
  for (const [path, content] of Object.entries(files)) write(path, content);
  return { root, write, remove: () => rmSync(root, { recursive: true, force: true }) };
}
