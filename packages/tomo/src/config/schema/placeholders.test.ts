import { describe, expect, it } from "vitest";
import { z } from "zod";
import { jsonSchemaOf } from "../type_text.ts";
import { draft07 } from "./draft_07.ts";
import { allowPlaceholders } from "./placeholders.ts";

const schemaOf = (type: z.ZodType) => allowPlaceholders(draft07(jsonSchemaOf(type)));
const whole = "^\\{[A-Za-z_]\\w*\\}$";

describe("draft07", () => {
  it("joins alternatives of different types into one schema", () => {
    const size = z.array(z.int().positive()).length(3).nullable().describe("Voxels.");
    expect(draft07(jsonSchemaOf(size))).toEqual({
      description: "Voxels.",
      type: ["array", "null"],
      items: { type: "integer", exclusiveMinimum: 0 },
      minItems: 3,
      maxItems: 3,
    });
  });

  it("keeps alternatives of one type, and writes 0 and 1 as a flag", () => {
    expect(draft07(jsonSchemaOf(z.union([z.literal("max"), z.literal("min")])))).toHaveProperty("anyOf");
    expect(draft07(jsonSchemaOf(z.union([z.boolean(), z.literal(0), z.literal(1)])))).toEqual({
      type: ["boolean", "integer"],
      minimum: 0,
      maximum: 1,
    });
  });

  it("writes tuples as draft 07 does, and leaves out bounds of every double", () => {
    expect(draft07(jsonSchemaOf(z.tuple([z.int(), z.string()])))).toEqual({
      type: "array",
      items: [{ type: "integer" }, { type: "string" }],
      minItems: 2,
      maxItems: 2,
    });
  });
});

describe("allowPlaceholders", () => {
  it("adds a string of one placeholder to other types, at every depth", () => {
    expect(schemaOf(z.array(z.number()))).toEqual({
      type: ["array", "string"],
      pattern: whole,
      errorMessage: "Expected list of numbers.",
      items: { type: ["number", "string"], pattern: whole, errorMessage: "Expected number." },
    });
    expect(schemaOf(z.strictObject({ seed: z.int() }))).toMatchObject({
      type: ["object", "string"],
      properties: { seed: { type: ["integer", "string"], pattern: whole } },
    });
  });

  it("leaves plain strings and any values as they are", () => {
    expect(schemaOf(z.string().describe("Path."))).toEqual({
      description: "Path.",
      type: "string",
      errorMessage: "Expected string.",
    });
    expect(schemaOf(z.unknown())).toEqual({});
  });

  it.each([
    ["softmax", true],
    ["{ACTIVATION}", true],
    ["soft{REST}", true],
    ["softmax2", false],
    ["{}", false],
    ["a.b", true],
    ["axb", false],
  ])("takes a word, or text that a placeholder completes: %s", (text, accepted) => {
    const { pattern } = schemaOf(z.enum(["softmax", "linear", "a.b"]));
    expect(new RegExp(String(pattern), "u").test(text)).toBe(accepted);
  });

  it("widens a pattern of a declaration", () => {
    const { pattern } = schemaOf(z.string().regex(/^\d+(,\d+)*$/));
    for (const text of ["1,2", "{LIST}", "1,{REST}"])
      expect(new RegExp(String(pattern), "u").test(text)).toBe(true);
    expect(new RegExp(String(pattern), "u").test("1;2")).toBe(false);
  });
});
