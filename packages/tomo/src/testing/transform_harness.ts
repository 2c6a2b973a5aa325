import { type DType, liveTensors, scope, Tensor } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { LabelFormat, TransformContext } from "../components/contracts.ts";
import type { Component } from "../components/define.ts";
import type { MedicalImage } from "../data/medical_image.ts";
import { RandomStream } from "../data/random.ts";
import { isImage, type Sample, withFields } from "../data/sample.ts";
import { type ShapeFormat, shapeFormats } from "../data/shape_format.ts";
import { sizeOf } from "../data/spatial.ts";
import { TomoError } from "../errors/tomo_error.ts";
import { expectSound, factsOf, runEffect } from "./effect_law.ts";
import { caseOf, classes, placesByValue, ramp } from "./images.ts";
import { tomoErrorOf } from "./tomo_error_of.ts";

/** What stays the same in the fields of `reads`. `world`: each voxel its place in mm, found by its value. */
export type Law = "format" | "shape" | "size" | "dtype" | "affine" | "world";

export interface TransformFacts {
  /** Arguments as a config writes them. */
  readonly args: Record<string, unknown>;
  /** Fields that must hold images before it runs. */
  readonly reads: readonly string[];
  readonly keeps?: readonly Law[];
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

/** What `apply` did: the sample it made and what it warned of. */
export interface Applied {
  readonly sample: Sample;
  readonly warnings: readonly string[];
}

export const streamOf = (seed: number): RandomStream => new RandomStream({ seed, epoch: 1, index: 3 });

/** Parses the arguments as the config core does, builds the transform and runs it. */
export function applyTransform(
  component: Component<"transforms">,
  args: Record<string, unknown>,
  sample: Sample,
  random: RandomStream = streamOf(1),
  labelFormat: LabelFormat | null = null,
): Applied {
  const parsed = component.args.parse(args);
  const faults = component.check?.(parsed) ?? [];
  if (faults.length > 0) throw new Error(`arguments refused: ${faults.map(({ message }) => message).join()}`);
  const warnings: string[] = [];
  const context: TransformContext = { random, warn: (message) => warnings.push(message), labelFormat };
  return { sample: component.build(parsed).apply(sample, context), warnings };
}

/** The laws that every transform obeys, as a suite; called once by the test of each. */
export function describeTransform(component: Component<"transforms">, facts: TransformFacts): void {
  const sampleFor = facts.sample ?? ((format: ShapeFormat) => defaultSample(format, facts));
  const formats = facts.formats ?? shapeFormats;
  const random = component.isRandom(component.args.parse(facts.args));
  const run = (sample: Sample, stream?: RandomStream) =>
    applyTransform(component, facts.args, sample, stream).sample;

  describe(`${component.name}: laws of every transform`, () => {
    it("declares its arguments in words and as JSON Schema", () => checkDeclaration(component, facts.args));

    it.each(formats)("on %s: keeps what it says, writes into nothing, leaks nothing", (format) => {
      scope(() => {
        const sample = sampleFor(format);
        const before = snapshot(sample);
        const live = liveTensors();
        scope(() => {
          const after = run(sample);
          for (const field of facts.reads) checkLaws(sample, after, field, facts);
          checkOtherFields(sample, after, facts);
          return null;
        });
        expect(liveTensors()).toBe(live);
        expect(snapshot(sample)).toEqual(before);
        return null;
      });
    });

    it.each(formats)("on %s: the same stream gives the same result", (format) => {
      scope(() => {
        const sample = sampleFor(format);
        const first = snapshot(run(sample, streamOf(5)));
        expect(snapshot(run(sample, streamOf(5)))).toEqual(first);
        if (!random) expect(snapshot(run(sample, untouchable()))).toEqual(first);
        return null;
      });
    });

    it.each(formats)("on %s: does what its effect says", (format) => {
      scope(() => {
        const sample = sampleFor(format);
        const claimed = runEffect(component, facts.args, factsOf(sample));
        expect(claimed.errors).toEqual([]);
        expectSound(claimed.sample, run(sample));
        return null;
      });
    });

    const refused = shapeFormats.filter((format) => !formats.includes(format));
    it.runIf(refused.length > 0).each(refused)("refuses %s with the case and the field", (format) => {
      scope(() => {
        const error = tomoErrorOf(() => run(sampleFor(format)));
        expect(error.where).toMatchObject({ case: "case_7", field: expect.any(String) });
        return null;
      });
    });

    it.runIf(facts.reads.length > 0).each(facts.reads)("says so when %s was not loaded", (field) => {
      scope(() => {
        const unloaded = withFields(sampleFor(formats[0]!), { [field]: "/data/case_7.nii.gz" });
        const error = tomoErrorOf(() => run(unloaded));
        expect(error).toMatchObject({ code: "TOMO_FIELD_NOT_IMAGE", where: { case: "case_7", field } });
        expect(error.message).toContain("/data/case_7.nii.gz");
        return null;
      });
    });
  });
}

const defaultSample = (format: ShapeFormat, { size = [4, 4, 4], channels = 2 }: TransformFacts): Sample =>
  caseOf({ image: ramp(format, size, channels), label: classes(format, size), note: "untouched" });

function checkDeclaration(component: Component<"transforms">, args: Record<string, unknown>): void {
  expect(component.summary).toMatch(/^[A-Z].*\.$/s);
  for (const note of component.notes) expect(note).toMatch(/^\S.*\.$/s);
  const schema = z.toJSONSchema(component.args, { io: "input" });
  expect(Object.keys(schema.properties ?? {})).toEqual(Object.keys(component.args.shape));
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    expect((property as { description?: string }).description, `description of ${name}`).toMatch(/\.$/);
  const parsed = component.args.parse(args);
  // arguments cross threads and are written beside the results
  expect(component.args.parse(JSON.parse(JSON.stringify(parsed)))).toEqual(parsed);
  expect(component.args.safeParse({ ...args, no_such_argument: 1 }).success).toBe(false);
  expect(component.check?.(parsed) ?? []).toEqual([]);
}

function checkLaws(
  before: Sample,
  after: Sample,
  field: string,
  { keeps = [], dtype }: TransformFacts,
): void {
  const [old, now] = [before.fields[field] as MedicalImage, after.fields[field] as MedicalImage];
  expect(isImage(now)).toBe(true);
  expect(now.format.length).toBe(now.data.shape.length);
  const law: Record<Law, () => void> = {
    format: () => expect(now.format).toBe(old.format),
    shape: () => expect(now.data.shape).toEqual(old.data.shape),
    size: () => expect(sizeOf(now)).toEqual(sizeOf(old)),
    dtype: () => expect(now.data.dtype).toBe(old.data.dtype),
    affine: () => expect(geometryOf(now)).toEqual(geometryOf(old)),
    world: () => field === "image" && expectSamePlaces(old, now),
  };
  for (const name of keeps) law[name]();
  if (dtype !== undefined) expect(now.data.dtype).toBe(dtype);
  const { originalShape, originalAffine, fileName } = old.properties;
  expect(now.properties).toMatchObject({ originalShape, originalAffine, fileName });
}

const geometryOf = ({ properties: { affine, affines } }: MedicalImage) => ({ affine, affines });

/** Every voxel that is still there lies where it lay. */
export function expectSamePlaces(before: MedicalImage, after: MedicalImage): void {
  const places = placesByValue(before);
  for (const [value, place] of placesByValue(after)) if (value !== 0) expect(place).toBe(places.get(value));
}

/** Fields that are not read are handed on as they are, and none gets lost. */
function checkOtherFields(before: Sample, after: Sample, { reads }: TransformFacts): void {
  expect([after.caseId, after.index]).toEqual([before.caseId, before.index]);
  for (const [field, value] of Object.entries(before.fields))
    if (!reads.includes(field) && reads.length > 0) expect(after.fields[field]).toBe(value);
  expect(Object.keys(after.fields)).toEqual(expect.arrayContaining(Object.keys(before.fields)));
}

/** All that a sample holds, as plain data. */
export const snapshot = (sample: Sample): unknown =>
  JSON.parse(
    JSON.stringify(sample.fields, (_, value: unknown) =>
      value instanceof Tensor
        ? {
            dtype: value.dtype,
            shape: value.shape,
            values: value.toArray().map((n) => (Number.isNaN(n) ? "NaN" : n)),
          }
        : value,
    ),
  );

/** A stream that fails the test when a deterministic transform draws from it. */
const untouchable = (): RandomStream =>
  new Proxy(streamOf(0), {
    get: (_, name) => {
      throw new TomoError("TOMO_INTERNAL", `a deterministic transform used random.${String(name)}`);
    },
  });

/** The image of a field of a result. */
export function imageIn(sample: Sample, field = "image"): MedicalImage {
  const value = sample.fields[field];
  if (!isImage(value)) throw new Error(`field ${field} holds no image`);
  return value;
}
