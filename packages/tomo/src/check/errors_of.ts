import { TomoError, TomoErrors } from "../errors/tomo_error.ts";

/** The TomoErrors that `act` throws, one by one. @throws what is none */
export function thrownBy(act: () => unknown): readonly TomoError[] {
  try {
    act();
    return [];
  } catch (error) {
    return tomoErrors(error);
  }
}

/** As `thrownBy`, of a promise. */
export async function errorsOf(act: () => Promise<unknown>): Promise<readonly TomoError[]> {
  try {
    await act();
    return [];
  } catch (error) {
    return tomoErrors(error);
  }
}

function tomoErrors(error: unknown): readonly TomoError[] {
  if (error instanceof TomoErrors) return error.errors;
  if (error instanceof TomoError) return [error];
  throw error;
}
