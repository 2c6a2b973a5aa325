// A data loader: a transform that reads files. `reads` says which fields hold paths, so that Tomo joins them to the
// data folder and says before training which files are missing.
import { readFileSync } from "node:fs";
import { ops, scope, tensor } from "@tomo/torch";
import {
  defineTransform,
  fields,
  loadedImage,
  medicalImage,
  size,
  TomoError,
  withFacts,
  withFields,
} from "tomo";

const formatOf = (shape: readonly number[]) => (shape.length === 2 ? "HW" : "DHW");

const facts = (shape: readonly number[], role: "image" | "label" | null) =>
  loadedImage({
    formats: [formatOf(shape)],
    size: shape,
    values: role === "label" ? "class_index" : role === "image" ? "intensity" : "unknown",
  });

export const LoadRaw = defineTransform({
  name: "LoadRaw",
  summary: "Reads files that hold nothing but voxels of one byte, the last axis running fastest.",
  args: { fields: fields("Fields that hold a path."), shape: size("Voxels along each axis of the files.") },
  reads: (args) => args.fields,
  // what the static check may know of the images; without an effect it would know nothing from here on
  effect:
    (args) =>
    (sample, { role }) =>
      withFacts(
        sample,
        Object.fromEntries(args.fields.map((field) => [field, facts(args.shape, role(field))])),
      ),
  apply: (args, sample) => {
    const voxels = args.shape.reduce((product, length) => product * length, 1);
    const load = (field: string) => {
      const file = sample.fields[field];
      if (typeof file !== "string")
        throw new TomoError("TOMO_FIELD_NOT_PATH", `field "${field}" holds no path`, {
          where: { case: sample.caseId, field },
          expected: "the path of a file with raw voxels",
        });
      const bytes = readFileSync(file);
      if (bytes.length !== voxels)
        throw new TomoError("TOMO_SHAPE_MISMATCH", `${file} has ${bytes.length} voxels`, {
          where: { file, case: sample.caseId, field },
          expected: `${voxels}, as "shape" says`,
        });
      const data = scope(() => ops.reshape(tensor(Float32Array.from(bytes)), args.shape));
      return medicalImage(data, formatOf(args.shape), { fileName: file });
    };
    return withFields(sample, Object.fromEntries(args.fields.map((field) => [field, load(field)])));
  },
});
