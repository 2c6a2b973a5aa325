import type { RandomStream } from "../random.ts";
import { type Anatomy, lateralBorder, type Side } from "./anatomy.ts";
import type { FilmCanvas, Point } from "./canvas.ts";
import { ellipse } from "./shapes.ts";

/** Nine ribs, each from the spine outwards, then, fainter, forwards and down; clavicle, scapula, humerus. */
export function drawBones(canvas: FilmCanvas, anatomy: Anatomy, side: Side, random: RandomStream): void {
  const bottom = Math.max(anatomy.base[-1], anatomy.base[1]);
  for (let n = 0; n < 9; n++) {
    const { behind, before } = ribCourse(
      anatomy,
      side,
      anatomy.apex + 0.07 + (n * (bottom - anatomy.apex)) / 9.6,
    );
    const lowerRim = behind.map(([x, y]): Point => [x, y + 0.022]);
    canvas.stroke(
      { points: behind, amount: 250, width: 0.055 },
      { points: lowerRim, amount: 340, width: 0.016 },
      { points: before, amount: 130, width: 0.05, end: 0.06 },
    );
  }
  const lift = random.uniform(-0.04, 0.03);
  const mirrored = (points: readonly Point[]): Point[] => points.map(([x, y]) => [side * x, y + lift]);
  const clavicle = mirrored([
    [0.09, -0.58],
    [0.25, -0.66],
    [0.5, -0.74],
    [0.75, -0.76],
    [1.0, -0.8],
  ]);
  const scapula = mirrored([
    [0.95, -0.62],
    [0.78, -0.3],
    [0.74, 0],
    [0.86, -0.2],
    [1.05, -0.5],
  ]);
  canvas.stroke({ points: clavicle, amount: 420, width: 0.06, end: 0.05 });
  canvas.stroke({ points: scapula, amount: 170, width: 0.045 });
  canvas.add(ellipse([side * 1.12, -0.7], [0.14, 0.14], 0.04), 380);
}

/** Courses of the back and the front part of the rib that leaves the spine at the height y. */
export function ribCourse(
  anatomy: Anatomy,
  side: Side,
  y: number,
): { readonly behind: Point[]; readonly before: Point[] } {
  const turn = y + 0.2;
  const reach = lateralBorder(anatomy, turn) + 0.02;
  const steps = Array.from({ length: 9 }, (_, n) => n / 8);
  return {
    behind: steps.map((s) => {
      const out = Math.sin((s * Math.PI) / 2);
      return [side * (0.09 + (reach - 0.09) * out), y - 0.04 * Math.sin(Math.PI * s) + 0.2 * s ** 2.2];
    }),
    before: steps.map((s) => {
      const back = 1 - Math.cos((s * Math.PI) / 2);
      return [side * (reach - (reach - 0.28) * back), turn + 0.24 * s ** 0.8];
    }),
  };
}
