// The Python environment of the peers: TOMO_ORACLE_PYTHON, or a virtual environment in Tomo's cache, made on first use.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../scripts/setup/libtorch.mjs";

export function peerPython() {
  if (process.env.TOMO_ORACLE_PYTHON) return process.env.TOMO_ORACLE_PYTHON;
  const requirements = new URL("peer/requirements.txt", import.meta.url).pathname;
  const key = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 12);
  const environment = join(cacheFolder(), `peers-${key}`);
  const python = join(environment, "bin", "python");
  if (existsSync(join(environment, ".complete"))) return python;
  process.stderr.write("making the peers' Python environment (about 3 GB, once) …\n");
  must("python3", ["-m", "venv", environment]);
  must(python, ["-m", "pip", "install", "--quiet", "-r", requirements]);
  must("touch", [join(environment, ".complete")]);
  return python;
}

function must(command, args) {
  const { status } = spawnSync(command, args, { stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed`);
}
