import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ctPhantom } from "../../packages/tomo/dist/data/phantom.js";
import { writeNifti } from "../../packages/tomo/dist/io/nifti/write.js";

/** Millimetres that a phantom spans, whatever its number of voxels. */
const extent = [384, 288, 240];

/** Writes phantoms and their datalist: `counts` says how many cases each list gets. */
export function makePhantoms(folder, counts, shape = [80, 64, 40]) {
  const spacing = extent.map((length, axis) => length / shape[axis]);
  const [x, y, z] = spacing;
  const affine = [x, 0, 0, -192, 0, y, 0, -144, 0, 0, z, -120, 0, 0, 0, 1];
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
