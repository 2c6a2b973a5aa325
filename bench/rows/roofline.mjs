// Share of this machine's ceiling, products of bfloat16 matrices, that the convolutions of a training step reach, and where
// the time of the step goes.
import { availableParallelism } from "node:os";
import { flushDenormals, manualSeed, setThreads } from "@tomo/torch";
import { rowOf } from "../interleave.mjs";
import { measureRoofs, roofsOf } from "../roofline/roofs.mjs";
import { comparisonsOf, shapesOf } from "../roofline/shares.mjs";
import { kindsOf, makeSteps, measureStep } from "../roofline/steps.mjs";
import { linesOfRoofline } from "../roofline/words.mjs";
import { comparisonRows } from "../words.mjs";

export const title = "convolutions of a training step with use_amp, 96³: share of the ceiling";
export const lines = linesOfRoofline;
/** Passes one by one are left to the lines. */
export const table = ({ comparisons }) =>
  comparisonRows({ comparisons: comparisons.filter(({ ours }) => !ours.includes(",")) });

/** What is compared with the ceiling; the first is the row's ratio. AH-Net's kernels are flat and have no 3³. */
const groups = [
  { network: "SegResnet", title: "3³", kernel: "3×3×3" },
  { network: "SegResnet", title: "all" },
  { network: "SegAhnet", title: "3²", kernel: "3×3" },
  { network: "SegAhnet", title: "all" },
];

/** ratio: the share that 3³ convolutions reach in the step, copies into another layout included. */
export async function run({ repeats, size = "96", batch = "1" }, log) {
  setThreads(availableParallelism());
  flushDenormals(true);
  manualSeed(0);
  const steps = makeSteps({ precision: "bfloat16", device: "cpu", size: Number(size), batch: Number(batch) });
  for (const { step } of steps) step();
  const found = { roofs: [], steps: Object.fromEntries(steps.map(({ name }) => [name, []])) };
  for (let round = 0; round < Number(repeats); round++) {
    found.roofs.push(measureRoofs());
    for (const { name, step } of steps) {
      const measured = measureStep(step);
      found.steps[name].push(measured);
      log(`${name}: ${measured.stepMs.toFixed(0)} ms`);
    }
  }
  return resultOf(found);
}

function resultOf(found) {
  const roofs = roofsOf(found.roofs);
  const networks = Object.entries(found.steps).map(([name, repeats]) => ({
    name,
    stepMs: repeats.map(({ stepMs }) => stepMs),
    ...kindsOf(repeats),
    shapes: shapesOf(repeats, roofs),
  }));
  const comparisons = groups.flatMap((group) => comparisonsOf(group, found.steps[group.network], roofs));
  return { ...rowOf(comparisons), roofs, networks };
}
