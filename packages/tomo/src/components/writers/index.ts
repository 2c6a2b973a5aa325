import { WriteNifti } from "./write_nifti.ts";

export const writers = [WriteNifti] as const;
