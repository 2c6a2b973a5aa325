import { WriteClassificationResult } from "./write_classification_result.ts";
import { WriteNifti } from "./write_nifti.ts";

export const writers = [WriteNifti, WriteClassificationResult] as const;
