import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeNifti } from "../../io/nifti/write.ts";
import { encodePng } from "../../io/png/testing/encode_png.ts";

const affine = [1.5, 0, 0, -10, 0, 1.5, 0, 5, 0, 0, 2, 30, 0, 0, 0, 1];

interface TinyVolume {
  readonly size?: readonly [number, number, number];
  /** Intensity of the background. */
  readonly air?: number;
  /** Values of the label in the ball, in its outer and inner half. */
  readonly values?: readonly [number, number];
  readonly affine?: readonly number[];
}

/** A noisy volume with a bright ball, and the label of the ball. */
export function writeVolumes(root: string, image: string, label: string, options: TinyVolume = {}): void {
  const { size = [20, 24, 16], air = 0, values = [1, 1] } = options;
  const [width, height, depth] = size;
  const count = width * height * depth;
  const voxels = new Int16Array(count);
  const classes = new Uint8Array(count);
  for (let at = 0; at < count; at++) {
    const place = [at % width, Math.floor(at / width) % height, Math.floor(at / (width * height))];
    const distance = Math.hypot(...place.map((value, axis) => value - size[axis]! / 2));
    classes[at] = distance < 3 ? values[1] : distance < 6 ? values[0] : 0;
    voxels[at] = (distance < 6 ? 120 : air) + Math.round(20 * Math.sin(at * 12.9898 + image.length));
  }
  for (const [path, data] of [[image, voxels] as const, [label, classes] as const]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeNifti(join(root, path), { shape: size, data, affine: options.affine ?? affine });
  }
}

/** Decathlon's folders, without a datalist. */
export function writeDecathlon(root: string, count: number, options: TinyVolume = {}): void {
  for (let n = 1; n <= count; n++)
    writeVolumes(root, `imagesTr/köpf ${n}.nii.gz`, `labelsTr/köpf ${n}.nii.gz`, options);
}

/** A grey or coloured picture whose left half is brighter by `left`. */
export function writePicture(root: string, path: string, left: number, colour = false): void {
  const [width, height, samples] = [40, 36, colour ? 3 : 1];
  const data = Uint8Array.from({ length: width * height * samples }, (_, at) => {
    const pixel = Math.floor(at / samples);
    const x = pixel % width;
    return 60 + (x < width / 2 ? left : 0) + ((pixel * 7 + at) % 13) + (at % samples) * 20;
  });
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, encodePng({ width, height, bitDepth: 8, colourType: colour ? 2 : 0, samples: data }));
}
