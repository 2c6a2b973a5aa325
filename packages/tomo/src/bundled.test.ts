import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { bundled } from "./bundled.ts";
import { temporaryFolder } from "./testing/temporary_folder.ts";

const root = temporaryFolder();
const fileAt = (path: string, seconds: number): void => {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "");
  utimesSync(file, seconds, seconds);
};

it("a bundle stands for its entry until something is compiled", () => {
  const url = (path: string) => pathToFileURL(join(root, path)).href;
  const entry = "tomo/dist/pipeline/worker.js";
  const found = () => bundled(new URL(url(entry))).href;
  fileAt("tomo/dist/.tsbuildinfo", 1000);
  fileAt("torch/dist/.tsbuildinfo", 1000);
  expect(found()).toBe(url(entry));
  const twin = "tomo/dist/bundled/pipeline_worker.js";
  fileAt(twin, 1001);
  expect(found()).toBe(url(twin));
  fileAt("torch/dist/.tsbuildinfo", 1002);
  expect(found()).toBe(url(entry));
  fileAt(twin, 1003);
  expect(found()).toBe(url(twin));
  fileAt("tomo/dist/.tsbuildinfo", 1004);
  expect(found()).toBe(url(entry));
});
