import { TomoError } from "../errors/tomo_error.ts";
import { type Decision, epochsFor, type MachineFacts, scheduleDecision, workersFor } from "./decision.ts";
import { type FoundData, some } from "./found.ts";
import type { PictureFacts } from "./look_pictures.ts";

/** All numbers of a classification's configs. */
export interface ClassificationPlan {
  readonly labelFormat: readonly number[];
  /** Of the network's outputs. */
  readonly classNames: readonly string[];
  readonly side: number;
  readonly colour: boolean;
  /** Numbers a channel for CenterData; null = those of each picture. */
  readonly centre: { readonly mean: readonly number[]; readonly deviation: readonly number[] } | null;
  readonly batch: number;
  readonly epochs: number;
  readonly workers: number;
}

const mostSide = 256;

export function planClassification(
  found: FoundData,
  facts: PictureFacts,
  training: number,
  machine: MachineFacts,
): { readonly plan: ClassificationPlan; readonly decisions: Decision[] } {
  const labelFormat = supported(found);
  const batch = Math.min(20, training);
  const stepsPerEpoch = Math.ceil(training / batch);
  const epochs = epochsFor(500, stepsPerEpoch, 60);
  const longer = Math.max(facts.width, facts.height);
  const plan: ClassificationPlan = {
    labelFormat,
    classNames: outputNames(labelFormat, found.classNames),
    side: Math.min(mostSide, Math.max(64, Math.ceil(longer / 32) * 32)),
    colour: facts.colour,
    centre: centreOf(facts),
    batch,
    epochs,
    workers: workersFor(machine),
  };
  return {
    plan,
    decisions: [
      networkDecision(plan),
      {
        what: `input: ${plan.side}×${plan.side} pixels, ${batch} a step`,
        why: `pictures of about ${facts.width}×${facts.height}; larger input finds smaller things, and takes longer`,
      },
      centreDecision(plan, facts),
      scheduleDecision(epochs, stepsPerEpoch, 1),
    ],
  };
}

/** All binary, or one label of k classes. @throws TomoError TOMO_LABEL_FORMAT for a mixture */
function supported({ labelFormat, root }: FoundData): readonly number[] {
  const format = labelFormat ?? [];
  if (format.length > 0 && (format.every((classes) => classes === 1) || format.length === 1)) return format;
  throw new TomoError(
    "TOMO_LABEL_FORMAT",
    "init writes configs for binary labels, or for one label of k classes",
    {
      where: { file: root },
      given: `label_format [${format.join(", ")}]`,
      hint: "start from an example, and name an aux_op and a metric for each label of k classes",
    },
  );
}

/** As many names as the network has outputs. */
function outputNames(format: readonly number[], names: readonly string[] | null): readonly string[] {
  const outputs = format.reduce((sum, classes) => sum + classes, 0);
  if (names?.length === outputs) return names;
  return format.flatMap((classes, n) =>
    classes === 1
      ? [names?.length === format.length ? names[n]! : `label_${n}`]
      : Array.from({ length: classes }, (_, c) => `label_${n}_class_${c}`),
  );
}

/** Pictures of several depths have no common scale. */
function centreOf({ bitDepths, mean, deviation }: PictureFacts): ClassificationPlan["centre"] {
  if (bitDepths.length > 1) return null;
  const rounded = (values: readonly number[]) => values.map((value) => Number(value.toFixed(2)));
  return { mean: rounded(mean), deviation: rounded(deviation.map((value) => Math.max(value, 0.01))) };
}

function networkDecision({ labelFormat, classNames }: ClassificationPlan): Decision {
  const binary = labelFormat.filter((classes) => classes === 1).length;
  const [network, many] = ["network: DenseNet121", `${classNames.length} outputs (${some(classNames, 10)})`];
  if (binary === labelFormat.length)
    return { what: `${network}, ${many}`, why: "each label is 0 or 1 by itself: BinaryClassificationLoss" };
  return {
    what: `${network}, ${many}`,
    why: "a picture has one class of several: MulticlassClassificationLoss",
  };
}

function centreDecision(
  { centre, colour }: ClassificationPlan,
  { looked, bitDepths }: PictureFacts,
): Decision {
  const kind = `${colour ? "colour" : "grey"} pictures of ${bitDepths.join(" and ")} bits`;
  return centre === null
    ? { what: "grey values: each picture to mean 0 and deviation 1", why: `${kind} have no common scale` }
    : {
        what: `grey values: minus ${centre.mean.join(", ")}, divided by ${centre.deviation.join(", ")}`,
        why: `mean and deviation of ${looked} ${kind}`,
      };
}
