import * as nodeFs from "node:fs";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { testState } from "../../testing/checkpoint_state.ts";
import { temporaryFolder } from "../../testing/temporary_folder.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import type { WritableFs } from "../atomic_file.ts";
import { writeCheckpointFiles } from "./files.ts";
import { readCheckpointFiles } from "./read.ts";
import { stateText } from "./state.ts";

const root = temporaryFolder();
let count = 0;
let path = "";
beforeEach(() => {
  const folder = join(root, String(count++), "models");
  mkdirSync(folder, { recursive: true });
  path = join(folder, "model.ckpt");
});

/** Generation n: a file whose every byte is n, and a state with epoch n. */
const save = (generation: number, fs?: WritableFs): void =>
  writeCheckpointFiles(
    path,
    { weights: [new Uint8Array(500).fill(generation), new Uint8Array(1).fill(generation)] },
    (seals) => stateText(testState(generation), seals),
    fs,
  );
/** The generation that loads, after a check that all of it belongs together; and the warnings. */
function load(): { generation: number; warnings: string[] } {
  const warnings: string[] = [];
  const { state, files } = readCheckpointFiles(path, ["weights"], (message) => warnings.push(message));
  const generation = state.progress.epoch;
  expect(new Uint8Array(files.weights!)).toEqual(new Uint8Array(501).fill(generation));
  return { generation, warnings };
}

class Killed extends Error {}

/** A process that dies at its n-th system call: a write is cut in the middle, and nothing is cleaned up. */
function dyingAt(deadline: number): { fs: WritableFs; calls: () => number } {
  let calls = 0;
  const mortal =
    <A extends unknown[], R>(call: (...args: A) => R, dying: (...args: A) => void = () => {}) =>
    (...args: A): R => {
      calls++;
      if (calls < deadline) return call(...args);
      if (calls === deadline) dying(...args);
      throw new Killed();
    };
  const half = ((file: number, bytes: Uint8Array, offset: number, length: number) =>
    nodeFs.writeSync(file, bytes, offset, length >> 1)) as WritableFs["writeSync"];
  const fs = {
    openSync: mortal(nodeFs.openSync),
    writeSync: mortal(nodeFs.writeSync as WritableFs["writeSync"], half),
    fsyncSync: mortal(nodeFs.fsyncSync),
    closeSync: mortal(nodeFs.closeSync),
    renameSync: mortal(nodeFs.renameSync),
    rmSync: mortal(nodeFs.rmSync),
    mkdirSync: mortal(nodeFs.mkdirSync as WritableFs["mkdirSync"]),
    readdirSync: mortal(nodeFs.readdirSync as WritableFs["readdirSync"]),
  } as WritableFs;
  return { fs, calls: () => calls };
}

