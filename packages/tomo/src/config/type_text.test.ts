import { describe, expect, it } from "vitest";
import { z } from "zod";
import { argumentsOf, jsonSchemaOf, schemaAt, typeText } from "./type_text.ts";

const names = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .transform((value) => [value].flat());

describe("typeText", () => {
  it.each([
    ["number", z.number()],
    ["integer", z.int()],
    ["integer > 0", z.int().positive()],
    ["integer ≥ 1", z.int().min(1)],
    ["number from 0 to 1", z.number().min(0).max(1)],
    ["number > 0 and < 1", z.number().gt(0).lt(1)],
    ["boolean", z.boolean().default(true)],
    ["string or null", z.string().nullable()],
    ['"z" | "y"', z.enum(["z", "y"])],
    ["3", z.literal(3)],
    ["list of numbers", z.array(z.number())],
    ["list of 3 integers > 0", z.array(z.int().positive()).length(3)],
    ["list of 2 to 3 integers", z.array(z.int()).min(2).max(3)],
    ["list of 2 or more lists of numbers", z.array(z.array(z.number())).min(2)],
    ["list [number, string]", z.tuple([z.number(), z.string()])],
    ["string or list of strings", names],
    ["list of strings or numbers", z.array(z.union([z.string(), z.number()]))],
    ["object", z.strictObject({ a: z.number() })],
    ["any value", z.unknown()],
  ])("%s", (text, type) => {
    expect(typeText(jsonSchemaOf(type))).toBe(text);
  });
});

describe("jsonSchemaOf", () => {
  it("gives a nullable argument the description of what it holds", () => {
    const size = z.array(z.int()).describe("Voxels.").nullable().default(null);
    expect(jsonSchemaOf(z.strictObject({ size })).properties).toMatchObject({
      size: { description: "Voxels.", default: null },
    });
  });
});

describe("argumentsOf", () => {
  it("says type, default and meaning, in order", () => {
    const list = z.union([z.string(), z.array(z.int())]).transform((value) => value);
    const type = z.strictObject({
      size: z.int().describe("Voxels."),
      blocks: list.describe("Blocks.").default([1, 2]),
      clip: z.boolean().describe("Clip.").default(false),
      mask: z.string().optional(),
    });
    expect(argumentsOf(type)).toEqual([
      { name: "size", type: "integer", fallback: undefined, description: "Voxels." },
      { name: "blocks", type: "string or list of integers", fallback: "[1,2]", description: "Blocks." },
      { name: "clip", type: "boolean", fallback: "false", description: "Clip." },
      { name: "mask", type: "string", fallback: "none", description: "" },
    ]);
  });
});

describe("schemaAt", () => {
  const schema = jsonSchemaOf(
    z.strictObject({ size: z.array(z.int()), fields: names, pair: z.tuple([z.number(), z.string()]) }),
  );

  it.each([
    [["size"], "list of integers"],
    [["size", 2], "integer"],
    [["fields", 0], "string"],
    [["pair", 1], "string"],
  ] as const)("finds %j", (path, text) => {
    expect(typeText(schemaAt(schema, path)!)).toBe(text);
  });

  it("is undefined for what the schema does not know", () => {
    expect(schemaAt(schema, ["sise"])).toBeUndefined();
    expect(schemaAt(schema, ["size", "x"])).toBeUndefined();
  });
});
