import { describe, expect, it } from "vitest";
import { black, white } from "./palette.ts";
import { newPicture, type Picture } from "./picture.ts";
import { drawText, fitText, fitTextMiddle, lineHeight, textWidth } from "./text.ts";

const written = (text: string, x = 10, align: "left" | "centre" | "right" = "left") => {
  const picture = newPicture(80, lineHeight("small"), black);
  drawText(picture, text, x, 0, { colour: white, align });
  return picture;
};
/** Columns with any ink. */
const inked = ({ width, height, rgb }: Picture) =>
  Array.from({ length: width }, (_, x) => x).filter((x) =>
    Array.from({ length: height }, (_, y) => rgb[3 * (y * width + x)]!).some((value) => value > 60),
  );

describe("drawText", () => {
  it("draws the letters as they look", () => {
    const picture = written("L7");
    const rows = Array.from({ length: picture.height }, (_, y) =>
      Array.from(
        { length: 22 },
        (_, x) => " .:#"[Math.min(3, Math.floor(picture.rgb[3 * (y * 80 + x + 9)]! / 64))]!,
      ).join(""),
    );
    expect(rows.map((row) => row.trimEnd()).join("\n")).toMatchInlineSnapshot(`
      "



        .#       #######
        .#            #:
        .#           .#
        .#           #.
        .#          .#
        .#          #.
        .#         .#
        .#         #.
        .#        .#
        .######.  #.



      "
    `);
  });

  it("draws every printable ASCII letter differently from the others, and the space as nothing", () => {
    const letters = Array.from({ length: 94 }, (_, n) => String.fromCharCode(33 + n));
    const pictures = new Set(letters.map((letter) => written(letter).rgb.join()));
    expect(pictures.size).toBe(94);
    expect(inked(written(" "))).toEqual([]);
  });

  it("aligns by the width it states", () => {
    const width = textWidth("Dice");
    const left = inked(written("Dice", 10));
    expect(inked(written("Dice", 10 + width, "right"))).toEqual(left);
    expect(inked(written("Dice", 10 + width / 2, "centre"))).toEqual(left);
    expect(left[0]).toBeGreaterThanOrEqual(10);
    expect(left.at(-1)).toBeLessThan(10 + width);
  });

  it("drops accents and writes ? for what the font lacks", () => {
    expect(written("é").rgb).toEqual(written("e").rgb);
    expect(written("脾").rgb).toEqual(written("?").rgb);
    expect(textWidth("脾\n")).toBe(textWidth("??"));
  });

  it("darkens the surroundings when asked for a halo", () => {
    const picture = newPicture(40, 20, white);
    drawText(picture, "L", 10, 0, { colour: white, halo: true });
    expect(Math.min(...picture.rgb)).toBeLessThan(60);
  });

  it("does not reach outside the picture", () => {
    const picture = newPicture(5, 5, black);
    drawText(picture, "WWW", -4, -3, { colour: white });
    expect(picture.rgb).toHaveLength(75);
  });
});

describe("fitText", () => {
  it("cuts what is too wide", () => {
    expect(fitText("short", 200)).toBe("short");
    const cut = fitText("a_very_long_case_identifier_of_a_study", 100);
    expect(cut).toMatch(/^a_very.*\.\.\.$/);
    expect(textWidth(cut)).toBeLessThanOrEqual(100);
  });
});

describe("fitTextMiddle", () => {
  it("keeps beginning and end of what is too wide", () => {
    expect(fitTextMiddle("short", 200)).toBe("short");
    const cut = fitTextMiddle("hospital_a/patient_0001/film_17", 120);
    expect(cut).toMatch(/^hospital.*\.\.\..*film_17$/);
    expect(textWidth(cut)).toBeLessThanOrEqual(120);
    expect(textWidth(`${cut}W`)).toBeGreaterThan(110);
  });

  it("cuts between letters, and comes to an end in no room at all", () => {
    expect(fitTextMiddle("\u{1f600}".repeat(40), 60)).toMatch(/^(\u{1f600})+\.\.\.(\u{1f600})+$/u);
    expect(fitTextMiddle("anything", 0)).toBe("...");
  });
});
