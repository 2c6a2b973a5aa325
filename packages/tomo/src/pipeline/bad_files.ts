import type { DatalistItem } from "../config/datalist_item.ts";
import { TomoError, TomoErrors } from "../errors/tomo_error.ts";
import type { BuiltTransform } from "./transform_list.ts";

const fileFaults = /^TOMO_(FILE_|NOT_|NIFTI_)/;

/** Whether an error says that a file of a case cannot be read, as opposed to one that a transform cannot use. */
export const isFileFault = (error: unknown): error is TomoError =>
  error instanceof TomoError && fileFaults.test(error.code) && error.where.case !== undefined;

/** What is wrong with the files of the cases, as far as a look without decoding tells; a case can have several faults. */
export function fileFaultsOf(
  items: readonly DatalistItem[],
  transforms: readonly BuiltTransform[],
): TomoError[] {
  const checks = transforms.flatMap(({ transform }) => transform.verify ?? []);
  return items.flatMap((item) => checks.flatMap((verify) => faultsOf(() => verify(item), item.caseId)));
}

function faultsOf(verify: () => void, caseId: string): TomoError[] {
  try {
    verify();
    return [];
  } catch (error) {
    const found = error instanceof TomoErrors ? error.errors : [error];
    if (found.some((one) => !(one instanceof TomoError))) throw error;
    return (found as TomoError[]).map((one) => inCase(one, caseId));
  }
}

const inCase = ({ code, message, where, given, expected, hint, cause }: TomoError, caseId: string) =>
  new TomoError(code, message, { where: { ...where, case: caseId }, given, expected, hint, cause });

/** Visits that give null instead of failing when a file of the case cannot be read; each such case is warned of. */
export const withoutBadFiles =
  <T>(visit: (n: number) => Promise<T>, warn: (message: string) => void) =>
  async (n: number): Promise<T | null> => {
    try {
      return await visit(n);
    } catch (error) {
      if (!isFileFault(error)) throw error;
      warn(`case ${error.where.case} is left out: ${error.message}`);
      return null;
    }
  };
