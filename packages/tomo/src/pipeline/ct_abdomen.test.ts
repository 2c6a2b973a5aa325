import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { z } from "zod";
import { find } from "../components/registry.ts";
import type { JsonObject } from "../config/source/json.ts";
import { describeWithSharedData, sharedData } from "../testing/shared_data.ts";
import { createBatchLoader } from "./batch_loader.ts";
import { collect, fingerprint, loaderOptions, spec } from "./testing/loaders.ts";

const datalist = z.object({ training: z.array(z.object({ image: z.string(), label: z.string() })) });

const builtIn = (name: string, args: JsonObject) =>
  spec(name, find("transforms", name)!.args.parse(args) as JsonObject);

const both = { fields: ["image", "label"] };

/** Those of the seed's config_train.json, with probabilities above 0. */
const transforms = () => [
  builtIn("LoadNifti", both),
  builtIn("ConvertToChannelsFirst", both),
  builtIn("ScaleIntensityRange", { fields: "image", a_min: -57, a_max: 164, b_min: 0, b_max: 1, clip: true }),
  builtIn("FastCropByPosNegRatio", {
    fields: "image",
    label_field: "label",
    size: [96, 96, 96],
    pos: 1,
    neg: 1,
    batch_size: 3,
  }),
  builtIn("RandomAxisFlip", { ...both, probability: 0.5 }),
  builtIn("RandomRotate3D", { ...both, probability: 0.5 }),
  builtIn("ScaleIntensityOscillation", { fields: "image", magnitude: 0.1 }),
];

describeWithSharedData("ct_abdomen", "the seed's training pipeline on real volumes", () => {
  const items = () =>
    datalist
      .parse(JSON.parse(readFileSync(sharedData("ct_abdomen", "dataset_0.json"), "utf8")))
      .training.map(({ image, label }, index) => ({
        caseId: image,
        index,
        fields: { image: sharedData("ct_abdomen", image), label: sharedData("ct_abdomen", label) },
      }));

  it("gives patches whose bytes depend neither on workers nor on the cache", async () => {
    const epochs = async (numWorkers: number, cache: { objects: number; replacePercent: number } | null) => {
      const options = { items: items(), transforms: transforms(), batchedByTransforms: true, cache };
      const loader = await createBatchLoader(loaderOptions({ ...options, numWorkers, warn: () => {} }));
      const prints = [
        await collect(loader.epoch(1), fingerprint),
        await collect(loader.epoch(2), fingerprint),
      ];
      await loader.close();
      return prints;
    };
    const expected = await epochs(0, null);
    expect(expected.flat()).toHaveLength(4);
    for (const print of expected.flat())
      expect(print).toMatch(/ image\[3,1,96,96,96\]\w+ label\[3,1,96,96,96\]\w+$/);
    expect(new Set(expected.flat()).size).toBe(4);
    expect(await epochs(2, { objects: 20, replacePercent: 0.25 })).toEqual(expected);
    expect(await epochs(0, { objects: 20, replacePercent: 0.25 })).toEqual(expected);
  });
});
