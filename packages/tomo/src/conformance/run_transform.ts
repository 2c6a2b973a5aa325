import type { LabelFormat, TransformContext } from "../components/contracts.ts";
import type { Component } from "../components/define.ts";
import type { MedicalImage } from "../data/medical_image.ts";
import { RandomStream } from "../data/random.ts";
import { isImage, type Sample } from "../data/sample.ts";
import { argumentsFrom } from "./declaration.ts";

/** What `apply` did: the sample it made and what it warned of. */
export interface Applied {
  readonly sample: Sample;
  readonly warnings: readonly string[];
}

export const streamOf = (seed: number): RandomStream => new RandomStream({ seed, epoch: 1, index: 3 });

/** Parses the arguments as a run does, builds the transform and runs it. */
export function applyTransform(
  component: Component<"transforms">,
  args: Record<string, unknown>,
  sample: Sample,
  random: RandomStream = streamOf(1),
  labelFormat: LabelFormat | null = null,
): Applied {
  const warnings: string[] = [];
  const context: TransformContext = { random, warn: (message) => warnings.push(message), labelFormat };
  return { sample: component.build(argumentsFrom(component, args)).apply(sample, context), warnings };
}

/** The image of a field of a result. */
export function imageIn(sample: Sample, field = "image"): MedicalImage {
  const value = sample.fields[field];
  if (!isImage(value)) throw new Error(`field ${field} holds no image`);
  return value;
}
