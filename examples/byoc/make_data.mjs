// node examples/byoc/make_data.mjs [MMAR]: eight phantoms of 16³ voxels, one byte each: a bright ball in noise.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(process.argv[2] ?? import.meta.dirname, "data");
const side = 16;
mkdirSync(folder, { recursive: true });

function phantom(n) {
  const [image, label] = [new Uint8Array(side ** 3), new Uint8Array(side ** 3)];
  const centre = [6 + (n % 3) * 2, 6 + (n % 2) * 4, 8];
  for (let at = 0; at < image.length; at++) {
    const place = [Math.floor(at / side ** 2), Math.floor(at / side) % side, at % side];
    const inside = Math.hypot(...place.map((value, axis) => value - centre[axis])) < 3 + (n % 4) / 2;
    label[at] = inside ? 1 : 0;
    image[at] = (inside ? 150 : 60) + Math.round(25 * Math.sin(at * 12.9898 + n));
  }
  writeFileSync(join(folder, `image_${n}.raw`), image);
  writeFileSync(join(folder, `label_${n}.raw`), label);
  return { image: `image_${n}.raw`, label: `label_${n}.raw` };
}

const cases = Array.from({ length: 8 }, (_, n) => phantom(n));
const datalist = { training: cases.slice(0, 6), validation: cases.slice(6) };
writeFileSync(join(folder, "dataset_0.json"), `${JSON.stringify(datalist, null, 2)}\n`);
