import { TomoError } from "../errors/tomo_error.ts";

/** The TomoError that `act` throws; any other outcome fails the test. */
export function tomoErrorOf(act: () => unknown): TomoError {
  try {
    act();
  } catch (error) {
    if (error instanceof TomoError) return error;
    throw error;
  }
  throw new Error("expected a TomoError, nothing was thrown");
}

/** The TomoError that a promise rejects with; any other outcome fails the test. */
export async function tomoErrorFrom(promise: unknown): Promise<TomoError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof TomoError) return error;
    throw error;
  }
  throw new Error("expected a TomoError, nothing was thrown");
}
