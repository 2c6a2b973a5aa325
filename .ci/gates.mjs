// Runs `npm test` and the static gates, prints what failed, ends with `N passed, N failed`.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const report = join(mkdtempSync(join(tmpdir(), "tomo-ci-")), "tests.json");
const bin = (name) => join("node_modules", ".bin", name);
const gates = [
  ["tests", "npm", ["test", "--", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`]],
  ["types", bin("tsc"), ["-p", "tsconfig.json"]],
  ["lint", bin("biome"), ["check", "."]],
  ["layers", bin("depcruise"), ["packages", "--config", ".dependency-cruiser.cjs"], /\((\d+) modules, /],
  ["dead code", bin("knip"), ["--no-progress"]],
  ["generated operators are fresh", "node", ["packages/torch/tools/main.mjs", "--check"]],
  ["generated docs are fresh", "node", ["scripts/docs.mjs", "--check"]],
  ["no file above 500 lines", "node", [".ci/file_sizes.mjs"]],
];

let [passed, failed] = [0, 0];
for (const [name, command, args, mustMatch] of gates) {
  const start = performance.now();
  const shown = name === "tests";
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    stdio: ["ignore", shown ? "inherit" : "pipe", shown ? "inherit" : "pipe"],
    maxBuffer: 2 ** 28,
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  // A tool that looked at nothing must not pass.
  const looked = !mustMatch || Number(mustMatch.exec(stdout)?.[1] ?? 0) > 20;
  const ok = status === 0 && looked;
  if (!ok && !shown) console.log(stdout, stderr);
  console.log(`${ok ? "✓" : "✗"} ${name} (${seconds} s)`);
  if (ok) passed++;
  else failed++;
}

let skipped = 0;
try {
  const tests = JSON.parse(readFileSync(report, "utf8"));
  passed += tests.numPassedTests;
  failed += tests.numFailedTests;
  skipped = tests.numPendingTests;
} catch {
  console.log("✗ the test report could not be read");
  failed++;
}
console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`);
process.exit(failed === 0 ? 0 : 1);
