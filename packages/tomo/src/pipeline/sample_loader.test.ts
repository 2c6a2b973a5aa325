import { dispose, liveTensors, sharedTensors } from "@tomo/torch";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MedicalImage } from "../data/medical_image.ts";
import type { Sample } from "../data/sample.ts";
import type { SampleLoader, SampleLoaderOptions } from "./loader.ts";
import { createSampleLoader } from "./sample_loader.ts";
import { centre, collect, items, load, shift, spec } from "./testing/loaders.ts";

let live = 0;
beforeEach(() => {
  live = liveTensors();
});
afterEach(() => {
  expect(sharedTensors(), "tokens").toBe(0);
  expect(liveTensors(), "tensors").toBe(live);
});

async function withLoader<T>(
  options: Partial<SampleLoaderOptions>,
  use: (loader: SampleLoader) => Promise<T>,
): Promise<T> {
  const loader = await createSampleLoader({
    items: items(4),
    transforms: [load(), centre, shift],
    seed: 1,
    numWorkers: 0,
    prefetch: 20,
    warn: () => {},
    ...options,
  });
  try {
    return await use(loader);
  } finally {
    await loader.close();
  }
}

/** Case, size and first voxel; frees the sample. */
function summary(sample: Sample): string {
  const { data, properties } = sample.fields.image as MedicalImage;
  const text = `${sample.caseId}${sample.index} ${data.shape.join("x")} ${data.toArray()[0]} ${properties.fileName}`;
  dispose(sample);
  return text;
}

describe("samples", () => {
  it("come in list order, the same for any number of workers, on every pass, and from a cache", async () => {
    const passes = (options: Partial<SampleLoaderOptions>) =>
      withLoader(options, async (loader) => [
        loader.length,
        await collect(loader.samples(), summary),
        await collect(loader.samples(), summary),
      ]);
    const expected = await passes({});
    expect(expected[1]).toEqual(expected[2]);
    expect((expected[1] as string[]).map((text) => text.slice(0, 10))).toEqual([
      "a0 1x5x6x7",
      "b1 1x5x6x7",
      "c2 1x5x6x7",
      "d3 1x5x6x7",
    ]);
    for (const options of [
      { numWorkers: 0, cache: { objects: 2 } },
      { numWorkers: 1 },
      { numWorkers: 3, cache: { objects: 2 } },
      { numWorkers: 2, cache: { objects: 4, memory: 3000 } },
      { numWorkers: 9, cache: { objects: 9 } },
    ])
      expect(await passes(options)).toEqual(expected);
  });

  it("are loaded once by a cache", async () => {
    const told: string[] = [];
    const transforms = [load({ tell: true })];
    await withLoader(
      { transforms, cache: { objects: 3 }, warn: (text) => told.push(text) },
      async (loader) => {
        for (let pass = 0; pass < 3; pass++) await collect(loader.samples(), summary);
      },
    );
    expect(told).toHaveLength(3 + 3);
  });

  it("must have one size for image and label, unless that is not asked for", async () => {
    const transforms = [load({ sizes: { b_label: [5, 6, 8] } })];
    await withLoader({ transforms }, async (loader) => {
      await expect(collect(loader.samples(), summary)).rejects.toMatchObject({
        code: "TOMO_SHAPE_MISMATCH",
        where: { case: "b", field: "label" },
      });
    });
    await withLoader({ transforms, sameSize: false }, async (loader) => {
      expect(await collect(loader.samples(), summary)).toHaveLength(4);
    });
  });

  it.each([0, 2])(
    "leave nothing behind when the consumer stops or closes early (%i workers)",
    async (numWorkers) => {
      await withLoader({ numWorkers }, async (loader) => {
        for await (const sample of loader.samples()) {
          dispose(sample);
          break;
        }
        const samples = loader.samples()[Symbol.asyncIterator]();
        dispose((await samples.next()).value);
        await loader.close();
        await expect(samples.next()).rejects.toMatchObject({ name: "AbortError" });
      });
    },
  );

  it("of an empty list are none", async () => {
    await withLoader({ items: [], numWorkers: 2 }, async (loader) => {
      expect(await collect(loader.samples(), summary)).toEqual([]);
    });
  });

  it("that fail name their case", async () => {
    const transforms = [load(), spec("TestFail", { case: "c", how: "exit" })];
    await withLoader({ transforms, numWorkers: 2 }, async (loader) => {
      await expect(collect(loader.samples(), summary)).rejects.toMatchObject({
        code: "TOMO_WORKER_DIED",
        where: { case: "c" },
      });
    });
  });
});
