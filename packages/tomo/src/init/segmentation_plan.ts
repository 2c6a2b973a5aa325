import { bytesText } from "../check/memory.ts";
import { TomoError } from "../errors/tomo_error.ts";
import { type Decision, epochsFor, type MachineFacts, scheduleDecision, workersFor } from "./decision.ts";
import { type FoundData, some } from "./found.ts";
import type { Size, VolumeFacts } from "./look_volumes.ts";

export const segmentationModels = ["SegResnet", "SegAhnet"] as const;
export type SegmentationModel = (typeof segmentationModels)[number];

/** All numbers of a segmentation's configs. */
export interface SegmentationPlan {
  readonly model: SegmentationModel;
  /** Of the label values 0, 1, … */
  readonly classNames: readonly string[];
  readonly channels: number;
  /** Whether files are turned to RAS+ as they are loaded, and predictions back. */
  readonly canonical: boolean;
  /** HU that become 0 and 1; null for intensities without a unit. */
  readonly window: readonly [number, number] | null;
  readonly size: Size;
  /** Whether the size holds every volume; else patches are cut. */
  readonly whole: boolean;
  /** Cases, or patches of a case, a step. */
  readonly batch: number;
  readonly epochs: number;
  readonly every: number;
  /** Steps after which the learning rate is halved. */
  readonly decay: number;
  readonly cached: number;
  readonly cases: number;
  readonly workers: number;
}

/** Voxels of the largest network input that is taken without cutting patches. */
const mostVoxels = 96 ** 3;
const patchSide = 96;
const mostClasses = 256;

export function planSegmentation(
  found: FoundData,
  facts: VolumeFacts,
  training: number,
  model: SegmentationModel,
  machine: MachineFacts,
): { readonly plan: SegmentationPlan; readonly decisions: Decision[]; readonly warnings: string[] } {
  const classes = classesOf(found, facts);
  const { size, whole } = inputSize(facts, model);
  const voxels = size.reduce((product, side) => product * side, 1);
  const batch = whole ? Math.min(4, training, Math.max(1, Math.floor((2 * mostVoxels) / voxels))) : 2;
  const stepsPerEpoch = whole ? Math.ceil(training / batch) : training;
  // whole volumes are validated fast; large ones, window by window, take longer than an epoch
  const every = whole ? 1 : 5;
  const epochs = Math.ceil(epochsFor(whole ? 360 : 2000, stepsPerEpoch, 200) / every) * every;
  const ct = isCt(found, facts);
  const { cached, bytes } = cacheFor(facts, size, whole, training, machine);
  const plan: SegmentationPlan = {
    model,
    classNames: classes.names,
    channels: facts.channels,
    canonical: facts.orientations.length > 1,
    window: ct.is ? windowOf(facts) : null,
    size,
    whole,
    batch,
    epochs,
    every,
    decay: Math.max(1, Math.round((epochs * stepsPerEpoch * 2) / 3)),
    cached,
    cases: training,
    workers: workersFor(machine),
  };
  return {
    plan,
    decisions: [
      {
        what: `network: ${model}, ${classes.names.length} classes (${some(classes.names, 10)})`,
        why: classes.why,
      },
      intensityDecision(plan, ct.why),
      ...(plan.canonical
        ? [
            {
              what: "axes: volumes are turned to RAS+ as they are loaded, predictions back to their file",
              why: `files are oriented ${facts.orientations.join(", ")}`,
            },
          ]
        : []),
      sizeDecision(plan, facts),
      scheduleDecision(epochs, stepsPerEpoch, every),
      {
        what: `cache: ${cached === training ? "all" : cached} of ${training} training cases in memory`,
        why: `about ${bytesText(bytes)} each, ${bytesText(machine.memory)} of memory`,
      },
    ],
    warnings: classes.warnings,
  };
}

