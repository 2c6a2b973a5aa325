// A data loader: a transform that reads files. `reads` says which fields hold paths, so that Tomo joins them to the
// data folder and says before training which files are missing.
import { readFileSync } from "node:fs";
import { ops, scope, tensor } from "@tomo/torch";
import { defineTransform, fields, medicalImage, size, TomoError, withFields } from "tomo";

export const LoadRaw = defineTransform({
  name: "LoadRaw",
  summary: "Reads files that hold nothing but voxels of one byte, the last axis running fastest.",
  args: { fields: fields("Fields that hold a path."), shape: size("Voxels along each axis of the files.") },
  reads: (args) => args.fields,
  apply: (args, sample) => {
    const voxels = args.shape.reduce((product, length) => product * length, 1);
    const load = (field: string) => {
      const file = String(sample.fields[field]);
      const bytes = readFileSync(file);
      if (bytes.length !== voxels)
        throw new TomoError("TOMO_SHAPE_MISMATCH", `${file} has ${bytes.length} voxels`, {
          where: { file, case: sample.caseId, field },
          expected: `${voxels}, as "shape" says`,
        });
      const data = scope(() => ops.reshape(tensor(Float32Array.from(bytes)), args.shape));
      return medicalImage(data, args.shape.length === 2 ? "HW" : "DHW", { fileName: file });
    };
    return withFields(sample, Object.fromEntries(args.fields.map((field) => [field, load(field)])));
  },
});
