import { type DType, isFloating, ops, type Tensor } from "@tomo/torch";
import { z } from "zod";

/** The values as floating point: whole numbers become float32, floats stay as they are. */
export const floating = (data: Tensor): Tensor =>
  isFloating(data.dtype) ? data : ops.toDtype(data, "float32");

const arrayTypes = [
  "float32", "float64", "float16", "uint8", "int8", "int16", "int32", "int64",
] as const satisfies readonly DType[]; // biome-ignore format: one row

/** Element type of a result, by its numpy name. */
export const arrayType = (fallback: (typeof arrayTypes)[number]) =>
  z.enum(arrayTypes).default(fallback).describe("Element type of the result; numbers are cut towards zero.");

/** As arrayType, but null leaves the element type to the transform. */
export const ownArrayType = () =>
  z
    .enum(arrayTypes)
    .nullable()
    .default(null)
    .describe("Element type of the result, numbers cut towards zero; null = as the notes say.");
