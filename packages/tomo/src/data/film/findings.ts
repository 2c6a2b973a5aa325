import type { RandomStream } from "../random.ts";
import type { Anatomy } from "./anatomy.ts";
import type { FilmCanvas } from "./canvas.ts";
import { hilarMass, lesionOfWall } from "./chest_findings.ts";
import {
  bullae,
  collapsedLobe,
  distortion,
  granulomas,
  infiltrate,
  mass,
  nodules,
  scars,
} from "./lung_findings.ts";
import { effusion, pleuralMass, pleuralThickening } from "./pleural_findings.ts";

type Draw = (canvas: FilmCanvas, anatomy: Anatomy, random: RandomStream) => void;

/** Findings in the order of the labels, with what each adds to a healthy chest. */
export const findings = [
  { name: "Nodule", draw: nodules },
  { name: "Mass", draw: mass },
  { name: "Distortion_pulmonary_architecture", draw: distortion },
  { name: "Pleural_based_mass", draw: pleuralMass },
  { name: "Granuloma", draw: granulomas },
  { name: "Fluid_in_pleural_space", draw: effusion },
  { name: "Right_hilar_abnormality", draw: hilarMass(-1) },
  { name: "Left_hilar_abnormality", draw: hilarMass(1) },
  { name: "Major_atelectasis", draw: collapsedLobe },
  { name: "Infiltrate", draw: infiltrate },
  { name: "Scarring", draw: scars },
  { name: "Pleural_fibrosis", draw: pleuralThickening },
  { name: "Bone_soft_tissue_lesion", draw: lesionOfWall },
  // the large heart is part of the anatomy
  { name: "Cardiac_abnormality", draw: () => {} },
  { name: "COPD", draw: bullae },
] as const satisfies readonly { readonly name: string; readonly draw: Draw }[];

export type FindingName = (typeof findings)[number]["name"];
