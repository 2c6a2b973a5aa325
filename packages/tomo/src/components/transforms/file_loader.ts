import { basename } from "node:path";
import type { MedicalImage } from "../../data/medical_image.ts";
import { type FieldValue, isImage, type Sample, withFields } from "../../data/sample.ts";
import { TomoError, TomoErrors } from "../../errors/tomo_error.ts";
import type { ArgShape, ArgsOf, Component } from "../define.ts";
import { type EffectContext, factsOf, lost } from "../effects/effect.ts";
import {
  type FieldFacts,
  type ImageFacts,
  loadedImage,
  type PathFacts,
  unknown,
  withFacts,
} from "../effects/facts.ts";
import { atField, defineTransform } from "./define.ts";
import { stackFiles } from "./stack_files.ts";

/** A transform that replaces the paths in its fields by images: a path by its image, a list by one channel a file. */
export function defineFileLoader<Shape extends ArgShape & { fields: ArgShape[string] }>(input: {
  name: string;
  summary: string;
  notes: readonly string[];
  args: Shape;
  /** What the files are, for messages: "a NIfTI file". */
  kind: string;
  read: (path: string, args: ArgsOf<Shape>, warn: (message: string) => void) => MedicalImage;
  /** Throws a TomoError for a file that cannot be read, without decoding it. */
  verify: (path: string) => void;
  /** What is known of an image without its files: one from a single path, or from a list of paths. */
  facts: (args: ArgsOf<Shape>, list: boolean) => Partial<ImageFacts>;
  /** What the header of a single file adds to that. Throws a TomoError for a file that cannot be read. */
  look: (path: string, args: ArgsOf<Shape>) => Partial<ImageFacts>;
}): Component<"transforms", Shape> {
  const { kind, read, verify, facts, look, ...rest } = input;
  return defineTransform({
    ...rest,
    apply: (args, sample, { warn }) => {
      const load = (field: string) => {
        const tell = (message: string) => warn(`case ${sample.caseId}, field ${field}: ${message}`);
        const paths = pathsIn(sample, field, kind);
        const readOne = (path: string) => read(path, args, tell);
        return typeof paths === "string" ? readOne(paths) : stackFiles(paths, readOne, tell);
      };
      const names = args.fields as readonly string[];
      return withFields(
        sample,
        Object.fromEntries(names.map((field) => [field, atField(sample, field, () => load(field))])),
      );
    },
    prepares: () => "reading",
    reads: (args) => args.fields as readonly string[],
    verify: (args, sample) => verifyFields(sample, args.fields as readonly string[], verify),
    effect: (args) => (sample, context) =>
      (args.fields as readonly string[]).reduce((result, field, n) => {
        const held = factsOf(result, field, ["fields", n], context);
        if (!result.fields.has(field) && !result.open) return withFacts(result, lost(result, field));
        const path = loadable(held, field, ["fields", n], kind, context);
        if (path === null) return withFacts(result, { [field]: unknown });
        if (isOfOther(path, input.name, kind, context)) return withFacts(result, { [field]: unknown });
        const seen = headerFacts(path, (file) => look(file, args), context);
        if (seen === null) return withFacts(result, { [field]: unknown });
        const known = { ...facts(args, path.files !== 1 && path.files !== null), ...seen };
        const values = valuesOf[context.role(field) ?? "other"];
        return withFacts(result, { [field]: loadedImage({ ...known, values }) });
      }, sample),
  });
}

function pathsIn(sample: Sample, field: string, kind: string): string | readonly string[] {
  const value = sample.fields[field];
  if (isPath(value) || isPathList(value)) return value;
  throw new TomoError("TOMO_FIELD_NOT_PATH", `field "${field}" holds ${describe(value)}, not a path`, {
    where: { case: sample.caseId, field },
    expected: `the path of ${kind}, or a list of paths`,
    hint:
      value === undefined
        ? `the case has the fields ${Object.keys(sample.fields).join(", ") || "none"}`
        : undefined,
  });
}

/** All faults of all files at once. A field that holds no path is passed over: an earlier transform may fill it. */
function verifyFields(sample: Sample, fields: readonly string[], verify: (path: string) => void): void {
  const faults = fields.flatMap((field) => {
    const value = sample.fields[field];
    const paths = isPath(value) ? [value] : isPathList(value) ? value : [];
    return paths.flatMap((path) => faultOf(() => atField(sample, field, () => verify(path))));
  });
  if (faults.length > 1) throw new TomoErrors(faults);
  for (const fault of faults) throw fault;
}

function faultOf(act: () => void): TomoError[] {
  try {
    act();
    return [];
  } catch (error) {
    if (error instanceof TomoError) return [error];
    throw error;
  }
}

const valuesOf = { image: "intensity", label: "class_index", other: "unknown" } as const;

/** The path in a field, or null after an error. */
function loadable(
  held: FieldFacts,
  field: string,
  argument: readonly (string | number)[],
  kind: string,
  { error }: EffectContext,
): PathFacts | null {
  if (held.holds === "path") return held;
  if (held.holds === "unknown") return { holds: "path", files: null, paths: null };
  if (held.holds === "image")
    error({
      code: "TOMO_LOADED_TWICE",
      message: `the field "${field}" is loaded already`,
      argument,
      expected: `a field that holds the path of ${kind}`,
      hint: `remove "${field}" from the fields of one of the loaders`,
      blame: { field, part: "loadedGrid" },
    });
  else
    error({
      code: "TOMO_FIELD_KIND",
      message: `the field "${field}" holds numbers in the datalist, not a path`,
      argument,
      expected: `the path of ${kind}`,
      hint: "labels of a classification are not loaded: name the image only",
    });
  return null;
}

const loaders: readonly (readonly [ending: RegExp, name: string])[] = [
  [/\.nii(\.gz)?$/i, "LoadNifti"],
  [/\.(png|jpe?g)$/i, "LoadPng"],
];

/** Whether the file is, by the ending of its name, for another loader: then it is not the file that is wrong. */
function isOfOther({ paths }: PathFacts, name: string, kind: string, { error }: EffectContext): boolean {
  const file = paths?.[0];
  const ours = name === "LoadJpg" ? "LoadPng" : name;
  const fitting = file === undefined ? undefined : loaders.find(([ending]) => ending.test(file))?.[1];
  if (file === undefined || fitting === undefined || fitting === ours) return false;
  error({
    code: fitting === "LoadNifti" ? "TOMO_NOT_IMAGE" : "TOMO_NOT_NIFTI",
    message: `${name} reads ${kind}, the datalist names ${basename(file)}`,
    hint: `load it with ${fitting}`,
  });
  return true;
}

/** What the headers of one case say; files of a list are one channel each. Null for a file that cannot be read. */
function headerFacts(
  { paths, files }: PathFacts,
  look: (path: string) => Partial<ImageFacts>,
  context: EffectContext,
): Partial<ImageFacts> | null {
  const channels = files === null || files === 1 ? {} : { channels: files };
  const [first] = paths ?? [];
  if (first === undefined) return channels;
  try {
    const seen = look(first);
    return files === 1 ? seen : { size: seen.size, ...channels };
  } catch (error) {
    if (!(error instanceof TomoError)) throw error;
    context.unreadable(error);
    return null;
  }
}

const isPath = (value: FieldValue | undefined): value is string => typeof value === "string" && value !== "";

const isPathList = (value: FieldValue | undefined): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.every(isPath);

const describe = (value: FieldValue | undefined): string =>
  value === undefined
    ? "nothing"
    : isImage(value)
      ? "an image that is loaded already"
      : JSON.stringify(value);
