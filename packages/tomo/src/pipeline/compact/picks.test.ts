import { dispose, liveTensors, ops, release, scope, sharedTensors, type Tensor } from "@tomo/torch";
import fc from "fast-check";
import { expect, it } from "vitest";
import { find } from "../../components/registry.ts";
import type { JsonObject } from "../../config/source/json.ts";
import { type MedicalImage, medicalImage } from "../../data/medical_image.ts";
import type { Sample } from "../../data/sample.ts";
import { fingerprint, spec } from "../testing/loaders.ts";
import { buildTransforms } from "../transform_list.ts";
import { type PackedSample, packSample, tokensOf, unpackSample } from "../workers/packed_sample.ts";
import { runTask, type Task, type TaskResult } from "../workers/task.ts";

const both = { fields: ["image", "label"] };
const posNeg = { fields: ["image"], label_field: "label", size: [8, 8, 8], pos: 1, neg: 1, batch_size: 2 };
const croppers: readonly (readonly [string, JsonObject])[] = [
  ["FastCropByPosNegRatio", posNeg],
  ["CropByPosNegRatio", posNeg],
  ["CropFixedSizeRandomCenter", { ...both, size: [8, 8, 8] }],
  ["CropRandomSizeWithDisplacement", { ...both, lower_size: [0.5, 0.5, 0.5] }],
];

/** Values `step * n + least` for random whole numbers n; some 3000 voxels, so that few levels pay. */
const volume = (size: readonly number[], seed: number, step: number, least: number): Tensor =>
  scope(() => {
    const count = size.reduce((product, length) => product * length, 1);
    const wild = ops.mul(
      ops.sin(ops.add(ops.mul(ops.arange(count, { dtype: "float32" }), 12.9898), seed)),
      43_758.5,
    );
    return ops.reshape(ops.add(ops.mul(ops.floor(ops.mul(ops.sub(wild, ops.floor(wild)), 4)), step), least), [
      1,
      ...size,
    ]);
  });

function run(
  transforms: Awaited<ReturnType<typeof buildTransforms>>,
  task: Partial<Task> & { sample: PackedSample },
) {
  let result: TaskResult | undefined;
  const setting = { seed: 3, sameSize: true };
  const rest = { from: 0, to: 2, cacheAt: null, epoch: 1, occurrence: 0 };
  runTask(transforms, setting, { ...rest, ...task }, (pack) => {
    result = pack();
  });
  return result!;
}

function printOf(packed: PackedSample): string {
  const { fields } = unpackSample(packed, false);
  const images = Object.entries(fields) as [string, MedicalImage][];
  const geometry = JSON.stringify(images.map(([, { format, properties }]) => [format, properties]));
  const tensors = Object.fromEntries(images.map(([name, { data }]) => [name, data]));
  return geometry + fingerprint({ fields: tensors, cases: [] });
}

it.each(croppers)(
  "%s takes the same voxels from what a cache stores as from the images",
  async (name, args) => {
    const parsed = find("transforms", name)!.args.parse(args) as JsonObject;
    const noise = find("transforms", "ScaleIntensityOscillation")!.args.parse({
      fields: "image",
      magnitude: 0.1,
    });
    const transforms = await buildTransforms([
      spec(name, parsed),
      spec("ScaleIntensityOscillation", noise as JsonObject),
    ]);
    expect(transforms[0]!.transform.picks).toBeDefined();
    const [live, shared] = [liveTensors(), sharedTensors()];
    const lengths = fc.tuple(
      fc.integer({ min: 5, max: 20 }),
      fc.integer({ min: 5, max: 20 }),
      fc.constant(20),
    );
    const labels = fc.constantFrom([1, 0], [1, -2], [0.5, -0.5], [0, 0]);
    fc.assert(
      fc.property(lengths, fc.nat(1000), labels, (size, seed, [step, least]) => {
        const sample: Sample = {
          caseId: "a",
          index: 0,
          fields: {
            image: medicalImage(volume(size, seed, 1 / 3, -0.7), "CDHW", {}),
            label: medicalImage(volume(size, seed + 1, step!, least!), "CDHW", {}),
          },
        };
        const given = packSample(sample);
        dispose(sample);
        const { sample: plain, cached } = run(transforms, { sample: given, cacheAt: 0 });
        expect(Object.keys(cached!.codings)).toEqual(["image", "label"]);
        const stored = run(transforms, { sample: cached! }).sample;
        const expected = printOf(plain!);
        expect(printOf(stored!)).toBe(expected);
        for (const token of [...tokensOf(given), ...tokensOf(cached!)]) release(token);
      }),
      { numRuns: 40 },
    );
    expect([liveTensors(), sharedTensors()]).toEqual([live, shared]);
  },
);
