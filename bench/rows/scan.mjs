// Scan-window inference of one volume, image in memory to labels, against MONAI's sliding_window_inference: time and
// resident memory. Every competitor is a process of its own. Where other jobs share the machine, the ratio of processor
// time is the steadier one.
import { comparison, interleave, rowOf, speedup } from "../interleave.mjs";
import { modesOf, pairsWith } from "./modes.mjs";

export const title = "scan window over 512×512×100, image to labels";
export const repeats = 3;
export const lines = ({ comparisons, memory }) => [
  ...comparisons.map(
    ({ ours, peer, processorRatio, peakShare, increaseShare }) =>
      `processor time ${processorRatio.toFixed(2)}x; resident memory of ${ours} is ${peakShare.toFixed(2)} of ${peer}'s; what the inference adds, ${increaseShare.toFixed(2)}`,
  ),
  ...Object.entries(memory).map(
    ([name, { peakMiB, increaseMiB }]) =>
      `${name}: peak ${peakMiB} MiB resident, ${increaseMiB} MiB above what it was before`,
  ),
];

/** size: of the volume, "512,512,100"; roi: edge of the window. */
export async function run({ repeats, device, size = "512,512,100", roi = "160" }, log) {
  const env = { GOMP_SPINCOUNT: process.env.GOMP_SPINCOUNT ?? "1000" };
  const memory = {};
  const processors = {};
  const onFacts = (name, rows) => {
    processors[name] = rows.map((row) => row[2]);
    const before = rows[0][0];
    const peak = Math.max(...rows.map((row) => row[1]));
    memory[name] = { peakMiB: peak, increaseMiB: peak - before };
  };
  const competitors = modesOf("scan", "monai", [size, roi], { device, env });
  // the first repeat is slower by what is made once; a second one would cost minutes
  const times = await interleave(competitors, { warmup: 0, repeats: Number(repeats), log, onFacts });
  const comparisons = pairsWith("monai").map(([a, b]) => ({
    ...comparison(a, b, times[a], times[b]),
    processorRatio: speedup(processors[a], processors[b]).ratio,
    peakShare: memory[a].peakMiB / memory[b].peakMiB,
    increaseShare: memory[a].increaseMiB / memory[b].increaseMiB,
  }));
  return { ...rowOf(comparisons), memory, times, processors };
}
