// A writer: called for each case, and once at the end. It returns the files that it wrote.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ops, scope } from "@tomo/torch";
import { defineWriter, field, imageOf, string } from "tomo";

export const WriteVolumes = defineWriter({
  name: "WriteVolumes",
  summary: "Writes volumes.csv with the number of foreground voxels of each case.",
  args: { field: field("Field to measure."), write_path: string("Folder of the table.").min(1) },
  build: ({ field, write_path }) => {
    const lines = ["case,voxels"];
    return {
      field,
      write: (sample) => {
        const { data } = imageOf(sample, field);
        const voxels = scope(() => ops.sum(ops.toDtype(ops.gt(data, 0.5), "float32")).item());
        lines.push(`${sample.caseId},${voxels}`);
        return [];
      },
      finish: () => {
        const file = join(write_path, "volumes.csv");
        writeFileSync(file, `${lines.join("\n")}\n`);
        return [file];
      },
    };
  },
});
