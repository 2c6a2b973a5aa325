import { statSync } from "node:fs";

/**
 * The bundled twin of an entry in `dist` (scripts/bundle.mjs), which loads in less than half the time: Node spends most
 * of it on finding and opening some 400 files. The entry itself where there is no twin, or where something was compiled
 * since.
 */
export function bundled(entry: URL): URL {
  const at = entry.href.lastIndexOf("/dist/") + "/dist/".length;
  const dist = entry.href.slice(0, at);
  const twin = new URL(`bundled/${entry.href.slice(at).replaceAll("/", "_")}`, dist);
  const made = changed(twin);
  const compiled = [".tsbuildinfo", "../../torch/dist/.tsbuildinfo"].map((file) =>
    changed(new URL(file, dist)),
  );
  return compiled.every((time) => time < made) ? twin : entry;
}

/** When a file was written last; 0 where there is none. */
const changed = (file: URL): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
