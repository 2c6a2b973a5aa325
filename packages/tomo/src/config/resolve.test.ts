import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { type ConfigOptions, resolveConfig } from "./resolve.ts";
import type { JsonObject } from "./source/json.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "tomo-resolve-")));
afterAll(() => rmSync(root, { recursive: true }));

let mmar = "";
let count = 0;
const write = (path: string, value: unknown) => {
  const file = join(mmar, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, typeof value === "string" ? value : JSON.stringify(value, null, 2));
};
const resolveWith = (options: Partial<ConfigOptions> = {}) =>
  resolveConfig({ mmar, config: "config/config_train.json", cwd: root, ...options });

beforeEach(() => {
  mmar = join(root, `mmar${count++}`);
  mkdirSync(mmar);
});

const precedence = {
  epochs: 10,
  MMAR_CKPT_DIR: "m",
  determinism: { tf_seed: 1 },
  train: { x: "{N}", y: "{epochs}" },
};

describe("layers", () => {
  it("lets --set win over environment.json, that over the config, that over defaults", () => {
    write("config/config_train.json", { ...precedence, A: "config", B: "config", C: "config" });
    write("config/environment.json", { A: "environment", B: "environment", N: 5 });
    const { variables, value } = resolveWith({
      set: ["A=set", "epochs=3"],
      defaults: { A: "default", D: 1 },
    });
    const lookUp = (name: string) => variables.get(name)?.value;
    expect([lookUp("A"), lookUp("B"), lookUp("C"), lookUp("D")]).toEqual(["set", "environment", "config", 1]);
    expect(value.epochs).toBe(3);
    expect(value.train).toEqual({ x: 5, y: 3 });
  });

  it("keeps every layer of a variable, the winner first, with its place", () => {
    write("config/config_train.json", { A: "config" });
    write("config/environment.json", { A: "environment" });
    const { variables } = resolveWith({ set: { A: "set" }, defaults: { A: "default" } });
    expect(variables.get("A")?.layers.map(({ layer, value, where }) => [layer, value, where.line])).toEqual([
      ["set", "set", undefined],
      ["environment", "environment", 2],
      ["config", "config", 2],
      ["default", "default", undefined],
    ]);
  });

  it("counts scalars and determinism of the config as variables, nothing else", () => {
    write("config/config_train.json", {
      $schema: "x",
      i: 1,
      f: 0.5,
      b: true,
      s: "x",
      n: null,
      list: [1],
      object: {},
      determinism: { tf_seed: 1 },
    });
    const names = [...resolveWith().variables]
      .filter(([, v]) => v.layers[0].layer === "config")
      .map(([name]) => name);
    expect(names).toEqual(["i", "f", "b", "s", "determinism"]);
  });

  it("replaces determinism as a whole, and sections never", () => {
    write("config/config_train.json", precedence);
    write("config/environment.json", { determinism: { numpy_seed: 2 }, train: "no" });
    const { value, where } = resolveWith();
    expect(value.determinism).toEqual({ numpy_seed: 2 });
    expect((value.train as JsonObject).y).toBe(10);
    expect(where(["determinism", "numpy_seed"])).toMatchObject({
      file: join(mmar, "config/environment.json"),
      line: 3,
    });
    expect(where(["train", "x"])).toMatchObject({ file: join(mmar, "config/config_train.json") });
    expect(where(["epochs"])).toMatchObject({ line: 2 });
  });

  it("places what came from --set at the command line", () => {
    write("config/config_train.json", precedence);
    expect(resolveWith({ set: ["epochs=x"] }).where(["epochs"])).toEqual({ configPath: "--set epochs" });
  });

  it("does not resolve placeholders inside environment.json", () => {
    write("config/config_train.json", { train: { a: "{A}", b: "{B}" } });
    write("config/environment.json", { A: "{B}", B: "b" });
    expect(resolveWith().value.train).toEqual({ a: "{B}", b: "b" });
  });

  it("remembers which variables made a value", () => {
    write("config/config_train.json", { train: { a: ["{MMAR_CKPT_DIR}/{N}"] }, N: 1 });
    expect(resolveWith().uses.get("train.a[0]")).toEqual(["MMAR_CKPT_DIR", "N"]);
  });
});

