/** Red, green, blue: 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

export const black: Colour = [0, 0, 0];
export const white: Colour = [255, 255, 255];

/** Surfaces and text of dark pictures. */
export const dark = {
  background: [16, 18, 22],
  text: [232, 234, 238],
  faint: [150, 156, 166],
} as const satisfies Record<string, Colour>;

/**
 * Colours that people with any colour vision tell apart, bright ones first: Okabe and Ito, "Color Universal Design"
 * (2008), without black.
 */
export const classColours: readonly Colour[] = [
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [240, 228, 66],
  [204, 121, 167],
  [213, 94, 0],
  [0, 114, 178],
];

/** Colour of a class; label maps count from 1, 0 is background. */
export const colourOfClass = (label: number): Colour => classColours[(label - 1) % classColours.length]!;

export const cssColour = (colour: Colour): string => `rgb(${colour.join(",")})`;
