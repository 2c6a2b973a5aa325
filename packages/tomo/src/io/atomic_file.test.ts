import * as nodeFs from "node:fs";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { TomoError } from "../errors/tomo_error.ts";
import { temporaryFolder } from "../testing/temporary_folder.ts";
import {
  makeFolder,
  removeLeftovers,
  type WritableFs,
  writeFileAtomic,
  writeFolderAtomic,
} from "./atomic_file.ts";

const root = temporaryFolder();
let count = 0;
let folder = root;
beforeEach(() => {
  folder = join(root, String(count++));
  mkdirSync(folder);
});

const systemError = (code: string, syscall: string) =>
  Object.assign(new Error(`${code}: injected, ${syscall}`), { code, syscall });
const failing = (call: keyof WritableFs, code: string): WritableFs => ({
  ...nodeFs,
  [call]: () => {
    throw systemError(code, call);
  },
});
const failureOf = (act: () => void): TomoError => {
  try {
    act();
  } catch (error) {
    if (error instanceof TomoError) return error;
    throw error;
  }
  throw new Error("did not throw");
};

describe("writeFileAtomic", () => {
  it("writes text, bytes and pieces, and leaves nothing else", () => {
    const path = join(folder, "a.bin");
    writeFileAtomic(path, "é");
    expect(readFileSync(path, "utf8")).toBe("é");
    writeFileAtomic(path, Uint8Array.of(1, 2));
    expect([...readFileSync(path)]).toEqual([1, 2]);
    writeFileAtomic(path, [Uint8Array.of(3), new Uint8Array(0), Uint8Array.of(4)]);
    expect([...readFileSync(path)]).toEqual([3, 4]);
    expect(readdirSync(folder)).toEqual(["a.bin"]);
  });

  it("goes on after a short write", () => {
    const path = join(folder, "a.bin");
    const writeSync = ((file: number, bytes: Uint8Array, offset: number) =>
      nodeFs.writeSync(file, bytes, offset, 1)) as WritableFs["writeSync"];
    writeFileAtomic(path, Uint8Array.of(1, 2, 3), { fs: { ...nodeFs, writeSync } });
    expect([...readFileSync(path)]).toEqual([1, 2, 3]);
  });

  it("syncs the file before the rename and the folder after it", () => {
    const calls: string[] = [];
    const recorded =
      <A extends unknown[], R>(name: string, call: (...args: A) => R) =>
      (...args: A): R => {
        calls.push(name);
        return call(...args);
      };
    const fs: WritableFs = {
      ...nodeFs,
      fsyncSync: recorded("fsync", nodeFs.fsyncSync),
      closeSync: recorded("close", nodeFs.closeSync),
      renameSync: recorded("rename", nodeFs.renameSync),
    };
    writeFileAtomic(join(folder, "a"), "x", { fs });
    expect(calls).toEqual(["fsync", "close", "rename", "fsync", "close"]);
  });

  it.each([
    ["writeSync", "ENOSPC", /disk is full/],
    ["fsyncSync", "ENOSPC", /disk is full/],
    ["openSync", "EACCES", /no permission/],
    ["openSync", "EROFS", /read-only/],
    ["renameSync", "EIO", /disk reports an error/],
  ] as const)("when %s fails with %s: keeps the old file, leaves no temporary", (call, code, reason) => {
    const path = join(folder, "model.ckpt");
    writeFileSync(path, "old");
    const error = failureOf(() => writeFileAtomic(path, "new", { fs: failing(call, code) }));
    expect(error.code).toBe("TOMO_WRITE_FAILED");
    expect(error.message).toMatch(reason);
    expect(error.message).toContain(path);
    expect(error.where.file).toBe(path);
    expect(error.hint).toBeTruthy();
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["model.ckpt"]);
  });

  it("says when the parent is missing, is a file, or the name is a folder", () => {
    writeFileSync(join(folder, "file"), "");
    mkdirSync(join(folder, "taken", "sub"), { recursive: true });
    expect(failureOf(() => writeFileAtomic(join(folder, "none", "a"), "")).message).toMatch(/does not exist/);
    expect(failureOf(() => writeFileAtomic(join(folder, "file", "a"), "")).message).toMatch(/is a file/);
    expect(failureOf(() => writeFileAtomic(join(folder, "taken"), "")).message).toMatch(
      /a folder of that name/,
    );
    expect(readdirSync(folder)).toEqual(["file", "taken"]);
  });

  it("passes on an error of the producer of the pieces, and leaves nothing", () => {
    function* pieces() {
      yield Uint8Array.of(1);
      throw new RangeError("producer");
    }
    expect(() => writeFileAtomic(join(folder, "a"), pieces())).toThrow(new RangeError("producer"));
    expect(readdirSync(folder)).toEqual([]);
  });

  it("does not fail where folders cannot be synced", () => {
    let calls = 0;
    const fsyncSync = () => {
      if (++calls === 2) throw systemError("EINVAL", "fsync");
    };
    writeFileAtomic(join(folder, "a"), "x", { fs: { ...nodeFs, fsyncSync } });
    expect(readFileSync(join(folder, "a"), "utf8")).toBe("x");
  });
});

