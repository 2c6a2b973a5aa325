import { bytesPerElement, type DType, ops, scope, type Tensor } from "@tomo/torch";
import type { Picks } from "../../components/contracts.ts";
import { withData } from "../../data/medical_image.ts";
import { isImage, type Sample } from "../../data/sample.ts";
import { fromLevels, type Levels, levelsOf } from "./levels.ts";

/** How the image of a field is stored in a smaller element type, without any loss. Plain data. */
export interface Coding {
  /** Element type of the image. */
  readonly dtype: DType;
  /** Bytes of the image. */
  readonly bytes: number;
  /** What the stored numbers stand for; null = they are the values. */
  readonly levels: Levels | null;
}
/** By field. */
export type Codings = Readonly<Record<string, Coding>>;

interface Coded {
  readonly data: Tensor;
  readonly coding: Coding;
}

/** Whole-number types, the smaller first. */
const wholeTypes = [
  { dtype: "uint8", least: 0, most: 255 },
  { dtype: "int8", least: -128, most: 127 },
  { dtype: "int16", least: -32_768, most: 32_767 },
  { dtype: "int32", least: -(2 ** 31), most: 2 ** 31 - 1 },
] as const;

/** The sample with its images in the smallest element types that hold every value exactly. */
export function compactSample(sample: Sample): { readonly sample: Sample; readonly codings: Codings } {
  const done = new Map<number, Coded | null>();
  const codings: Record<string, Coding> = {};
  const fields = { ...sample.fields };
  for (const [field, image] of Object.entries(sample.fields)) {
    if (!isImage(image)) continue;
    const { handle } = image.data;
    if (!done.has(handle)) done.set(handle, coded(image.data));
    const found = done.get(handle);
    if (found == null) continue;
    fields[field] = withData(image, found.data);
    codings[field] = found.coding;
  }
  return { sample: { ...sample, fields }, codings };
}

/** The images as they were before `compactSample`, or parts that were picked from them. */
export function expandSample(sample: Sample, codings: Codings): Sample {
  const fields = { ...sample.fields };
  for (const [field, coding] of Object.entries(codings)) {
    const image = fields[field];
    if (isImage(image)) fields[field] = withData(image, decoded(image.data, coding));
  }
  return { ...sample, fields };
}

/** Codings of the fields that a transform can take as they are stored: the others must be expanded before it. */
export const codingsLeft = (codings: Codings, picks: Picks | undefined): Codings =>
  Object.fromEntries(
    Object.entries(codings).filter(
      ([field, { levels }]) =>
        picks?.fields.includes(field) && (levels === null || !picks.compared.includes(field)),
    ),
  );

/** Null where nothing is gained. */
function coded(data: Tensor): Coded | null {
  return scope(() => {
    const once = withoutRepeats(data);
    if (!once.isContiguous || once.numel === 0) return null;
    const bytes = once.numel * bytesPerElement(once.dtype);
    const stored = once.dtype === "float32" ? codedFloats(once) : codedIntegers(once);
    if (stored === null) return null;
    const { numbers, levels } = stored;
    if (numbers.numel * bytesPerElement(numbers.dtype) + (levels?.byteLength ?? 0) >= bytes) return null;
    const coding = { dtype: once.dtype, bytes, levels };
    return { data: ops.expand(numbers, data.shape), coding };
  });
}

function decoded(data: Tensor, { dtype, levels }: Coding): Tensor {
  return scope(() => {
    const once = withoutRepeats(data);
    const image = levels === null ? ops.toDtype(once, dtype) : fromLevels(once, levels);
    return ops.expand(image, data.shape);
  });
}

interface Stored {
  readonly numbers: Tensor;
  readonly levels: Levels | null;
}

function codedFloats(image: Tensor): Stored | null {
  const levelled = levelsOf(image);
  if (levelled === null) return null;
  const values = new Float32Array(levelled.levels.slice().buffer);
  const whole = values.every((value) => Number.isInteger(value) && !Object.is(value, -0));
  const dtype = whole ? smallest(Math.min(...extremes(values)), Math.max(...extremes(values))) : null;
  if (dtype === null || bytesPerElement(dtype) > bytesPerElement(levelled.numbers.dtype)) return levelled;
  return { numbers: ops.toDtype(image, dtype), levels: null };
}

function codedIntegers(image: Tensor): Stored | null {
  if (!["int16", "int32", "int64"].includes(image.dtype)) return null;
  const [least, most] = ops.aminmax(image);
  const dtype = smallest(least.item(), most.item());
  return dtype === null ? null : { numbers: ops.toDtype(image, dtype), levels: null };
}

const extremes = (values: Float32Array): [number, number] =>
  values.reduce<[number, number]>(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [0, 0],
  );

const smallest = (least: number, most: number): DType | null =>
  wholeTypes.find((type) => least >= type.least && most <= type.most)?.dtype ?? null;

/** Without the repetitions of values along an axis that share one memory (RepeatChannel). */
const withoutRepeats = (data: Tensor): Tensor =>
  data.strides.reduce(
    (result, stride, axis) =>
      stride === 0 && data.shape[axis]! > 1 ? ops.slice(result, { dim: axis, start: 0, end: 1 }) : result,
    data,
  );
