import { DecayOnStep } from "./decay_on_step.ts";

export const lrPolicies = [DecayOnStep] as const;
