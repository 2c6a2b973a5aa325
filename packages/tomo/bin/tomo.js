#!/usr/bin/env node
import { existsSync } from "node:fs";

const main = new URL("../dist/cli/main.js", import.meta.url);
if (existsSync(main)) {
  // `tomo list | head` closes the pipe early
  process.stdout.on("error", (error) => process.exit(error.code === "EPIPE" ? 0 : 1));
  const { bundled } = await import("../dist/bundled.js");
  process.exitCode = await (await import(bundled(main).href)).main(process.argv.slice(2));
} else {
  process.stderr.write("Tomo is not built yet: run `npm run setup` in the checkout.\n");
  process.exitCode = 5;
}
