import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { registry } from "../../components/registry.ts";
import { resolveConfig } from "../resolve.ts";
import { isList, isObject, type Json, type JsonObject } from "../source/json.ts";
import { readSource } from "../source/read.ts";
import { testMmar } from "../testing/mmar.ts";
import { edit, spleenTrain, spleenValidation } from "../testing/plan_of.ts";
import { diffConfigs } from "./diff.ts";
import { sideOfResolved } from "./side.ts";
import { diffOf, mirrored, rows } from "./testing/diff_of.ts";

const train = JSON.parse(spleenTrain) as JsonObject;
const withTransforms = (...pre_transforms: readonly Json[]): JsonObject => ({ train: { pre_transforms } });
const transform = (name: string, args: JsonObject = {}): JsonObject => ({
  name,
  args: { fields: "image", ...args },
});

describe("equal in meaning", () => {
  it.each<[string, unknown, unknown]>([
    [
      "a default written out",
      { train: { loss: { name: "Dice", args: { smooth: 1e-5 } } } },
      { train: { loss: { name: "Dice" } } },
    ],
    [
      "one field and a list of one",
      withTransforms(transform("CenterData")),
      withTransforms(transform("CenterData", { fields: ["image"] })),
    ],
    [
      "the same of a component that Tomo lacks",
      withTransforms(transform("Nobody")),
      withTransforms(transform("Nobody", { fields: ["image"] })),
    ],
    [
      "another way to write a number",
      '{"train": {}, "learning_rate": 1e-4}',
      '{"learning_rate": 0.0001, "train": {}}',
    ],
    [
      "a list of numbers as text",
      { train: { model: { name: "SegResnet", args: { blocks_down: "1,2,2,4" } } } },
      { train: { model: { name: "SegResnet", args: { blocks_down: [1, 2, 2, 4] } } } },
    ],
    [
      "a disabled component",
      withTransforms(transform("CenterData")),
      withTransforms(transform("CenterData"), { ...transform("LoadPng"), disabled: true }),
    ],
    [
      "candidates of which one is enabled",
      { train: { loss: { name: "Dice" } } },
      { train: { loss: [{ name: "Focal", disabled: true }, { name: "Dice" }] } },
    ],
    [
      "the optimizer that Clara takes",
      { train: {} },
      { train: { optimizer: { name: "Adam", args: { beta1: 0.9 } } } },
    ],
    ["a flag as a number", { train: {}, multi_gpu: 0 }, { train: {}, multi_gpu: false }],
    ["a default of a variable", { train: {}, num_training_epoch_per_valid: 1 }, { train: {} }],
    ["an alias", withTransforms(transform("CenterData#a")), withTransforms(transform("CenterData"))],
    ["notes", { train: {}, _note: 1, $schema: "x" }, { train: { _note: {} } }],
    [
      "no args and empty ones",
      { train: {}, validate: { inferer: { name: "TFSimpleInferer" } } },
      { train: {}, validate: { inferer: { name: "TFSimpleInferer", args: {} } } },
    ],
  ])("%s", (_, a, b) => {
    expect(rows(diffOf(a, b))).toEqual([]);
    expect(rows(diffOf(b, a))).toEqual([]);
  });

  it("a ref and the transform that it means", () => {
    const section = train.validate as JsonObject;
    const [load, convert, scale] = section.pre_transforms as readonly Json[];
    const pre_transforms = [{ ref: "LoadNifti" }, convert!, { ref: "ScaleIntensityRange" }];
    expect(scale).toMatchObject({ name: "ScaleIntensityRange" });
    expect(load).toMatchObject({ name: "LoadNifti" });
    expect(diffOf(train, { ...train, validate: { ...section, pre_transforms } })).toEqual([]);
  });
});