describe("writeFolderAtomic", () => {
  const fill = (temporary: string) => {
    mkdirSync(join(temporary, "sub"));
    writeFileSync(join(temporary, "sub", "state.json"), "{}");
  };

  it("makes the folder appear with all its files, each synced", () => {
    let synced = 0;
    const fsyncSync = (file: number) => {
      synced++;
      nodeFs.fsyncSync(file);
    };
    writeFolderAtomic(join(folder, "gen1"), fill, { fs: { ...nodeFs, fsyncSync } });
    expect(readdirSync(folder)).toEqual(["gen1"]);
    expect(readFileSync(join(folder, "gen1", "sub", "state.json"), "utf8")).toBe("{}");
    expect(synced).toBe(4); // file, sub, temporary folder, parent
  });

  it("leaves nothing when filling, syncing or renaming fails", () => {
    const broken = () => {
      throw new RangeError("fill");
    };
    expect(() => writeFolderAtomic(join(folder, "a"), broken)).toThrow("fill");
    for (const call of ["fsyncSync", "renameSync", "mkdirSync"] as const)
      expect(
        failureOf(() => writeFolderAtomic(join(folder, "a"), fill, { fs: failing(call, "ENOSPC") })).code,
      ).toBe("TOMO_WRITE_FAILED");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("refuses to replace a folder with content", () => {
    writeFolderAtomic(join(folder, "a"), fill);
    expect(failureOf(() => writeFolderAtomic(join(folder, "a"), fill)).message).toMatch(/exists already/);
    expect(readdirSync(folder)).toEqual(["a"]);
  });
});

describe("makeFolder and removeLeftovers", () => {
  it("makes nested folders, and says why it cannot", () => {
    makeFolder(join(folder, "a", "b"));
    expect(readdirSync(join(folder, "a"))).toEqual(["b"]);
    writeFileSync(join(folder, "file"), "");
    expect(failureOf(() => makeFolder(join(folder, "file", "b"))).message).toMatch(/is a file/);
  });

  it("removes what a killed writer left, and only that", () => {
    const keep = { ...nodeFs, rmSync: () => {}, renameSync: failing("renameSync", "EIO").renameSync };
    failureOf(() => writeFileAtomic(join(folder, "a"), "x", { fs: keep }));
    failureOf(() => writeFolderAtomic(join(folder, "b"), () => {}, { fs: keep }));
    writeFileSync(join(folder, ".hidden"), "");
    expect(readdirSync(folder)).toHaveLength(3);
    removeLeftovers(folder);
    expect(readdirSync(folder)).toEqual([".hidden"]);
  });
});
