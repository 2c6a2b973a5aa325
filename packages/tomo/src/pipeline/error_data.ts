import { TorchError } from "@tomo/torch";
import type { ErrorCode } from "../errors/catalogue.ts";
import { TomoError, type Where } from "../errors/tomo_error.ts";

/** A TomoError as plain data, so that a worker can hand it over. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  readonly where: Where;
  readonly given?: string;
  readonly expected?: string;
  readonly hint?: string;
  readonly cause?: { readonly name: string; readonly message: string; readonly stack?: string };
}

/** Lack of memory becomes TOMO_OUT_OF_MEMORY; what else is no TomoError is a fault of Tomo, TOMO_INTERNAL. */
export function errorData(error: unknown): ErrorData {
  if (error instanceof TorchError && error.code === "TORCH_OUT_OF_MEMORY")
    return { code: "TOMO_OUT_OF_MEMORY", message: error.message, where: {}, cause: causeData(error) };
  if (!(error instanceof TomoError))
    return { code: "TOMO_INTERNAL", message: causeData(error).message, where: {}, cause: causeData(error) };
  const { code, message, where, given, expected, hint } = error;
  const cause = error.cause === undefined ? undefined : causeData(error.cause);
  return { code, message, where, given, expected, hint, cause };
}

export function errorFromData({ code, message, cause, ...details }: ErrorData): TomoError {
  return new TomoError(code, message, {
    ...details,
    cause: cause && Object.assign(new Error(cause.message), cause),
  });
}

const causeData = (cause: unknown) =>
  cause instanceof Error
    ? { name: cause.name, message: cause.message, stack: cause.stack }
    : { name: "Error", message: String(cause) };
