import { resolve } from "node:path";
import { ops, scope } from "@tomo/torch";
import { type MedicalImage, medicalImage } from "../../data/medical_image.ts";
import type { Sample } from "../../data/sample.ts";
import { batchAxis, type ShapeFormat } from "../../data/shape_format.ts";
import { makeFolder } from "../../io/atomic_file.ts";
import { boolean, fields, string } from "../args.ts";
import { keeps, onFields } from "../effects/effect.ts";
import { defineTransform, inField } from "./define.ts";
import { writeNiftiImage } from "./nifti_image.ts";
import { waitForEnter } from "./wait_for_enter.ts";

export const SaveAsNifti = defineTransform({
  name: "SaveAsNifti",
  summary: "Writes fields to NIfTI files as they are at this point, for looking at them; changes nothing.",
  notes: [
    "Files: <out_dir>/<case>_<field>.nii.gz, of a batch <case>_<field>_<patch>.nii.gz, counted from 0. A later epoch overwrites them.",
    "Each patch has its own affine, so a viewer shows it in its place on the original image. A field without affine is written with the identity, with a warning.",
    "interrupt waits for Enter after each sample, if there is a terminal; set num_workers to 1, else the workers take turns.",
    "Before the first random transform it runs only when a case is read into the cache.",
  ],
  args: {
    fields: fields(),
    out_dir: string("Folder for the files; it is made if it does not exist.").min(1),
    interrupt: boolean("Wait for a key after each sample.").default(false),
  },
  effect: (args) => onFields(args.fields, keeps),
  apply: (args, sample, context) => {
    makeFolder(args.out_dir);
    for (const field of args.fields)
      inField(sample, field, context, (image, { warn }) => {
        if (image.properties.affine === undefined && image.properties.affines === undefined)
          warn(`case ${sample.caseId}: field ${field} has no affine and is saved with the identity`);
        for (const [name, single] of singles(image))
          scope(() => writeNiftiImage(pathOf(args.out_dir, sample, `${field}${name}`), single()));
      });
    if (args.interrupt)
      waitForEnter(`Saved case ${sample.caseId} to ${resolve(args.out_dir)}. Enter goes on: `);
    return sample;
  },
});

const pathOf = (folder: string, { caseId }: Sample, name: string): string =>
  resolve(folder, `${`${caseId}_${name}`.replaceAll(/[/\\]/g, "_")}.nii.gz`);

/** The images of a batch, each with the end of its name and its own affine; any other image as it is. */
function singles(image: MedicalImage): [name: string, single: () => MedicalImage][] {
  const { data, format, properties } = image;
  if (batchAxis(format) < 0) return [["", () => image]];
  return Array.from({ length: data.shape[0]! }, (_, n) => [
    `_${n}`,
    () =>
      medicalImage(ops.select(data, 0, n), format.slice(1) as ShapeFormat, {
        affine: properties.affines?.[n] ?? properties.affine,
      }),
  ]);
}
