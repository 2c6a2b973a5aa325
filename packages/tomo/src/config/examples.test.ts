import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const folder = new URL("../../../../examples/", import.meta.url);
const sha256 = (path: string) =>
  createHash("sha256")
    .update(readFileSync(new URL(path, folder)))
    .digest("hex");

describe("Clara's own configs in examples/", () => {
  it.each([
    [
      "classification_chestxray/config/config_train.json",
      "b6f7f41d41e0f6ebdaa8bcda193f4ad46df13da463df3e08ab4b4a40bdd044ea",
    ],
    [
      "segmentation_ct_spleen/config/config_train.json",
      "a67f87e70d452b9e7569edb84683a1360d6ab5f63bea0fc498ac4e12f656777b",
    ],
    [
      "segmentation_ct_spleen/config/config_validation.json",
      "87565bd498bb89d71d2a04b921447df5fb7aa69c43afbbd2f2056fb8ea3bd174",
    ],
  ])("%s is as it was published, byte for byte", (path, hash) => {
    expect(sha256(path)).toBe(hash);
  });
});
