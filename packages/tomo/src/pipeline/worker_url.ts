import { bundled } from "../bundled.ts";

/**
 * URL of a worker's entry beside the calling module. Threads of Node 20 run JavaScript only, so a caller inside
 * `src` (tests) gets the compiled twin in `dist`: build before.
 */
export function workerUrl(callerUrl: string, name: string): URL {
  if (!callerUrl.endsWith(".ts")) return bundled(new URL(`./${name}.js`, callerUrl));
  const at = callerUrl.lastIndexOf("/src/");
  const compiled = `${callerUrl.slice(0, at)}/dist/${callerUrl.slice(at + "/src/".length)}`;
  return bundled(new URL(`./${name}.js`, compiled));
}