function classesOf(
  { classNames, root }: FoundData,
  { labels: { values, looked } }: VolumeFacts,
): { readonly names: readonly string[]; readonly why: string; readonly warnings: string[] } {
  const most = Math.max(1, values.at(-1) ?? 0);
  const gaps = Array.from({ length: most }, (_, n) => n).filter((n) => n > 0 && !values.includes(n));
  if (most >= mostClasses || (most > 16 && gaps.length > most / 2))
    throw new TomoError("TOMO_LABEL_RANGE", "the values of the labels are no class indices", {
      where: { file: root },
      given: values.join(", "),
      expected: "0 for the background, then 1, 2, 3, …",
      hint:
        values.length === 2
          ? `write 1 for ${most} in the label files`
          : "renumber the classes in the label files, without gaps",
    });
  const count = Math.max(most + 1, classNames?.length ?? 0);
  const names = Array.from(
    { length: count },
    (_, n) => classNames?.[n] ?? (n === 0 ? "background" : `class${n}`),
  );
  const unseen = gaps.length > 0 && (classNames?.length ?? 0) <= most;
  return {
    names,
    why: `${classNames === null ? "" : "named by the data; "}values ${some(values.map(String), 10)} in ${looked} label files`,
    warnings: unseen
      ? [
          `no label that was read has the values ${gaps.join(", ")}: renumber the classes without gaps, or live with outputs that learn nothing`,
        ]
      : [],
  };
}

function isCt(
  { modality }: FoundData,
  { intensity: { negative, looked } }: VolumeFacts,
): { readonly is: boolean; readonly why: string } {
  if (modality !== null) return { is: /^ct\b|computed/i.test(modality), why: `the data says ${modality}` };
  const is = negative * 2 >= looked && negative > 0;
  return is
    ? { is, why: `looks like CT: ${negative} of ${looked} images reach below -200` }
    : { is, why: `no CT: ${looked - negative} of ${looked} images do not reach below -200` };
}

/** 0.5 to 99.5 percentile of the intensities inside the labels (as nnU-Net clips CT), at least 100 HU wide. */
function windowOf({ intensity: { foreground } }: VolumeFacts): readonly [number, number] {
  const [low, high] = foreground ?? [-160, 240];
  const widen = Math.max(0, 100 - (high - low)) / 2;
  return [Math.floor(low - widen), Math.ceil(high + widen)];
}

/** All of the largest volume where it is small, else a patch; each side fits the network. */
function inputSize(
  { size: { median, largest } }: VolumeFacts,
  model: SegmentationModel,
): { size: Size; whole: boolean } {
  const factor = model === "SegAhnet" ? 32 : 8;
  const up = (side: number) => Math.ceil(side / factor) * factor;
  const fitted = (of: (axis: number) => number): Size => [up(of(0)), up(of(1)), up(of(2))];
  const all = fitted((axis) => largest[axis]!);
  if (all[0] * all[1] * all[2] <= mostVoxels) return { size: all, whole: true };
  return { size: fitted((axis) => Math.min(patchSide, median[axis]!)), whole: false };
}

function cacheFor(
  { channels, size: { median } }: VolumeFacts,
  size: Size,
  whole: boolean,
  training: number,
  { memory }: MachineFacts,
): { readonly cached: number; readonly bytes: number } {
  const bytes = (whole ? size : median).reduce((product, side) => product * side, 4 * (channels + 1));
  return { cached: Math.max(1, Math.min(training, Math.floor((0.4 * memory) / bytes))), bytes };
}

const intensityDecision = ({ window }: SegmentationPlan, why: string): Decision =>
  window === null
    ? { what: "intensities: each image to mean 0 and deviation 1 over its nonzero voxels", why }
    : {
        what: `intensities: ${window[0]} to ${window[1]} HU become 0 to 1`,
        why: `${why}; that range holds 99 % of what the labels mark`,
      };

function sizeDecision(
  { size, whole, batch }: SegmentationPlan,
  { size: sizes, spacing, looked }: VolumeFacts,
): Decision {
  const { smallest, largest } = sizes;
  const range = `volumes of ${smallest.join("×")} to ${largest.join("×")} voxels in ${looked} headers, ${spacing.map((mm) => Number(mm.toPrecision(3))).join("×")} mm`;
  return whole
    ? { what: `input: whole volumes, padded to ${size.join("×")}, ${batch} a step`, why: range }
    : {
        what: `input: ${batch} patches of ${size.join("×")} a step, around labels and elsewhere`,
        why: range,
      };
}
