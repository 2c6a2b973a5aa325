// The one set-up that `npm run demo` and `npm test` call: packages, libtorch, addon, TypeScript. Idempotent; seconds when done.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildAddon } from "./setup/addon.mjs";
import { findLibtorch } from "./setup/libtorch.mjs";
import { run } from "./setup/run.mjs";
import { fail, SetupError, step } from "./setup/say.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

async function packages(progress) {
  const stampFile = join(root, "node_modules", ".tomo-stamp");
  const stamp = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return "up to date";
  await run("npm", ["ci", "--no-audit", "--no-fund"], { cwd: root, onLine: progress });
  writeFileSync(stampFile, stamp);
  return "installed";
}

async function main() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    throw new SetupError(`Node ${process.versions.node} is too old`, "Install Node 20.19 or later.");
  process.stderr.write("Tomo set-up\n");
  await step("npm packages", packages);
  let found;
  await step("libtorch", async (progress) => {
    found = await findLibtorch(progress);
    return `${found.version} from ${found.source}`;
  });
  await step("native addon", (progress) => buildAddon(root, found, progress));
  await step("TypeScript", (progress) =>
    run(
      process.execPath,
      [join(root, "node_modules", "typescript", "bin", "tsc"), "-b", "packages/torch", "packages/tomo"],
      { cwd: root, onLine: progress },
    ).then(() => ""),
  );
  await step("bundles", (progress) =>
    run(process.execPath, [join(root, "scripts", "bundle.mjs")], { cwd: root, onLine: progress }).then(
      () => "",
    ),
  );
}

main().catch(fail);
