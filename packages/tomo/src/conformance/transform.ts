import { type DType, liveTensors, scope } from "@tomo/torch";
import type { Component } from "../components/define.ts";
import { withoutLevels } from "../components/effects/facts.ts";
import type { MedicalImage } from "../data/medical_image.ts";
import type { RandomStream } from "../data/random.ts";
import { isImage, type Sample, withFields } from "../data/sample.ts";
import { type ShapeFormat, shapeFormats } from "../data/shape_format.ts";
import { sizeOf } from "../data/spatial.ts";
import { TomoError } from "../errors/tomo_error.ts";
import { declarationLaw } from "./declaration.ts";
import { expectSound, factsOf, runEffect } from "./effect_law.ts";
import { caseOf, classes, placesByValue, ramp } from "./images.ts";
import { checkLaws, holds, type Law, same, wordsOf } from "./law.ts";
import { applyTransform, streamOf } from "./run_transform.ts";
import { notFiniteAt, snapshot } from "./snapshot.ts";

/** What stays the same in the fields of `reads`. `world`: each voxel its place in mm, found by its value. */
export type Kept = "format" | "shape" | "size" | "dtype" | "affine" | "world";

export interface TransformFacts {
  /** Arguments as a config writes them. */
  readonly args: Record<string, unknown>;
  /** Fields that must hold images before it runs; none of a loader. */
  readonly reads: readonly string[];
  readonly keeps?: readonly Kept[];
  /** Element type of every field of `reads` afterwards. */
  readonly dtype?: DType;
  /** Layouts it works on; it must refuse the others with a TomoError. All by default. */
  readonly formats?: readonly ShapeFormat[];
  /** Spatial size in voxels of the default sample. */
  readonly size?: readonly number[];
  /** Channels of the field `image` of the default sample. */
  readonly channels?: number;
  /** The sample to run on; by default `image` (all voxels different) and `label` (classes 0, 1, 2). */
  readonly sample?: (format: ShapeFormat) => Sample;
}

/** @throws TomoError TOMO_LAW_BROKEN with all laws that the transform breaks */
export const checkTransform = (component: Component<"transforms">, facts: TransformFacts): void =>
  checkLaws(component.name, transformLaws(component, facts));

/**
 * The laws that every transform obeys, one by one, for a test runner.
 * @param builtIn whether its effect keeps count of different values too, for the estimate of a cache
 */
export function transformLaws(
  component: Component<"transforms">,
  facts: TransformFacts,
  builtIn = false,
): readonly Law[] {
  const sampleFor = facts.sample ?? ((format: ShapeFormat) => defaultSample(format, facts));
  const formats = facts.formats ?? shapeFormats;
  const run = (sample: Sample, stream?: RandomStream) =>
    applyTransform(component, facts.args, sample, stream).sample;
  const on = (format: ShapeFormat, name: string, check: (sample: Sample) => void): Law => ({
    name: `on ${format}: ${name}`,
    check: () => scope(() => check(sampleFor(format))),
  });

  const each = formats.flatMap((format) => [
    on(format, "keeps what it says, writes into nothing, leaks nothing", (sample) => {
      const before = snapshot(sample);
      const live = liveTensors();
      scope(() => {
        const after = run(sample);
        for (const field of facts.reads) checkKept(sample, after, field, facts);
        checkOtherFields(sample, after, facts);
      });
      same(liveTensors(), live, "the number of tensors after the scope was left", "keep() needs a dispose()");
      same(
        snapshot(sample),
        before,
        "the sample that was given, afterwards",
        "operators that end in _ write into it",
      );
    }),
    on(format, "makes no NaN and no infinity of finite voxels", (sample) => checkFinite(sample, run(sample))),
    on(format, "the same stream gives the same result", (sample) => {
      const first = snapshot(run(sample, streamOf(5)));
      same(snapshot(run(sample, streamOf(5))), first, "the second result", "draw from context.random only");
      if (!component.isRandom(component.args.parse(facts.args)))
        same(snapshot(run(sample, untouchable())), first, "the result without a random stream");
    }),
    on(format, "does what its effect says", (sample) => {
      if (component.effect === undefined) return;
      const known = builtIn ? factsOf(sample) : withoutLevels(factsOf(sample));
      const claimed = runEffect(component, facts.args, known);
      same(claimed.errors, [], "what the effect finds wrong with the sample");
      expectSound(claimed.sample, run(sample));
    }),
  ]);
  const refused = shapeFormats
    .filter((format) => !formats.includes(format))
    .map(
      (format): Law => ({
        name: `refuses ${format} with the case and the field`,
        check: () =>
          scope(() => {
            const { where } = refusalOf(
              () => run(sampleFor(format)),
              `${format}, which is not among its formats`,
            );
            same(where.case, "case_7", "the case that the error names", useAtField);
            holds(typeof where.field === "string", "the error names no field", useAtField);
          }),
      }),
    );
  const unloaded = facts.reads.map(
    (field): Law => ({
      name: `says so when ${field} was not loaded`,
      check: () =>
        scope(() => {
          const sample = withFields(sampleFor(formats[0]!), { [field]: "/data/case_7.nii.gz" });
          const error = refusalOf(() => run(sample), `a path in ${field} where an image should be`);
          same(
            error.code,
            "TOMO_FIELD_NOT_IMAGE",
            "the code of the error",
            "read the field by imageOf(sample, field)",
          );
          same([error.where.case, error.where.field], ["case_7", field], "case and field of the error");
          holds(error.message.includes("/data/case_7.nii.gz"), "the error does not name the path");
        }),
    }),
  );
  return [declarationLaw(component, facts.args), ...each, ...refused, ...unloaded];
}

