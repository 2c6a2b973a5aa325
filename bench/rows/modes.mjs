// Four competitors of one kind of work: ours in float32 and with use_amp, the peer's as it comes and tuned by hand.
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { peerPython } from "../peers.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** What a careful user sets so that glibc keeps the memory of large tensors. */
export const tunables =
  "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=17179869184:glibc.malloc.trim_threshold=17179869184:glibc.malloc.top_pad=268435456";

/** `name`_ours.mjs and peer/`name`.py, both called with a mode, `args`, the number of threads and the device. */
export function modesOf(name, peer, args, { device, env = {} }) {
  const threads = String(availableParallelism());
  const ours = (mode) => ({
    name: `tomo ${mode}`,
    command: process.execPath,
    args: [here(`${name}_ours.mjs`), mode, ...args, threads, device],
    env,
  });
  const other = (mode) => ({
    name: `${peer} ${mode}`,
    command: peerPython(),
    args: [here(`../peer/${name}.py`), mode, ...args, threads, device],
    env: { OMP_NUM_THREADS: threads, ...(mode === "tuned" ? { GLIBC_TUNABLES: tunables } : {}) },
  });
  return [ours("fp32"), other("default"), ours("amp"), other("tuned")];
}

/** What is compared; the first pair is the row's ratio. */
export const pairsWith = (peer) => [
  ["tomo amp", `${peer} default`],
  ["tomo amp", `${peer} tuned`],
  ["tomo fp32", `${peer} default`],
];
