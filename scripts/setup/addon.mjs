// Builds the native addon with plain CMake against the libtorch that was found; skipped when nothing changed.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { run, which } from "./run.mjs";
import { SetupError } from "./say.mjs";

export async function buildAddon(root, { libtorch, version, source }, progress) {
  const packageFolder = join(root, "packages", "torch");
  const build = join(packageFolder, "build", version.replace(/[^\w.]/g, "_"));
  const stampFile = join(build, "stamp");
  const recordFile = join(packageFolder, "build", "engine.json");
  const addon = join(build, "tomo_torch.node");
  const stamp = stampOf(packageFolder, libtorch);
  if (!existsSync(addon) || !existsSync(stampFile) || readFileSync(stampFile, "utf8") !== stamp) {
    await compile(root, packageFolder, build, libtorch, progress);
    await run(process.execPath, ["-e", `require(${JSON.stringify(addon)})`]).catch((error) => {
      throw new SetupError(
        `the addon was built but cannot be loaded:\n${error.message}`,
        "A library that libtorch needs is missing; unset LIBTORCH to let set-up fetch a complete one.",
      );
    });
    writeFileSync(stampFile, stamp);
  }
  writeFileSync(recordFile, `${JSON.stringify({ addon, libtorch, version, source }, null, 2)}\n`);
}

function stampOf(packageFolder, libtorch) {
  const hash = createHash("sha256").update(libtorch).update(process.arch);
  const sources = readdirSync(join(packageFolder, "native"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(packageFolder, join(parentPath, name)))
    .sort();
  for (const name of ["CMakeLists.txt", ...sources])
    hash.update(name).update(readFileSync(join(packageFolder, name)));
  return hash.digest("hex");
}

async function compile(root, packageFolder, build, libtorch, progress) {
  if (!which("cmake"))
    throw new SetupError(
      "CMake was not found",
      "Install CMake 3.18 or later (for example with your system's package manager or `pip install cmake`).",
    );
  if (!which(process.env.CXX ?? "c++", "g++", "clang++"))
    throw new SetupError(
      "no C++ compiler was found",
      "Install a compiler that knows C++20, such as g++ 11 or clang 14.",
    );
  const configuredFor = join(build, "CMakeCache.txt");
  if (existsSync(configuredFor) && !readFileSync(configuredFor, "utf8").includes(`=${libtorch}\n`))
    rmSync(build, { recursive: true });
  mkdirSync(build, { recursive: true });
  const generator = which("ninja") ? ["-G", "Ninja"] : [];
  const headers = join(root, "node_modules", "node-api-headers", "include");
  await run(
    "cmake",
    [
      "-S",
      packageFolder,
      "-B",
      build,
      ...generator,
      `-DLIBTORCH=${libtorch}`,
      `-DNODE_API_INCLUDE=${headers}`,
    ],
    { onLine: progress },
  );
  await run("cmake", ["--build", build, "--parallel", "2"], { onLine: progress });
}
