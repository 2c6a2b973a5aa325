import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { identityAffine } from "../../data/affine.ts";
import { writeNifti } from "../../io/nifti/write.ts";
import { encodePng } from "../../io/png/testing/encode_png.ts";

const examples = fileURLToPath(new URL("../../../../../examples", import.meta.url));

/** The examples, each with the data that its configs are made for. */
const data = {
  segmentation_ct_spleen: { training: 4, validation: 2, size: [40, 36, 20] },
  segmentation_ct_phantom: { training: 4, validation: 2, size: [40, 36, 20] },
  segmentation_mr_hippocampus: { training: 4, validation: 2, size: [35, 51, 35] },
  classification_chestxray: { training: 4, validation: 2, size: [40, 36], labels: 15 },
  classification_chestxray_nih: { training: 4, validation: 2, size: [40, 36], labels: 8 },
} as const;

export type Example = keyof typeof data;
export const exampleNames = Object.keys(data) as Example[];

/** Copies the configs of an example into a folder and puts small data beside them, so that nothing is amiss. */
export function copyExample(name: Example, root: string): void {
  mkdirSync(join(root, "config"), { recursive: true });
  for (const file of readdirSync(join(examples, name, "config")))
    if (file.startsWith("config_") || file === "environment.json")
      copyFileSync(join(examples, name, "config", file), join(root, "config", file));
  const environment = JSON.parse(readFileSync(join(root, "config/environment.json"), "utf8")) as Record<
    string,
    string
  >;
  const wanted = data[name];
  const folder = join(root, environment.DATA_ROOT!);
  mkdirSync(folder, { recursive: true });
  const item = (n: number): object =>
    "labels" in wanted ? film(folder, n, wanted.size, wanted.labels) : volume(folder, n, wanted.size);
  const list = (from: number, count: number) => Array.from({ length: count }, (_, n) => item(from + n));
  const datalist = {
    ...("labels" in wanted ? { label_format: new Array(wanted.labels).fill(1) } : {}),
    training: list(0, wanted.training),
    validation: list(wanted.training, wanted.validation),
    testing: list(wanted.training + wanted.validation, 2),
  };
  writeFileSync(join(root, environment.DATASET_JSON!), JSON.stringify(datalist, null, 2));
}

function volume(folder: string, n: number, size: readonly number[]): object {
  const voxels = size.reduce((product, length) => product * length, 1);
  for (const field of ["image", "label"])
    writeNifti(join(folder, `${field}_${n}.nii.gz`), {
      shape: size,
      data: new Uint8Array(voxels),
      affine: identityAffine,
    });
  return { image: `image_${n}.nii.gz`, label: `label_${n}.nii.gz` };
}

function film(folder: string, n: number, [height, width]: readonly [number, number], labels: number): object {
  const path = `film_${n}.png`;
  writeFileSync(
    join(folder, path),
    encodePng({ width, height, colourType: 0, bitDepth: 8, samples: new Uint8Array(width * height) }),
  );
  return { image: path, label: Array.from({ length: labels }, (_, entry) => (entry + n) % 2) };
}
