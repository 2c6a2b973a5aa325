import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "./source/json.ts";
import {
  edit,
  faultsOf,
  spleenTrain,
  spleenValidation,
  trainPlanOf,
  validationPlanOf,
} from "./testing/plan_of.ts";

type Path = readonly (string | number)[];

/** Paths of all values of a tree. */
const pathsOf = (value: Json, path: Path = []): Path[] =>
  typeof value === "object" && value !== null
    ? [
        path,
        ...Object.entries(value).flatMap(([key, item]) =>
          pathsOf(item, [...path, Array.isArray(value) ? Number(key) : key]),
        ),
      ]
    : [path];

const replaceAt = (value: Json, [step, ...rest]: Path, by: Json | undefined): Json => {
  const copy = structuredClone(value) as Record<string | number, Json>;
  if (rest.length > 0) copy[step!] = replaceAt(copy[step!]!, rest, by);
  else if (by === undefined) delete copy[step!];
  else copy[step!] = by;
  return copy;
};

const strange: fc.Arbitrary<Json | undefined> = fc.oneof(
  fc.constantFrom<Json | undefined>(
    undefined,
    null,
    [],
    {},
    "",
    "{X}",
    "{",
    "{DATA_ROOT}",
    [null],
    [[]],
    { name: {} },
    -1,
    0.5,
  ),
  fc.constantFrom<Json>(
    { ref: "LoadNifti" },
    { name: "Dice", args: { __proto__: 1 } },
    { name: "toString" },
    "constructor",
  ),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
);

describe.each([
  ["training", trainPlanOf, JSON.parse(spleenTrain)],
  [
    "validation",
    validationPlanOf,
    JSON.parse(edit(spleenValidation, "FrozenGraphModelLoader", "CheckpointLoader")),
  ],
] as const)("a damaged %s config", (_, planOf, seed) => {
  const paths = pathsOf(seed).slice(1);

  it("ends in a plan or in errors with a place, whatever stands where", () => {
    fc.assert(
      fc.property(fc.constantFrom(...paths), strange, (path, by) => {
        const config = replaceAt(seed, path, by) as JsonObject;
        for (const { message, where } of faultsOf(() => planOf(config))) {
          expect(message).not.toMatch(/undefined|\[object|\n/);
          expect(where.line ?? where.configPath, message).toBeDefined();
        }
      }),
      { numRuns: 150 },
    );
  });

  it("names the line of a string that became another type", () => {
    const text = JSON.stringify(seed, null, 2);
    for (const path of paths.filter((one) => one.at(-1) === "name" && one.at(-2) !== "args")) {
      const damaged = JSON.stringify(replaceAt(seed, path, 77), null, 2);
      const line = damaged.split("\n").findIndex((one) => one.includes("77")) + 1;
      expect(text).not.toContain("77");
      expect(faultsOf(() => planOf(damaged)).map(({ where }) => where.line)).toContain(line);
    }
  });
});
