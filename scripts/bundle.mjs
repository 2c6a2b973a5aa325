// Makes packages/tomo/dist/bundled: the command line and the entries of threads, each with what it needs in few files.
// What is imported later, such as the commands, stays apart. `bundled.ts` says when these are used.
import { rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const dist = fileURLToPath(new URL("../packages/tomo/dist", import.meta.url));
const bundled = join(dist, "bundled");
const entries = ["cli/main.js", "workflows/worker.js", "pipeline/workers/worker.js"];

/** Each module keeps the URL that it has in `dist`. */
const ownUrls = {
  name: "own-urls",
  transform(code, id) {
    if (!code.includes("import.meta.url")) return null;
    const path = JSON.stringify(relative(bundled, id));
    return { code: code.replaceAll("import.meta.url", `new URL(${path}, import.meta.url).href`), map: null };
  },
};

const build = await rolldown({
  input: Object.fromEntries(
    entries.map((entry) => [entry.replaceAll("/", "_").slice(0, -3), join(dist, entry)]),
  ),
  cwd: dirname(dist),
  platform: "node",
  tsconfig: false,
  // native code, and large packages that few runs need
  external: ["sharp", "jiti", /^@cornerstonejs\//],
  resolve: { mainFields: ["module", "main"] },
  plugins: [ownUrls],
});
rmSync(bundled, { recursive: true, force: true });
await build.write({ dir: bundled, format: "esm", chunkFileNames: "[name]-[hash].js" });
