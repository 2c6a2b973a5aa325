import { adopt, bytesPerElement, release, share, type Tensor } from "@tomo/torch";
import type { ImageProperties, MedicalImage } from "../../data/medical_image.ts";
import { type FieldValue, isImage, type Sample } from "../../data/sample.ts";
import type { ShapeFormat } from "../../data/shape_format.ts";
import type { Codings } from "../compact/compact_sample.ts";

/** A sample that can be posted to another thread: tensors are replaced by tokens, nothing is copied. */
export interface PackedSample {
  readonly caseId: string;
  readonly index: number;
  readonly fields: Readonly<Record<string, PackedValue>>;
  /** Of a cache: how images are stored. */
  readonly codings: Codings;
}
interface PackedImage {
  readonly token: number;
  readonly format: ShapeFormat;
  readonly properties: ImageProperties;
  readonly bytes: number;
}
type PackedValue = PackedImage | string | number | boolean | null | readonly PackedValue[];

/** Shares the tensors of a sample; each token must be adopted or released once. */
export function packSample({ caseId, index, fields }: Sample, codings: Codings = {}): PackedSample {
  const tokens: number[] = [];
  const packImage = ({ data, format, properties }: MedicalImage): PackedImage => {
    const token = share(data);
    tokens.push(token);
    return { token, format, properties, bytes: spanOf(data) * bytesPerElement(data.dtype) };
  };
  const pack = (value: FieldValue): PackedValue =>
    isImage(value) ? packImage(value) : isList(value) ? value.map(pack) : value;
  try {
    return { caseId, index, fields: mapValues(fields, pack), codings };
  } catch (error) {
    tokens.forEach(release);
    throw error;
  }
}

/** Adopts the tensors into this thread; with `keep` the tokens stay valid for others. */
export function unpackSample({ caseId, index, fields }: PackedSample, keep: boolean): Sample {
  const unpack = (value: PackedValue): FieldValue =>
    isPacked(value)
      ? { data: adopt(value.token, { keep }), format: value.format, properties: value.properties }
      : isList(value)
        ? value.map(unpack)
        : value;
  return { caseId, index, fields: mapValues(fields, unpack) };
}

export const tokensOf = (sample: PackedSample): number[] => imagesIn(sample).map(({ token }) => token);

/** Bytes of the images of a packed sample as they are stored. */
export const bytesOf = (sample: PackedSample): number =>
  imagesIn(sample).reduce((sum, { bytes }) => sum + bytes, 0) +
  Object.values(sample.codings).reduce((sum, { levels }) => sum + (levels?.byteLength ?? 0), 0);

/** Bytes of the images as they are without their codings. */
export const expandedBytesOf = (sample: PackedSample): number =>
  Object.entries(sample.fields).reduce(
    (sum, [field, value]) =>
      sum +
      (sample.codings[field]?.bytes ??
        imagesIn({ fields: { [field]: value } }).reduce((part, { bytes }) => part + bytes, 0)),
    0,
  );

function imagesIn({ fields }: Pick<PackedSample, "fields">): PackedImage[] {
  const images = (value: PackedValue): PackedImage[] =>
    isPacked(value) ? [value] : isList(value) ? value.flatMap(images) : [];
  return Object.values(fields).flatMap(images);
}

/** Elements from the first to the last in memory: channels that share their memory (RepeatChannel) count once. */
function spanOf({ shape, strides }: Tensor): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((span, length, axis) => span + (length - 1) * strides[axis]!, 1);
}

const isPacked = (value: PackedValue): value is PackedImage =>
  typeof value === "object" && value !== null && "token" in value;

const isList = <T>(value: T | readonly T[]): value is readonly T[] => Array.isArray(value);

const mapValues = <A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
