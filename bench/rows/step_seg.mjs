// One training step (forward, backward, Adam) of SegAhnet against MONAI's AHNet.
import { availableParallelism } from "node:os";
import { interleave, median, speedup } from "../interleave.mjs";
import { peerPython } from "../peers.mjs";

const here = (path) => new URL(path, import.meta.url).pathname;

export async function run({ repeats, size, batch }, log) {
  const threads = String(availableParallelism());
  const ours = (mode) => ({
    name: `tomo ${mode}`,
    command: process.execPath,
    args: [here("step_seg_ours.mjs"), mode, size, batch, threads],
  });
  const peer = (mode) => ({
    name: `pytorch ${mode}`,
    command: peerPython(),
    args: [here("../peer/step_seg.py"), mode, size, batch, threads],
    env: { OMP_NUM_THREADS: threads },
  });
  const times = await interleave([ours("fp32"), peer("default"), ours("amp"), peer("tuned")], {
    warmup: 1,
    repeats: Number(repeats),
    log,
  });
  const pairs = [
    ["tomo fp32", "pytorch default"],
    ["tomo amp", "pytorch default"],
    ["tomo amp", "pytorch tuned"],
  ];
  const comparisons = pairs.map(([a, b]) => ({
    ours: a,
    peer: b,
    oursMs: median(times[a]),
    peerMs: median(times[b]),
    ...speedup(times[a], times[b]),
  }));
  const [, main] = comparisons;
  return { ratio: main.ratio, spread: main.spread, ours: main.oursMs, peer: main.peerMs, comparisons, times };
}
