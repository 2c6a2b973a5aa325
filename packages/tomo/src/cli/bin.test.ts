import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../testing/temporary_folder.ts";

const folder = temporaryFolder();
mkdirSync(join(folder, "bin"));
copyFileSync(fileURLToPath(new URL("../../bin/tomo.js", import.meta.url)), join(folder, "bin/tomo.js"));
writeFileSync(join(folder, "package.json"), '{"type": "module"}');
const run = (...args: string[]) =>
  spawnSync(process.execPath, [join(folder, "bin/tomo.js"), ...args], { encoding: "utf8" });

describe("bin/tomo.js", () => {
  it("says how to build when nothing is built", () => {
    const { status, stdout, stderr } = run("--help");
    expect([status, stdout]).toEqual([5, ""]);
    expect(stderr).toBe("Tomo is not built yet: run `npm run setup` in the checkout.\n");
  });

  it("hands the words over and ends with the code of the command line", () => {
    mkdirSync(join(folder, "dist/cli"), { recursive: true });
    writeFileSync(
      join(folder, "dist/cli/main.js"),
      "export const main = async (argv) => { console.log(argv.join()); return 42; };",
    );
    writeFileSync(join(folder, "dist/bundled.js"), "export const bundled = (entry) => entry;");
    expect(run("train", "--set", "a=1")).toMatchObject({
      status: 42,
      stdout: "train,--set,a=1\n",
      stderr: "",
    });
  });
});
