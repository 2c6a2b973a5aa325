// The files of the load row: real ones of TOMO_SHARED_DATA where it is, and synthetic ones of clinical size.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { writeNifti } from "../../packages/tomo/dist/io/nifti/write.js";
import { writePng16 } from "../../scripts/demo/png16.mjs";
import { shared } from "../places.mjs";

const sharp = createRequire(new URL("../../packages/tomo/package.json", import.meta.url))("sharp");
const affine = [-0.8, 0, 0, 200, 0, 0.8, 0, -200, 0, 0, 3, 0, 0, 0, 0, 1];

/** { name, loader, files, rounds }: one repeat reads all files `rounds` times. */
export async function loadKinds(folder) {
  const volumes = syntheticVolumes(folder);
  const shown = real("chest_xray/fullres", ".png");
  const kinds = [
    ["int16 .nii.gz, 512×512×100 synthetic", "LoadNifti", [volumes.image], 2],
    ["int16 .nii.gz, ct_abdomen", "LoadNifti", real("ct_abdomen/imagesTr", ".nii.gz"), 2],
    ["uint8 .nii.gz, hippocampus", "LoadNifti", real("hippocampus/imagesTr", ".nii.gz"), 4],
    ["label .nii.gz, 512×512×100 synthetic", "LoadNifti", [volumes.label], 2],
    ["label .nii.gz, ct_abdomen", "LoadNifti", real("ct_abdomen/labelsTr_multi", ".nii.gz"), 4],
    ["int16 .nii, 512×512×100 synthetic", "LoadNifti", [volumes.plain], 2],
    ["8-bit PNG, chest_xray 256²", "LoadPng", real("chest_xray/images", ".png").slice(0, 100), 2],
    ["8-bit PNG, chest_xray 1024²", "LoadPng", shown, 6],
    ["16-bit PNG, CT slices", "LoadPng", real("png16/medical", ".png"), 10],
    ["16-bit PNG, 1024² synthetic", "LoadPng", [await filteredFilm(folder), plainFilm(folder)], 5],
    ["JPEG, 1024² synthetic", "LoadJpg", [await jpeg(folder)], 10],
  ];
  return kinds
    .map(([name, loader, files, rounds]) => ({ name, loader, files, rounds }))
    .filter(({ files }) => files.length > 0);
}

function real(path, extension) {
  const folder = join(shared, path);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(extension));
  return names.sort().map((name) => join(folder, name));
}

/** Noise of 0 to 63, the same for the same n. */
const noise = (n) => (Math.imul(n ^ (n >>> 15), 0x2c1b3c6d) >>> 8) & 63;

/** A body of two tissues and an organ in air, with noise inside it, as .nii.gz (level 6) and .nii; and its label. */
function syntheticVolumes(folder) {
  const shape = [512, 512, 100];
  const image = new Int16Array(512 * 512 * 100);
  const label = new Uint8Array(image.length);
  for (let n = 0; n < image.length; n++) {
    const [i, j, k] = [(n & 511) - 256, ((n >> 9) & 511) - 256, (n >> 18) - 50];
    const inside = i * i * 1.2 + j * j * 2 < 180 * 180 + 60 * k;
    const organ = (i - 70) ** 2 + (j + 20) ** 2 + 9 * k * k < 55 * 55;
    image[n] = inside ? (organ ? 60 : i * i + 3 * j * j < 120 * 120 ? 20 : -110) + noise(n) : -1024;
    label[n] = organ ? 1 : 0;
  }
  const plain = join(folder, "image.nii");
  writeNifti(plain, { shape, data: image, affine });
  const packedLabel = join(folder, "label.nii");
  writeNifti(packedLabel, { shape, data: label, affine });
  for (const path of [plain, packedLabel]) writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)));
  return { image: `${plain}.gz`, label: `${packedLabel}.gz`, plain };
}

/** Grey values of a film: a smooth chest with noise. */
function film(most) {
  const image = new Uint16Array(1024 * 1024);
  for (let n = 0; n < image.length; n++) {
    const [x, y] = [(n & 1023) / 1024, (n >> 10) / 1024];
    const lungs = Math.exp(-(((Math.abs(x - 0.5) - 0.2) * 6) ** 2) - ((y - 0.5) * 3) ** 2);
    image[n] = most * (0.75 - 0.5 * lungs + 0.1 * Math.sin(60 * y) ** 2 + noise(n) / 2048);
  }
  return image;
}

/** Unfiltered, as Tomo's demo writes it. */
function plainFilm(folder) {
  const path = join(folder, "plain.png");
  writePng16(path, { shape: [1024, 1024], image: film(4095) });
  return path;
}

const raw = { raw: { width: 1024, height: 1024, channels: 1 } };

/** With filters chosen row by row, as libpng does. */
async function filteredFilm(folder) {
  const path = join(folder, "filtered.png");
  await sharp(film(65535), raw).toColourspace("grey16").png({ adaptiveFiltering: true }).toFile(path);
  return path;
}

async function jpeg(folder) {
  const path = join(folder, "film.jpg");
  await sharp(Uint8Array.from(film(255)), raw)
    .toColourspace("b-w")
    .jpeg({ quality: 90 })
    .toFile(path);
  return path;
}