describe("folders", () => {
  const lookUp = (name: string, environment: JsonObject, options: Partial<ConfigOptions> = {}) => {
    write("config/config_train.json", {});
    write("config/environment.json", environment);
    return resolveWith(options).variables.get(name)?.value;
  };

  it("joins MMAR_ variables to the MMAR unless absolute or empty", () => {
    expect(lookUp("MMAR_CKPT_DIR", { MMAR_CKPT_DIR: "models/trn" })).toBe(join(mmar, "models/trn"));
    expect(lookUp("MMAR_CKPT_DIR", { MMAR_CKPT_DIR: "/abs/models" })).toBe("/abs/models");
    expect(lookUp("MMAR_CKPT", { MMAR_CKPT: "" })).toBe("");
    expect(lookUp("MMAR_CKPT", {}, { set: ["MMAR_CKPT=models/model.ckpt"] })).toBe(
      join(mmar, "models/model.ckpt"),
    );
  });

  it("has Clara's default folders", () => {
    expect(lookUp("MMAR_CKPT_DIR", {})).toBe(join(mmar, "models"));
    expect(lookUp("MMAR_EVAL_OUTPUT_PATH", {})).toBe(join(mmar, "eval"));
    expect(lookUp("DATA_LIST_KEY", {})).toBe("validation");
    expect(lookUp("MMAR_ROOT", {})).toBe(mmar);
  });

  it("finds data in the working directory first, then in the MMAR", () => {
    expect(lookUp("DATA_ROOT", { DATA_ROOT: "data" })).toBe(join(mmar, "data"));
    mkdirSync(join(root, "data"), { recursive: true });
    expect(lookUp("DATA_ROOT", { DATA_ROOT: "data" })).toBe(join(root, "data"));
    expect(lookUp("DATA_ROOT", { DATA_ROOT: "/abs" })).toBe("/abs");
    expect(lookUp("DATASET_JSON", { DATASET_JSON: "config/dataset_0.json" })).toBe(
      join(mmar, "config/dataset_0.json"),
    );
    rmSync(join(root, "data"), { recursive: true });
  });
});

describe("files", () => {
  it("takes -c and -e relative to the MMAR, or absolute", () => {
    write("config/other.json", { a: "{X}" });
    write("config/env2.json", { X: 1 });
    expect(resolveWith({ config: "config/other.json", environment: "config/env2.json" }).value.a).toBe(1);
    expect(resolveWith({ config: join(mmar, "config/other.json") }).value.a).toBeNull();
  });

  it("does without the default environment, not without a named one", () => {
    write("config/config_train.json", {});
    expect(resolveWith().environment).toBeNull();
    expect(() => resolveWith({ environment: "config/env.json" })).toThrow(
      expect.objectContaining({ code: "TOMO_CONFIG_MISSING", message: "the MMAR has no config/env.json" }),
    );
  });

  it("names the nearest config when the one asked for is absent", () => {
    write("config/config_train.json", {});
    expect(() => resolveWith({ config: "config/config_trian.json" })).toThrow(
      expect.objectContaining({ code: "TOMO_CONFIG_MISSING", hint: 'did you mean "config_train.json"?' }),
    );
    expect(() => resolveWith({ config: "config/zzz.json" })).toThrow(
      expect.objectContaining({ hint: "config holds config/config_train.json" }),
    );
  });

  it("tells a missing MMAR from a missing config", () => {
    expect(() => resolveWith({ mmar: "nowhere" })).toThrow(
      expect.objectContaining({
        message: "there is no such MMAR folder",
        where: { file: join(root, "nowhere") },
      }),
    );
    expect(() => resolveWith()).toThrow(
      expect.objectContaining({ hint: expect.stringContaining("no folder config") }),
    );
  });
});
