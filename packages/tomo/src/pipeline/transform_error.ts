import { TorchError } from "@tomo/torch";
import type { FieldValue, Sample } from "../data/sample.ts";
import { TomoError, type Where } from "../errors/tomo_error.ts";
import type { TransformSpec } from "./transform_list.ts";

/** `transform 3 (ScaleIntensityRange)`; counted from 1, as people count. */
export const transformName = (number: number, { name, alias }: Pick<TransformSpec, "name" | "alias">) =>
  `transform ${number} (${alias === undefined ? name : `${name}#${alias}`})`;

/** Whatever a transform threw, as an error with the case, the transform, the field and the cause. */
export function transformError(
  thrown: unknown,
  sample: Sample,
  spec: TransformSpec,
  number: number,
): TomoError {
  const where = placeOf(thrown, sample, spec);
  const name = transformName(number, spec);
  if (causes(thrown).some(isOutOfMemory))
    return new TomoError("TOMO_OUT_OF_MEMORY", `not enough memory in ${name}`, {
      where,
      hint: "lower num_cache_objects, prefetch_size or num_workers; each worker holds a whole volume at a time",
      cause: rootOf(thrown),
    });
  if (thrown instanceof TomoError && thrown.code !== "TOMO_TRANSFORM_FAILED") {
    const { code, message, given, expected, hint, cause } = thrown;
    return new TomoError(code, message, { where, given, expected, hint, cause });
  }
  const cause = rootOf(thrown);
  return new TomoError("TOMO_TRANSFORM_FAILED", `${name} failed: ${firstLine(cause)}`, { where, cause });
}

/** The place in the data file if the error names one, else the transform's place in the config. */
function placeOf(thrown: unknown, sample: Sample, spec: TransformSpec): Where {
  const own = thrown instanceof TomoError ? thrown.where : {};
  return {
    ...(own.file === undefined ? spec.where : { configPath: spec.where.configPath }),
    ...own,
    case: own.case ?? sample.caseId,
    field: own.field ?? fieldOf(own.file, sample, spec),
  };
}

/** The field that names the file, or the only field that the transform works on. */
function fieldOf(file: string | undefined, sample: Sample, spec: TransformSpec): string | undefined {
  const fields = Array.isArray(spec.args.fields) ? (spec.args.fields as readonly string[]) : [];
  if (fields.length === 1) return fields[0];
  if (file === undefined) return undefined;
  const holds = (value: FieldValue | undefined): boolean =>
    value === file || (Array.isArray(value) && value.some(holds));
  return Object.keys(sample.fields).find((field) => holds(sample.fields[field]));
}

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof TorchError
    ? error.code === "TORCH_OUT_OF_MEMORY"
    : error instanceof RangeError && /allocation failed/i.test(error.message);

/** The error and what caused it, outermost first. */
function causes(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (
    let at = error;
    at !== undefined && !chain.includes(at);
    at = at instanceof Error ? at.cause : undefined
  )
    chain.push(at);
  return chain;
}

/** Below the wrappers that say no more than "a transform failed". */
const rootOf = (error: unknown): unknown =>
  error instanceof TomoError && error.code === "TOMO_TRANSFORM_FAILED" && error.cause !== undefined
    ? rootOf(error.cause)
    : error;

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message || error.name : String(error)).split("\n", 1)[0]!;
