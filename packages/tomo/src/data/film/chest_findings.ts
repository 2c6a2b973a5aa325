import type { RandomStream } from "../random.ts";
import { type Anatomy, lateralBorder, type Side, sides } from "./anatomy.ts";
import { ribCourse } from "./bones.ts";
import type { FilmCanvas, Point } from "./canvas.ts";
import { lump } from "./shapes.ts";

/** Enlarged, lobed nodes around the hilum of a side. */
export const hilarMass =
  (side: Side) =>
  (canvas: FilmCanvas, anatomy: Anatomy, random: RandomStream): void => {
    const [x, y] = anatomy.hilum[side];
    for (let n = 0; n < 3; n++) {
      const centre: Point = [
        x + side * random.uniform(0, 0.1),
        y + 0.1 * (n - 1) + random.uniform(-0.03, 0.03),
      ];
      const radius = random.uniform(0.07, 0.105);
      canvas.add(lump(random, centre, [radius, radius], 0.025, 0.1), random.uniform(420, 620));
    }
  };

/** Dense swellings of ribs, or a lump under the skin. */
export function lesionOfWall(canvas: FilmCanvas, anatomy: Anatomy, random: RandomStream): void {
  const side = random.pick(sides);
  if (random.bernoulli(0.5)) {
    const y = random.uniform(-0.25, 0.5);
    const centre: Point = [side * (lateralBorder(anatomy, y) + random.uniform(0.1, 0.17)), y];
    const radius = random.uniform(0.09, 0.13);
    canvas.cover(lump(random, centre, [radius, radius * 1.3], 0.02, 0.08), 3750);
    return;
  }
  for (let n = random.integer(1, 4); n > 0; n--) {
    const { behind } = ribCourse(anatomy, side, random.uniform(-0.6, 0.3));
    const centre = behind[random.integer(2, 8)] ?? [side * 0.5, 0];
    canvas.add(
      lump(random, centre, [random.uniform(0.06, 0.09), random.uniform(0.04, 0.055)], 0.015, 0.15),
      random.uniform(850, 1100),
    );
  }
}
