/** Where (above - corner, left - corner) = (0, 0) stands among 511 rows of 512. */
const middle = 255 * 512 + 255;
let made: { readonly table: Uint8Array; readonly middle: number } | null = null;

/**
 * Paeth's prediction less the corner (the byte above to the left), modulo 256, at
 * `middle + 512 · (above - corner) + (left - corner)`. A look-up, because branches on noise are mispredicted and the
 * arithmetic without branches is a longer chain. Made at first use, in some 3 ms. `middle` comes along because inner
 * loops are faster on local variables than on imported ones.
 */
export function paethTable(): { readonly table: Uint8Array; readonly middle: number } {
  if (made !== null) return made;
  const table = new Uint8Array(511 * 512);
  for (let up = -255; up <= 255; up++)
    for (let across = -255; across <= 255; across++) {
      const toLeft = Math.abs(up);
      const toAbove = Math.abs(across);
      const toCorner = Math.abs(up + across);
      table[middle + 512 * up + across] =
        toLeft <= toAbove && toLeft <= toCorner ? across : toAbove <= toCorner ? up : 0;
    }
  made = { table, middle };
  return made;
}
