import { expect, it } from "vitest";
import { workerUrl } from "./worker_url.ts";

it("stays beside compiled code, and goes from sources to their compiled twin", () => {
  const url = (caller: string) => workerUrl(caller, "worker").href;
  expect(url("file:///home/src/tomo/dist/pipeline/worker_pool.js")).toBe(
    "file:///home/src/tomo/dist/pipeline/worker.js",
  );
  expect(url("file:///home/src/tomo/src/pipeline/worker_pool.ts")).toBe(
    "file:///home/src/tomo/dist/pipeline/worker.js",
  );
});
