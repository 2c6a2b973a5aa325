import { z } from "zod";

/** `fields`: one name or a list of names; the component always sees a list. */
export const fields = (description = "Names of the fields to work on.") =>
  z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .transform((value) => (typeof value === "string" ? [value] : value))
    .describe(description);

export const field = (description: string) => z.string().min(1).describe(description);
export const number = (description: string) => z.number().describe(description);
export const integer = (description: string) => z.int().describe(description);
export const boolean = (description: string) => z.boolean().describe(description);
export const string = (description: string) => z.string().describe(description);
export const probability = (description: string) => z.number().min(0).max(1).describe(description);

/** Spatial size in voxels, one entry an axis, in file order. */
export const size = (description: string) => z.array(z.int().positive()).min(2).max(3).describe(description);

/** Clara writes lists of numbers as "1,2,2,4"; JSON arrays are accepted too. */
export const integerList = (description: string) =>
  z
    .union([z.string().regex(/^\s*\d+(\s*,\s*\d+)*\s*$/, 'a list such as "1,2,2,4"'), z.array(z.int())])
    .transform((value) => (typeof value === "string" ? value.split(",").map(Number) : value))
    .describe(description);

export const dataFormat = (fallback: "channels_first" | "channels_last" = "channels_first") =>
  z.enum(["channels_first", "channels_last"]).default(fallback).describe("Layout of the arrays.");