describe("a checkpoint", () => {
  it("comes back, keeps one generation before it, and leaves nothing else", () => {
    for (const generation of [1, 2, 3]) {
      save(generation);
      expect(load()).toEqual({ generation, warnings: [] });
    }
    expect(readdirSync(join(path, "..")).toSorted()).toEqual(["model.ckpt", "model.ckpt.previous"]);
  });

  it("is the same bytes for the same state", () => {
    save(1);
    const first = readFileSync(join(path, "state.json"));
    save(1);
    expect(readFileSync(join(path, "state.json"))).toEqual(first);
  });

  it("survives death at every system call of the next save: the old or the new one loads", () => {
    const clean = dyingAt(Number.POSITIVE_INFINITY);
    save(1);
    save(2, clean.fs);
    const calls = clean.calls();
    expect(calls).toBeGreaterThan(20);
    const survivors = new Set<number>();
    for (let deadline = 1; deadline <= calls; deadline++) {
      rmSync(join(path, ".."), { recursive: true });
      mkdirSync(join(path, ".."));
      save(1);
      save(2);
      expect(() => save(3, dyingAt(deadline).fs)).toThrow();
      const { generation } = load();
      survivors.add(generation);
      expect(generation).toBeGreaterThanOrEqual(2);
      // a run that goes on from here saves and loads as ever
      save(4);
      expect(load()).toEqual({ generation: 4, warnings: [] });
    }
    expect(survivors).toEqual(new Set([2, 3]));
  });

  it("survives death also when the present generation was damaged before", () => {
    for (let deadline = 1; deadline <= 40; deadline++) {
      rmSync(join(path, ".."), { recursive: true });
      mkdirSync(join(path, ".."));
      save(1);
      save(2);
      writeFileSync(join(path, "weights"), "");
      try {
        save(3, dyingAt(deadline).fs);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
      expect([1, 3]).toContain(load().generation);
    }
  });

  it("keeps the old one and says why when the disk is full", () => {
    save(1);
    const writeSync = () => {
      throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC", syscall: "write" });
    };
    const error = tomoErrorOf(() => save(2, { ...nodeFs, writeSync }));
    expect(error.code).toBe("TOMO_WRITE_FAILED");
    expect(error.message).toContain("the disk is full");
    expect(load()).toEqual({ generation: 1, warnings: [] });
    expect(readdirSync(join(path, ".."))).toEqual(["model.ckpt"]);
  });
});

describe("a damaged checkpoint", () => {
  const harms: [string, () => void][] = [
    ["a cut file", () => writeFileSync(join(path, "weights"), new Uint8Array(500).fill(2))],
    ["a longer file", () => appendFileSync(join(path, "weights"), "x")],
    [
      "one other bit",
      () => {
        const bytes = readFileSync(join(path, "weights"));
        bytes[100]! ^= 1;
        writeFileSync(join(path, "weights"), bytes);
      },
    ],
    ["a missing file", () => rmSync(join(path, "weights"))],
    ["a cut state", () => writeFileSync(join(path, "state.json"), '{"format": "tomo-checkpoint"')],
    ["a state of something else", () => writeFileSync(join(path, "state.json"), '{"version": 1}')],
    ["a missing state", () => rmSync(join(path, "state.json"))],
    ["a missing folder", () => rmSync(path, { recursive: true })],
  ];

  it.each(harms)("with %s falls back to the previous generation and says so", (_, harm) => {
    save(1);
    save(2);
    harm();
    const { generation, warnings } = load();
    expect(generation).toBe(1);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`${path}.previous is used instead`);
  });

  it.each(harms.slice(0, -1))(
    "with %s and no other generation is an error that names the fault",
    (_, harm) => {
      save(1);
      harm();
      const error = tomoErrorOf(load);
      expect(error.code).toBe("TOMO_CHECKPOINT_DAMAGED");
      expect(error.message).toContain(path);
    },
  );

  it("of a newer format is refused, not passed over", () => {
    save(1);
    save(2);
    const state = join(path, "state.json");
    writeFileSync(state, readFileSync(state, "utf8").replace('"version": 1', '"version": 2'));
    expect(tomoErrorOf(load).code).toBe("TOMO_CHECKPOINT_VERSION");
  });

  it("lacks a file that was asked for", () => {
    save(1);
    const read = () => readCheckpointFiles(path, ["optimizer"], () => {});
    expect(tomoErrorOf(read).message).toContain("has no optimizer");
  });
});

describe("a missing checkpoint", () => {
  const hintOf = (prefix: string) => tomoErrorOf(() => readCheckpointFiles(prefix, [], () => {})).hint;

  it("names what is near", () => {
    const folder = join(path, "..");
    expect(hintOf(join(folder, "none", "model.ckpt"))).toContain("does not exist");
    expect(hintOf(path)).toContain("has no checkpoint");
    save(1);
    expect(hintOf(join(folder, "modle.ckpt"))).toBe(`did you mean ${path}?`);
    expect(hintOf(join(folder, "something_else"))).toContain("has model.ckpt");
    expect(hintOf(join(folder, "..", "model.ckpt"))).toContain("models/model.ckpt");
  });

  it("of TensorFlow is told apart", () => {
    writeFileSync(`${path}.index`, "");
    expect(tomoErrorOf(load).code).toBe("TOMO_NOT_YET");
    expect(existsSync(path)).toBe(false);
  });
});
