// Finds libtorch >= 2.9: LIBTORCH, the torch of the active Python, Tomo's cache; else fetches the pinned wheel.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run, which } from "./run.mjs";
import { SetupError } from "./say.mjs";

const minimum = [2, 9];
const pinned = "2.15.0";

/**
 * Wheels of a platform with their hashes. The CPU libraries of the Linux wheel are linked to two small CUDA runtime
 * libraries, which come along; nothing of CUDA is used on a machine without a GPU.
 */
const wheels = {
  "linux-x64": {
    tags: [
      "--platform",
      "manylinux_2_28_x86_64",
      "--platform",
      "manylinux_2_25_x86_64",
      "--platform",
      "manylinux_2_17_x86_64",
      "--platform",
      "manylinux2014_x86_64",
    ],
    requirements: [
      `torch==${pinned} --hash=sha256:48c2d861134c0b5697c7602cb5ffa68f62a2989fdcd1717e593356f67996ca1e`,
      "nvidia-cuda-runtime==13.2.86 --hash=sha256:3498247680dfddce31bad102af7e3e26fc795342a3cac64722bb0fa95e7f60f0",
      "nvidia-cuda-cupti==13.2.86 --hash=sha256:8fa29f15dd8336181f961764d9d95236fc6b931dd0c8fcf8cd70aab0c310b586",
    ],
  },
};
const neededBytes = 1.9e9;

export const cacheFolder = () =>
  process.env.TOMO_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "tomo");

/** { libtorch, version, source }: libtorch is the folder with include/ and lib/. */
export async function findLibtorch(progress) {
  if (process.env.LIBTORCH) return { ...usable(process.env.LIBTORCH, "LIBTORCH"), source: "LIBTORCH" };
  const python = which("python3", "python");
  const ofPython = python && (await torchOfPython(python));
  if (ofPython) return { ...ofPython, source: "python" };
  const cached = join(cacheFolder(), `libtorch-${pinned}-${platform()}`, "torch");
  if (existsSync(cached)) return { ...usable(cached, "Tomo's cache"), source: "cache" };
  await download(python, cached, progress);
  return { ...usable(cached, "the downloaded wheel"), source: "download" };
}

const platform = () => `${process.platform}-${process.arch}`;

function usable(folder, origin) {
  const header = ["torch/headeronly/version.h", "torch/csrc/api/include/torch/version.h"]
    .map((path) => join(folder, "include", path))
    .find((path) => existsSync(path));
  if (!header || !existsSync(join(folder, "lib")))
    throw new SetupError(
      `${origin} (${folder}) is not a libtorch folder with include/ and lib/`,
      "Point LIBTORCH at the folder that holds include/ and lib/, or unset it.",
    );
  const [major = 0, minor = 0, patch = 0] = [
    ...readFileSync(header, "utf8").matchAll(/VERSION_(?:MAJOR|MINOR|PATCH) (\d+)/g),
  ].map((match) => Number(match[1]));
  const version = `${major}.${minor}.${patch}`;
  if (major < minimum[0] || (major === minimum[0] && minor < minimum[1]))
    throw new SetupError(
      `${origin} (${folder}) is libtorch ${version}; Tomo needs ${minimum.join(".")} or later`,
      "Unset LIBTORCH or leave the Python environment: set-up then fetches its own.",
    );
  return { libtorch: folder, version };
}

/** The torch package of the active Python, without importing it; null when absent or too old. */
async function torchOfPython(python) {
  const script =
    "import importlib.util as u; s = u.find_spec('torch'); print(s.submodule_search_locations[0] if s else '')";
  try {
    const folder = (await run(python, ["-c", script])).trim();
    return folder ? usable(folder, "the torch of the active Python") : null;
  } catch (error) {
    if (error instanceof SetupError) return null;
    throw error;
  }
}

async function download(python, target, progress) {
  const wheel = wheels[platform()];
  if (!wheel)
    throw new SetupError(
      `no libtorch wheel is pinned for ${platform()}`,
      "Install torch >= 2.9 in the active Python, or set LIBTORCH to a libtorch folder.",
    );
  if (!python)
    throw new SetupError(
      "libtorch must be fetched, and no Python with pip was found",
      "Install Python 3 with pip, or set LIBTORCH to a libtorch folder.",
    );
  const cache = cacheFolder();
  mkdirSync(cache, { recursive: true });
  checkSpace(cache);
  const work = join(cache, `download-${process.pid}`);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work);
  try {
    progress(`fetching torch ${pinned} (540 MB)`);
    const requirements = join(work, "requirements.txt");
    writeFileSync(requirements, wheel.requirements.join("\n"));
    await run(
      python,
      [
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--only-binary=:all:",
        "--implementation",
        "cp",
        "--python-version",
        "3.11",
        ...wheel.tags,
        "--require-hashes",
        "-r",
        requirements,
        "-d",
        work,
      ],
      { onLine: progress },
    ).catch((error) => {
      throw new SetupError(
        `torch ${pinned} could not be fetched with pip:\n${error.message}`,
        "Check the network and pip's index, or set LIBTORCH to a libtorch folder.",
      );
    });
    const unpack = fileURLToPath(new URL("unpack_wheels.py", import.meta.url));
    await run(python, [unpack, work, join(work, "unpacked")], { onLine: progress });
    renameSync(join(work, "unpacked"), join(target, ".."));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function checkSpace(folder) {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < neededBytes)
    throw new SetupError(
      `${folder} has ${((bavail * bsize) / 1e9).toFixed(1)} GB free; fetching libtorch needs ${neededBytes / 1e9} GB`,
      "Free some space, or set TOMO_CACHE to a folder on another disk.",
    );
}
