/** Maps values to pixels, with the values worth a tick. */
export interface Scale {
  readonly toPixel: (value: number) => number;
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
}

/** @param from Pixel of the smallest value. @param to Pixel of the largest. */
export function linearScale(values: readonly number[], from: number, to: number): Scale {
  const { low, high, step } = niceRange(values);
  const toPixel = (value: number) => from + ((value - low) / (high - low)) * (to - from);
  const count = Math.round((high - low) / step);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks = Array.from({ length: count + 1 }, (_, n) => low + n * step);
  return { toPixel, ticks: ticks.map((value) => ({ value, text: tickText(value, digits) })) };
}

/** Steps or epochs: the axis ends with the last one, ticks are whole numbers. */
export function stepScale(values: readonly number[], from: number, to: number): Scale {
  const [least, most] = values.length > 0 ? [Math.min(...values), Math.max(...values)] : [0, 1];
  const [low, high] = most > least ? [least, most] : [least - 0.5, least + 0.5];
  const step = Math.max(1, niceStep((high - low) / 6));
  const first = Math.ceil(low / step) * step;
  const ticks = Array.from({ length: Math.floor((high - first) / step) + 1 }, (_, n) => first + n * step);
  return {
    toPixel: (value) => from + ((value - low) / (high - low)) * (to - from),
    ticks: ticks.map((value) => ({ value, text: tickText(value, 0) })),
  };
}

/** Decades, with 2 and 5 between them where there are few. Values that are not positive have no place. */
export function logScale(values: readonly number[], from: number, to: number): Scale {
  const positive = values.filter((value) => value > 0);
  const [least, most] = positive.length > 0 ? [Math.min(...positive), Math.max(...positive)] : [1, 10];
  const first = Math.floor(Math.log10(least) + 1e-9);
  const last = Math.max(first + 1, Math.ceil(Math.log10(most) - 1e-9));
  const toPixel = (value: number) =>
    value > 0 ? from + ((Math.log10(value) - first) / (last - first)) * (to - from) : Number.NaN;
  const steps = last - first <= 2 ? [1, 2, 5] : [1];
  const ticks = Array.from({ length: last - first + 1 }, (_, n) => first + n).flatMap((power) =>
    steps.map((step) => ({
      value: step * 10 ** power,
      text: tickText(step * 10 ** power, Math.max(0, -power)),
    })),
  );
  return { toPixel, ticks: ticks.filter(({ value }) => value <= 10 ** last * (1 + 1e-9)) };
}

/** Whole ticks around the values, some five of them. */
function niceRange(values: readonly number[]): { low: number; high: number; step: number } {
  const finite = values.filter(Number.isFinite);
  const [least, most] = finite.length > 0 ? [Math.min(...finite), Math.max(...finite)] : [0, 1];
  const step = niceStep((most > least ? most - least : Math.abs(most) || 1) / 5);
  const low = Math.floor(least / step + 1e-9) * step;
  const high = Math.ceil(most / step - 1e-9) * step;
  return { low, high: high > low ? high : low + step, step };
}

/** 1, 2 or 5 times a power of ten, at least `rough`. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= rough * (1 - 1e-9)) ?? 10);
}

function tickText(value: number, digits: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-4))
    return Number(value.toPrecision(6)).toExponential().replace("e+", "e");
  return value.toFixed(digits <= 4 ? digits : 0);
}
