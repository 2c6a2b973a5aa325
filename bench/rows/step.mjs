// One training step (forward, backward, Adam) of ours against the peer's: default float32, and tuned by hand.
import { availableParallelism } from "node:os";
import { interleave, median, speedup } from "../interleave.mjs";
import { peerPython } from "../peers.mjs";

const here = (path) => new URL(path, import.meta.url).pathname;

/** What a careful user sets so that glibc keeps the memory of large tensors. */
export const tunables =
  "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=17179869184:glibc.malloc.trim_threshold=17179869184:glibc.malloc.top_pad=268435456";

/** A row of `name`_ours.mjs and peer/`name`.py; `pairs` are compared, the first one is the row's ratio. */
export async function stepRow(name, { repeats, size, batch }, pairs, log) {
  const threads = String(availableParallelism());
  const ours = (mode) => ({
    name: `tomo ${mode}`,
    command: process.execPath,
    args: [here(`${name}_ours.mjs`), mode, size, batch, threads],
  });
  const peer = (mode) => ({
    name: `pytorch ${mode}`,
    command: peerPython(),
    args: [here(`../peer/${name}.py`), mode, size, batch, threads],
    env: { OMP_NUM_THREADS: threads, ...(mode === "tuned" ? { GLIBC_TUNABLES: tunables } : {}) },
  });
  const competitors = [ours("fp32"), peer("default"), ours("amp"), peer("tuned")];
  const times = await interleave(competitors, { warmup: 1, repeats: Number(repeats), log });
  const comparisons = pairs.map(([a, b]) => ({
    ours: a,
    peer: b,
    oursMs: median(times[a]),
    peerMs: median(times[b]),
    ...speedup(times[a], times[b]),
  }));
  const [main] = comparisons;
  return { ratio: main.ratio, spread: main.spread, ours: main.oursMs, peer: main.peerMs, comparisons, times };
}

export const stepPairs = [
  ["tomo amp", "pytorch default"],
  ["tomo amp", "pytorch tuned"],
  ["tomo fp32", "pytorch default"],
];
