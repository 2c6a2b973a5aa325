import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ctPhantom } from "../../packages/tomo/dist/data/phantom.js";
import { writeNifti } from "../../packages/tomo/dist/io/nifti/write.js";

const ofDemo = { shape: [80, 64, 40], spacing: [4.8, 4.5, 6] };

/** Writes phantoms and their datalist: `counts` says how many cases each list gets. Spacing in mm. */
export function makePhantoms(folder, counts, { shape, spacing } = ofDemo) {
  const affine = [0, 1, 2].flatMap((row) => [0, 1, 2, 3].map((column) => entry(row, column, shape, spacing)));
  affine.push(0, 0, 0, 1);
  mkdirSync(join(folder, "images"), { recursive: true });
  mkdirSync(join(folder, "labels"), { recursive: true });
  const lists = {};
  let seed = 1;
  for (const [key, count] of Object.entries(counts))
    lists[key] = Array.from({ length: count }, () => {
      const name = `phantom_${String(seed).padStart(2, "0")}.nii.gz`;
      const { image, label } = ctPhantom(seed++, shape, spacing);
      const item = { image: `images/${name}`, label: `labels/${name}` };
      writeNifti(join(folder, item.image), { shape, data: image, affine });
      writeNifti(join(folder, item.label), { shape, data: label, affine });
      return item;
    });
  writeFileSync(
    join(folder, "dataset_0.json"),
    `${JSON.stringify({ name: "phantoms", labels: { 0: "background", 1: "spleen" }, ...lists }, null, 2)}\n`,
  );
}

/** Of the affine of a grid that is centred on the origin. */
const entry = (row, column, shape, spacing) =>
  column === row ? spacing[row] : column === 3 ? (-shape[row] * spacing[row]) / 2 : 0;