describe("different", () => {
  it.each<[string, unknown, unknown, string[]]>([
    [
      "a value",
      { train: { loss: { name: "Dice", args: { smooth: 1 } } } },
      { train: { loss: { name: "Dice" } } },
      ["train.loss smooth: 1 -> 0.00001*"],
    ],
    ["a variable", { train: {}, epochs: 1 }, { train: {}, epochs: 2 }, ["variables epochs: 1 -> 2"]],
    ["a free variable", { train: {}, HOSPITAL: "x" }, { train: {} }, ['variables HOSPITAL: "x" -> -']],
    [
      "one seed",
      { train: {}, determinism: { random_seed: 1, tf_seed: 2 } },
      { train: {}, determinism: { random_seed: 3, tf_seed: 2 } },
      ["variables determinism.random_seed: 1 -> 3"],
    ],
    [
      "a placeholder and its text",
      { train: { model: { name: "SegAhnet", args: { num_classes: "{N}" } } } },
      { train: { model: { name: "SegAhnet", args: { num_classes: 2 } } } },
      ['train.model num_classes: "{N}" -> 2'],
    ],
    [
      "a class",
      { train: { model: { name: "SegAhnet", args: { num_classes: 2 } } } },
      { train: { model: { name: "SegResnet", args: { num_classes: 3 } } } },
      ['train.model model: "SegAhnet" -> "SegResnet"', "train.model num_classes: 2 -> 3"],
    ],
    [
      "an optimizer that was left out",
      { train: {} },
      { train: { optimizer: { name: "NovoGrad" } } },
      ['train.optimizer optimizer: "Adam"* -> "NovoGrad"'],
    ],
    [
      "a component more",
      withTransforms(),
      withTransforms(transform("CenterData")),
      ['train.pre_transforms CenterData: - -> {"fields":["image"]}'],
    ],
    [
      "the order",
      withTransforms(transform("A"), transform("B"), transform("C")),
      withTransforms(transform("C"), transform("A"), transform("B")),
      ["train.pre_transforms C place: 3 -> 1"],
    ],
    [
      "order and a value",
      withTransforms(transform("A", { x: 1 }), transform("B"), transform("C")),
      withTransforms(transform("B"), transform("C"), transform("A", { x: 2 })),
      ["train.pre_transforms A place: 1 -> 3", "train.pre_transforms A.x: 1 -> 2"],
    ],
    [
      "what an unknown component is given",
      withTransforms(transform("A", { x: [1, { y: 2 }] })),
      withTransforms(transform("A", { x: [1, { y: 3 }] })),
      ['train.pre_transforms A.x: [1,{"y":2}] -> [1,{"y":3}]'],
    ],
    [
      "a search space",
      { train: { loss: { name: "Dice", search: [1] } } },
      { train: { loss: { name: "Dice" } } },
      ["train.loss search: [1] -> -"],
    ],
    [
      "arguments that stand in the wrong place, or in no object",
      { train: { loss: { name: "Dice", smooth: 1 } } },
      { train: { loss: { name: "Dice", args: [1] } } },
      ["train.loss smooth (beside args): 1 -> -", "train.loss args: - -> [1]"],
    ],
    [
      "sections that Tomo does not know",
      { train: { extra: 1 }, more: [1] },
      { train: { extra: 2 }, more: [1] },
      ["others train.extra: 1 -> 2"],
    ],
    [
      "what is no component",
      { train: { loss: "Dice" } },
      { train: { loss: 3 } },
      ['train.loss loss: "\\"Dice\\"" -> "3"'],
    ],
    [
      "one's own class",
      { train: { loss: { path: "mine.Loss" } } },
      { train: { loss: { path: "mine.Other" } } },
      ['train.loss loss: "mine.Loss" -> "mine.Other"'],
    ],
  ])("%s", (_, a, b, expected) => {
    expect(rows(diffOf(a, b))).toEqual(expected);
    expect(rows(diffOf(b, a)).sort()).toEqual(mirrored(diffOf(a, b)));
  });

  it("tells components of one name apart by what they work on", () => {
    const writer = (field: string, dtype: string) => ({
      name: "WriteNifti",
      args: { field, dtype, write_path: "eval" },
    });
    const before = { writers: [writer("a", "uint8"), writer("b", "uint8"), writer("c", "uint8")] };
    const after = { writers: [writer("c", "uint8"), writer("b", "int16")] };
    expect(rows(diffOf(before, after))).toEqual([
      'writers WriteNifti(a): {"field":"a","dtype":"uint8","write_path":"eval"} -> -',
      'writers WriteNifti(b).dtype: "uint8" -> "int16"',
      "writers WriteNifti(c) place: 3 -> 1",
    ]);
  });

  it("matches aliases before anything else", () => {
    const a = withTransforms(transform("A#one", { x: 1 }), transform("A#two", { x: 2 }));
    const b = withTransforms(transform("A#one", { x: 2 }), transform("A#two", { x: 1 }));
    expect(rows(diffOf(a, b))).toEqual([
      "train.pre_transforms A#one.x: 1 -> 2",
      "train.pre_transforms A#two.x: 2 -> 1",
    ]);
  });

  it("gives the places of both sides, of a default that of the component", () => {
    const [difference] = diffOf(spleenTrain, edit(spleenTrain, '"decay_ratio": 0.1', '"decay_ratio": 0.2'));
    expect(difference).toMatchObject({
      a: { where: { file: "/a.json", line: 24, column: 24 } },
      b: { where: { file: "/b.json", line: 24, column: 24 } },
    });
    const [byDefault] = diffOf(spleenTrain, edit(spleenTrain, '"plane": "z",', '"plane": "x",'));
    expect(byDefault).toMatchObject({ what: "plane", b: { where: { line: 34, column: 18 } } });
  });
});

