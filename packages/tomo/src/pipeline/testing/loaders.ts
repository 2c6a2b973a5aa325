import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dispose } from "@tomo/torch";
import type { DatalistItem } from "../../config/datalist_item.ts";
import type { JsonObject } from "../../config/source/json.ts";
import type { Batch, LoaderOptions } from "../loader.ts";
import type { TransformSpec } from "../transform_list.ts";

/** The module with the test transforms, which threads load as they load a user's own components. */
const testTransforms = fileURLToPath(new URL("./test_transforms.mjs", import.meta.url));
const sha256 = createHash("sha256").update(readFileSync(testTransforms)).digest("hex");

export const spec = (name: string, args: JsonObject = {}): TransformSpec => ({
  kind: "transforms",
  name,
  args,
  ...(name.startsWith("Test")
    ? { module: { path: `test_transforms.mjs#${name}`, file: testTransforms, export: name, sha256 } }
    : {}),
  where: { file: "/mmar/config/config_train.json", line: 7, column: 3, configPath: `train.${name}` },
});

/** Cases "a", "b", "c" …, with the image path "a" and the label path "a_label". */
export const items = (count: number): DatalistItem[] =>
  Array.from({ length: count }, (_, index) => {
    const caseId = String.fromCharCode(97 + index);
    return { caseId, index, fields: { image: caseId, label: `${caseId}_label` } };
  });

const both = { fields: ["image", "label"] };
export const load = (args: JsonObject = {}) => spec("TestLoad", { ...both, size: [5, 6, 7], ...args });
export const centre = spec("TestCentre", { fields: ["image"] });
export const crop = (count?: number) =>
  spec("TestCrop", { ...both, size: [3, 3, 3], ...(count === undefined ? {} : { count }) });
export const shift = spec("TestShift", { fields: ["image"] });

export const loaderOptions = (options: Partial<LoaderOptions>): LoaderOptions => ({
  items: items(5),
  transforms: [load(), centre, crop(), shift],
  batchTransforms: [],
  seed: 1,
  numWorkers: 0,
  prefetchSize: 0,
  shuffle: true,
  batchSize: 2,
  batchedByTransforms: false,
  cache: null,
  warn: (message) => {
    throw new Error(`unexpected warning: ${message}`);
  },
  ...options,
});

/** Cases, shapes and a hash of all bytes of a batch, which is freed. */
export function fingerprint({ fields, cases }: Batch): string {
  const parts = Object.entries(fields).map(([name, tensor]) => {
    const bytes = new Uint8Array(tensor.toTypedArray().buffer);
    return `${name}[${tensor.shape.join()}]${createHash("sha256").update(bytes).digest("hex").slice(0, 16)}`;
  });
  dispose(Object.values(fields));
  return [cases.join(), ...parts].join(" ");
}

export async function collect<T, R>(source: AsyncIterable<T>, map: (value: T) => R): Promise<R[]> {
  const results: R[] = [];
  for await (const value of source) results.push(map(value));
  return results;
}
