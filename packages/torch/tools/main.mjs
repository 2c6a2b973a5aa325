// npm run generate -w packages/torch [-- --check]: writes src/ops.generated.ts from the libtorch that set-up found.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "vite";

const root = new URL("..", import.meta.url);
const record = JSON.parse(readFileSync(new URL("build/engine.json", root), "utf8"));
const target = new URL("src/ops.generated.ts", root);
const server = await createServer({
  root: root.pathname,
  server: { middlewareMode: true, ws: false },
  appType: "custom",
  logLevel: "error",
  optimizeDeps: { noDiscovery: true },
});
const { generateOps } = await server.ssrLoadModule("/tools/generate_ops.ts");
await server.close();
const text = generateOps(createRequire(import.meta.url)(record.addon).schemas("aten::"), record.version);
if (!process.argv.includes("--check")) {
  writeFileSync(target, text);
  console.log(`wrote ${target.pathname}`);
} else if (!readFileSync(target, "utf8").includes(`from libtorch ${record.version}.`)) {
  console.log(`skipped: ops.generated.ts was made from another libtorch than ${record.version}`);
} else if (readFileSync(target, "utf8") !== text) {
  console.error("ops.generated.ts is stale: run `npm run generate -w packages/torch`");
  process.exit(1);
}
