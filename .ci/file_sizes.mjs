// No source file above 500 lines; generated files and those of others aside.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const files = execFileSync("git", ["ls-files", "*.ts", "*.mjs", "*.cc", "*.h", "*.py"], { encoding: "utf8" })
  .trim()
  .split("\n")
  .filter((file) => !/\.generated\.|\.d\.ts$|\/third_party\//.test(file));
const long = files.filter((file) => readFileSync(file, "utf8").split("\n").length > 500);
if (files.length === 0 || long.length > 0) {
  console.error(long.join("\n") || "no source files found");
  process.exit(1);
}
