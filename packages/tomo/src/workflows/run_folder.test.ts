import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../testing/temporary_folder.ts";
import { tomoErrorOf } from "../testing/tomo_error_of.ts";
import { prepareRunFolder } from "./run_folder.ts";

const root = temporaryFolder();
let count = 0;
let folder = "";
beforeEach(() => {
  folder = join(root, String(count++), "models");
});
const record = {
  workflow: "train",
  device: "cpu",
  threads: 2,
  precision: "float32",
  startedFrom: null,
  ownComponents: [],
} as const;
const prepare = (keep: string | null = null) => prepareRunFolder(folder, { epochs: 2 }, record, keep);

describe("prepareRunFolder", () => {
  it("makes the folder, writes config and record, and needs no archive", () => {
    expect(prepare()).toBeNull();
    expect(JSON.parse(readFileSync(join(folder, "config_resolved.json"), "utf8"))).toEqual({ epochs: 2 });
    const written = JSON.parse(readFileSync(join(folder, "run.json"), "utf8"));
    expect(written).toMatchObject({ threads: 2, versions: { node: process.version } });
    expect(written.versions.libtorch).toMatch(/^\d/);
  });

  it("moves all results of an earlier run together, and nothing else", () => {
    prepare();
    for (const name of ["model.ckpt", "model.ckpt.previous", "model_final.ckpt"])
      mkdirSync(join(folder, name));
    for (const name of ["metrics.jsonl", "events.out.tfevents.1.host", "notes.txt"])
      writeFileSync(join(folder, name), "");
    expect(prepare()).toBe(join(folder, "earlier_001"));
    expect(readdirSync(folder).toSorted()).toEqual([
      "config_resolved.json",
      "earlier_001",
      "notes.txt",
      "run.json",
    ]);
    expect(readdirSync(join(folder, "earlier_001"))).toHaveLength(7);
    expect(prepare()).toBe(join(folder, "earlier_002"));
  });

  it("leaves the checkpoint that the run starts from", () => {
    prepare();
    mkdirSync(join(folder, "model.ckpt"));
    mkdirSync(join(folder, "model_final.ckpt"));
    prepare(join(folder, "model.ckpt"));
    expect(existsSync(join(folder, "model.ckpt"))).toBe(true);
    expect(existsSync(join(folder, "model_final.ckpt"))).toBe(false);
  });

  it("says why it cannot write", () => {
    mkdirSync(join(folder, ".."), { recursive: true });
    writeFileSync(folder, "");
    expect(tomoErrorOf(() => prepare()).code).toBe("TOMO_WRITE_FAILED");
  });
});
