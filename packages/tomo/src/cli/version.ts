import { readFileSync } from "node:fs";

/** Version of this package; the path holds for src/ and dist/ alike. */
export function version(): string {
  const file = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
