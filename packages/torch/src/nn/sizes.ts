/** One number for all spatial axes, or one an axis. */
export type PerAxis = number | readonly number[];

/** One entry an axis. Throws RangeError when a list has another length. */
export function perAxis(value: PerAxis, axes: number): readonly number[] {
  if (typeof value === "number") return new Array<number>(axes).fill(value);
  if (value.length !== axes) throw new RangeError(`expected ${axes} entries, got [${value.join(", ")}]`);
  return value;
}

export const product = (values: readonly number[]): number =>
  values.reduce((total, value) => total * value, 1);
