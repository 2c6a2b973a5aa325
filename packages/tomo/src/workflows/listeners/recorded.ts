import type { StepDone } from "../events.ts";

/** Whether a step belongs into the curves: every so many steps; with 0 the last of each epoch. */
export const isRecorded = ({ globalStep, step, stepsPerEpoch }: StepDone, interval: number): boolean =>
  interval === 0 ? step === stepsPerEpoch : globalStep % interval === 0;
