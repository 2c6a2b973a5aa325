import type { RandomStream } from "../random.ts";
import { type Anatomy, lateralBorder, lungDepth, lungs, type Side, sides } from "./anatomy.ts";
import { type Box, edge, type FilmCanvas } from "./canvas.ts";
import { ellipse, texture, within } from "./shapes.ts";

const halfOf = (side: Side): Box => (side === -1 ? [-1, -1, 0, 1] : [0, -1, 1, 1]);
/** One side, or both. */
const affected = (random: RandomStream, both: number): readonly Side[] =>
  random.bernoulli(both) ? sides : [random.pick(sides)];

/** Fluid that fills the angle between ribs and diaphragm and climbs along the wall. */
export function effusion(canvas: FilmCanvas, anatomy: Anatomy, random: RandomStream): void {
  const mask = lungs(anatomy, 0.018);
  for (const side of affected(random, 0.5)) {
    const height = random.uniform(0.3, 0.55);
    const level = (lateral: number) => anatomy.base[side] - height * (0.45 + 0.55 * (lateral / 0.79) ** 3);
    canvas.cover(
      {
        box: halfOf(side),
        cover: (x, y) => 0.95 * edge(y - level(Math.abs(x)), 0.025) * mask(x, y),
      },
      3600,
    );
  }
}

/** A lens on the inner wall of the chest, sharp towards the lung. */
export function pleuralMass(canvas: FilmCanvas, anatomy: Anatomy, random: RandomStream): void {
  const side = random.pick(sides);
  const y = random.uniform(anatomy.apex + 0.3, anatomy.base[side] - 0.25);
  const lens = ellipse(
    [side * (lateralBorder(anatomy, y) + 0.02), y],
    [random.uniform(0.15, 0.21), random.uniform(0.19, 0.28)],
    0.012,
  );
  canvas.cover(within(lens, lungs(anatomy, 0.018)), random.uniform(3350, 3600));
}

/** An uneven bright rim along the wall, thickest at the apex. */
export function pleuralThickening(canvas: FilmCanvas, anatomy: Anatomy, random: RandomStream): void {
  const uneven = texture(random, 0.12);
  for (const side of affected(random, 0.5)) {
    const thickness = random.uniform(0.045, 0.075);
    const end = random.uniform(-0.1, 0.4);
    const cover = (x: number, y: number) => {
      const depth = lungDepth(anatomy, side, x, y);
      if (depth < -0.02) return 0;
      const wall = Math.min(lateralBorder(anatomy, y) - side * x, (y - anatomy.apex) * 0.8);
      const rim = thickness * (1 + 0.22 * uneven(x, y) + 0.5 * edge(anatomy.apex + 0.25 - y, 0.1));
      return edge(rim - wall, 0.01) * edge(depth, 0.018) * edge(end - y, 0.06) * edge(side * x - 0.2, 0.06);
    };
    canvas.add({ box: halfOf(side), cover }, random.uniform(700, 950));
  }
}
