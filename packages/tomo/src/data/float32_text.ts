/** Decimal digits that tell any two float32 numbers apart. */
const enoughDigits = 9;
/** Numbers of so many digits or fewer are found among the roundings to as many, since float32 keeps them apart. */
const safeDigits = 6;
const smallestNormal = 2 ** -126;

/**
 * The shortest decimal text that reads back as the same float32: 0.1, not 0.10000000149011612. Of two such texts the
 * nearer, of two equally near ones the larger (NumPy: the even one). Other numbers are rounded to float32 first;
 * non-finite values are nan, inf and -inf.
 */
export function float32Text(value: number): string {
  const single = Math.fround(value);
  if (Number.isNaN(single)) return "nan";
  const sign = single < 0 || Object.is(single, -0) ? "-" : "";
  const size = Math.abs(single);
  return sign + (size === Number.POSITIVE_INFINITY ? "inf" : shortest(size));
}

function shortest(size: number): string {
  for (let digits = size < smallestNormal ? 1 : safeDigits; digits < enoughDigits; digits++) {
    const [mantissa, exponent] = size.toExponential(digits - 1).split("e") as [string, string];
    const nearest = Number(mantissa.replace(".", ""));
    // below a power of two the float32 lie closer, so there the nearest may be lost and the next one above still fit
    for (const integer of [nearest, nearest + 1]) {
      const text = Number(`${integer}e${Number(exponent) - digits + 1}`);
      if (Math.fround(text) === size) return String(text);
    }
  }
  return String(Number(size.toPrecision(enoughDigits)));
}