const useAtField = "defineImageTransform does this; in defineTransform read the images by imageOf";

const defaultSample = (format: ShapeFormat, { size = [4, 4, 4], channels = 2 }: TransformFacts): Sample =>
  caseOf({ image: ramp(format, size, channels), label: classes(format, size), note: "untouched" });

/** The TomoError by which a transform refuses something. */
function refusalOf(act: () => unknown, what: string): TomoError {
  try {
    act();
  } catch (error) {
    if (error instanceof TomoError) return error;
    throw new TomoError(
      "TOMO_LAW_BROKEN",
      `it met ${what}, with an error that names no place: ${wordsOf(error)}`,
      {
        cause: error,
      },
    );
  }
  throw new TomoError("TOMO_LAW_BROKEN", `it took ${what}`);
}

function checkKept(
  before: Sample,
  after: Sample,
  field: string,
  { keeps = [], dtype }: TransformFacts,
): void {
  const [old, now] = [before.fields[field] as MedicalImage, after.fields[field] as MedicalImage];
  holds(isImage(now), `the field ${field} holds no image afterwards`);
  same(now.format.length, now.data.shape.length, `letters of the format ${now.format} of ${field}`);
  const law: Record<Kept, () => void> = {
    format: () => same(now.format, old.format, `the format of ${field}`),
    shape: () => same(now.data.shape, old.data.shape, `the shape of ${field}`),
    size: () => same(sizeOf(now), sizeOf(old), `the spatial size of ${field}`),
    dtype: () => same(now.data.dtype, old.data.dtype, `the dtype of ${field}`),
    affine: () => same(geometryOf(now), geometryOf(old), `the affine of ${field}`),
    world: () => field === "image" && expectSamePlaces(old, now),
  };
  for (const name of keeps) law[name]();
  if (dtype !== undefined) same(now.data.dtype, dtype, `the dtype of ${field}`);
  for (const key of ["originalShape", "originalAffine", "fileName"] as const)
    same(now.properties[key], old.properties[key], `${key} of ${field}`, "withData hands the properties on");
}

const geometryOf = ({ properties: { affine, affines } }: MedicalImage) => ({ affine, affines });

/** Every voxel that is still there lies where it lay. */
export function expectSamePlaces(before: MedicalImage, after: MedicalImage): void {
  const places = placesByValue(before);
  for (const [value, place] of placesByValue(after))
    if (value !== 0) same(place, places.get(value), `the place in mm of the voxel ${value}`);
}

/** Fields that are not read are handed on as they are, and none gets lost. */
function checkOtherFields(before: Sample, after: Sample, { reads }: TransformFacts): void {
  same(
    [after.caseId, after.index],
    [before.caseId, before.index],
    "case and index",
    "start from the given sample",
  );
  for (const [field, value] of Object.entries(before.fields)) {
    holds(field in after.fields, `the field ${field} is lost`, "withFields(sample, …) keeps the others");
    if (reads.length > 0 && !reads.includes(field))
      holds(after.fields[field] === value, `the field ${field} is another one, which it does not read`);
  }
}

function checkFinite(before: Sample, after: Sample): void {
  if (Object.values(before.fields).some((value) => isImage(value) && notFiniteAt(value.data) >= 0)) return;
  for (const [field, value] of Object.entries(after.fields)) {
    const at = isImage(value) ? notFiniteAt(value.data) : -1;
    if (isImage(value) && at >= 0)
      holds(false, `element ${at} of ${field} is ${value.data.toArray()[at]}`, "is something divided by 0?");
  }
}

/** A stream that fails the law when a deterministic transform draws from it. */
const untouchable = (): RandomStream =>
  new Proxy(streamOf(0), {
    get: (_, name) => {
      throw new TomoError("TOMO_LAW_BROKEN", `a deterministic transform used random.${String(name)}`, {
        hint: "declare it by defineRandomTransform, or with random: true",
      });
    },
  });
