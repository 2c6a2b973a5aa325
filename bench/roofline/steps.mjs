// Training steps with use_amp, recorded: time by kind of operator, and each convolution by shape, in the step and alone.
import { recordOperators, takeOperatorTimes } from "@tomo/torch";
import { median } from "../interleave.mjs";
import { segmentationStep } from "../rows/step_ours.mjs";
import { secondsAlone } from "./alone.mjs";
import { convolutionsOf } from "./convolutions.mjs";

/** AH-Net's kernels are flat; of our networks SegResnet has cubes, here with the filters of its paper. */
const networks = [
  { name: "SegAhnet", args: { n_spatial_dim: 3 } },
  { name: "SegResnet", args: { init_filters: 32 } },
];

export const makeSteps = (options) =>
  networks.map(({ name, args }) => ({ name, step: segmentationStep(name, args, options) }));

/** One repeat: { stepMs, kinds: seconds of each kind of operator, convolutions }. */
export function measureStep(step) {
  takeOperatorTimes();
  recordOperators(true, { inputs: true });
  const stepMs = step();
  recordOperators(false);
  const times = takeOperatorTimes();
  const kinds = {};
  for (const { kind, seconds } of times) kinds[kind] = (kinds[kind] ?? 0) + seconds;
  const convolutions = convolutionsOf(times).map((one) => ({ ...one, alone: secondsAlone(one) }));
  return { stepMs, kinds, convolutions };
}

/** Milliseconds and share of the step of each kind, longest first; "within convolutions": copies that they make. */
export function kindsOf(repeats) {
  const medianOf = (seconds) => {
    const shares = repeats.map((one) => (1e3 * seconds(one)) / one.stepMs);
    return { ms: 1e3 * median(repeats.map(seconds)), share: median(shares) };
  };
  const names = [...new Set(repeats.flatMap(({ kinds }) => Object.keys(kinds)))];
  const ofKind = names.map((kind) => ({ kind, ...medianOf(({ kinds }) => kinds[kind] ?? 0) }));
  const others = { kind: "outside operators", ...medianOf(outsideOf) };
  const copies = { kind: "moving data within convolutions", ...medianOf(copiesOf) };
  return { kinds: [...ofKind, others].sort((a, b) => b.ms - a.ms), copies };
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
const outsideOf = ({ stepMs, kinds }) => stepMs / 1e3 - sum(Object.values(kinds));
const copiesOf = ({ convolutions, kinds }) =>
  sum(convolutions.map(({ seconds }) => seconds.forward + seconds.backward)) - kinds.convolution;