describe("resolved", () => {
  it("compares what variables stand for", () => {
    const mmar = testMmar({
      "config/a.json": {
        train: { model: { name: "SegAhnet", args: { num_classes: "{N}", pretrain_weight_name: "{NONE}" } } },
        epochs: 5,
      },
      "config/b.json": { train: { model: { name: "SegAhnet", args: { num_classes: 2 } } }, epochs: 7 },
      "config/environment.json": { N: 3, epochs: 9 },
    });
    const side = (name: string) =>
      sideOfResolved(
        resolveConfig({ mmar: mmar.root, config: `config/${name}.json`, cwd: mmar.root }),
        registry,
      );
    expect(rows(diffConfigs(side("a"), side("b")))).toEqual(["train.model num_classes: 3 -> 2"]);
    mmar.remove();
  });
});

describe("laws", () => {
  const examples = fileURLToPath(new URL("../../../../../examples/", import.meta.url));
  const configs = readdirSync(examples).flatMap((folder) =>
    readdirSync(join(examples, folder, "config"))
      .filter((name) => name.startsWith("config_"))
      .map((name) => readSource(join(examples, folder, "config", name)).value),
  );
  configs.push(JSON.parse(spleenValidation));
  const config = fc.constantFrom(...configs);

  type Path = readonly (string | number)[];
  const pathsOf = (value: Json, path: Path = []): Path[] =>
    typeof value === "object" && value !== null
      ? [
          path,
          ...Object.entries(value).flatMap(([key, item]) =>
            pathsOf(item, [...path, isList(value) ? Number(key) : key]),
          ),
        ]
      : [path];
  const strange = fc.oneof(
    fc.constantFrom<Json | undefined>(
      undefined,
      null,
      [],
      {},
      "{X}",
      true,
      0,
      [{ name: "Dice" }],
      { name: {} },
      { ref: "LoadNifti" },
    ),
    fc.constantFrom<Json>(
      { name: "LoadNifti#a", args: { fields: "x" } },
      { name: "__proto__", args: { constructor: 1 } },
      { path: 3 },
    ),
    fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
  );
  const replaced = (value: Json, [step, ...rest]: Path, by: Json | undefined): Json => {
    const copy = structuredClone(value) as Record<string | number, Json>;
    if (rest.length > 0) copy[step!] = replaced(copy[step!]!, rest, by);
    else if (by !== undefined) copy[step!] = by;
    else if (isList(copy)) (copy as unknown as Json[]).splice(Number(step), 1);
    else delete copy[step!];
    return copy as Json;
  };
  /** The lists that hold components, in another order. */
  const shuffled = (value: Json, seed: readonly number[], depth = 0): Json => {
    if (isList(value) && value.every(isObject))
      return value
        .map((item, index) => ({ item, rank: seed[index % seed.length]! }))
        .sort((x, y) => x.rank - y.rank)
        .map(({ item }) => item);
    if (!isObject(value) || depth > 2) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, shuffled(item, seed, depth + 1)]),
    );
  };
  const reordered = (value: Json): Json => {
    if (isList(value)) return value.map(reordered);
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, item]) => [key, reordered(item)])
        .reverse(),
    );
  };
  const changed = fc
    .tuple(
      config,
      fc.array(fc.tuple(fc.nat(), strange), { maxLength: 4 }),
      fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 6 }),
    )
    .map(([start, edits, seed]) =>
      shuffled(
        edits.reduce<Json>((value, [at, by]) => {
          const paths = pathsOf(value).slice(1);
          return paths.length === 0 ? value : replaced(value, paths[at % paths.length]!, by);
        }, start),
        seed,
      ),
    )
    .filter(isObject);

  it("a config does not differ from itself, nor from itself with its keys in another order", () => {
    fc.assert(
      fc.property(changed, (one) => {
        expect(rows(diffOf(one, one))).toEqual([]);
        expect(rows(diffOf(one, reordered(one)))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it("exchanging the sides exchanges what they say", () => {
    fc.assert(
      fc.property(changed, changed, config, (one, other, original) => {
        expect(rows(diffOf(other, one)).sort()).toEqual(mirrored(diffOf(one, other)));
        expect(rows(diffOf(original, one)).sort()).toEqual(mirrored(diffOf(one, original)));
      }),
      { numRuns: 100 },
    );
  });

  it("an order is told by as few moves as possible", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6], { minLength: 7 }), (order) => {
        const named = (index: number) => transform(`T${index}`);
        const found = diffOf(
          withTransforms(...[0, 1, 2, 3, 4, 5, 6].map(named)),
          withTransforms(...order.map(named)),
        );
        expect(found.every(({ kind }) => kind === "order")).toBe(true);
        expect(found.length).toBe(7 - longestIncreasing(order));
      }),
    );
  });
});

function longestIncreasing(order: readonly number[]): number {
  const lengths: number[] = [];
  for (const [index, value] of order.entries())
    lengths.push(
      1 + Math.max(0, ...lengths.filter((_, earlier) => order[earlier]! < value && earlier < index)),
    );
  return Math.max(...lengths);
}
