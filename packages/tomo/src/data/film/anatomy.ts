import type { RandomStream } from "../random.ts";
import { edge, type Point } from "./canvas.ts";

/** -1: the patient's right, on the left of the film; 1: the patient's left. */
export type Side = -1 | 1;
export const sides: readonly Side[] = [-1, 1];

/** What varies from patient to patient, in chest units. */
export interface Anatomy {
  /** y of the apex of the lungs. */
  readonly apex: number;
  /** Distance of the lateral border from the middle, at the widest place. */
  readonly lungWidth: number;
  /** y of the costophrenic angles; of the right and the left lung. */
  readonly base: Readonly<Record<Side, number>>;
  /** How far the diaphragm rises above its angle. */
  readonly dome: number;
  /** Grey value of the lungs. */
  readonly lung: number;
  /** Size of the heart; 1 is a chest-heart ratio of about 0.45. */
  readonly heart: number;
  readonly hilum: Readonly<Record<Side, Point>>;
  readonly hasBreasts: boolean;
  /** The side with a collapsed lobe, whose diaphragm is drawn up. */
  readonly collapsed: Side | null;
}

/** What findings change in the anatomy as a whole. */
export interface Disorders {
  readonly largeHeart: boolean;
  /** Overinflated lungs. */
  readonly overinflated: boolean;
  readonly collapsed: boolean;
}

export function drawAnatomy(random: RandomStream, disorders: Disorders): Anatomy {
  const around = (value: number, by: number) => random.uniform(value - by, value + by);
  const collapsed = disorders.collapsed ? random.pick(sides) : null;
  const { largeHeart, overinflated } = disorders;
  const base = around(0.62, 0.06) + (overinflated ? 0.14 : 0);
  const lift = (side: Side) => (collapsed === side ? random.uniform(0.12, 0.2) : 0);
  const hilum = around(-0.02, 0.03);
  return {
    apex: around(-0.8, 0.03) - (overinflated ? 0.03 : 0),
    lungWidth: around(0.79, 0.03) + (overinflated ? 0.03 : 0),
    base: { [-1]: base - 0.02 - lift(-1), 1: base + 0.02 - lift(1) },
    dome: overinflated ? around(0.05, 0.02) : around(0.19, 0.03),
    lung: around(2490, 150) - (overinflated ? 300 : 0),
    heart: (largeHeart ? around(1.48, 0.13) : around(1, 0.07)) * (overinflated ? 0.86 : 1),
    hilum: { [-1]: [around(-0.19, 0.01), hilum], 1: [around(0.2, 0.01), hilum - 0.06] },
    hasBreasts: random.bernoulli(0.45),
    collapsed,
  };
}

/** Distance of the lateral border of the lungs from the middle, at the height y. */
export function lateralBorder({ apex, base, lungWidth }: Anatomy, y: number): number {
  const up = 1 - Math.min(Math.max((y - apex) / (0.5 * (base[-1] + base[1]) - apex), 0), 1);
  return 0.3 + (lungWidth - 0.3) * Math.sqrt(1 - up * up * up);
}

/** y of the diaphragm at the distance `lateral` from the middle. */
export function diaphragm({ base, dome }: Anatomy, side: Side, lateral: number): number {
  const away = (lateral - 0.4) / (lateral > 0.4 ? 0.42 : 0.7);
  return base[side] - dome * (1 - away * away);
}

/** How deep a point lies in the lung of a side, heart left aside; about a distance, negative outside. */
export function lungDepth(anatomy: Anatomy, side: Side, x: number, y: number): number {
  const lateral = side * x;
  const down = y - anatomy.apex;
  const turn = 1 - Math.min(Math.max(down / 0.3, 0), 1);
  const medialBorder = 0.3 - 0.19 * Math.sqrt(1 - turn * turn);
  return Math.min(
    lateralBorder(anatomy, y) - lateral,
    lateral - medialBorder,
    diaphragm(anatomy, side, lateral) - y,
    down,
  );
}

/** Coverage by the lungs of both sides. */
export const lungs = (anatomy: Anatomy, soft: number) => (x: number, y: number) =>
  edge(lungDepth(anatomy, x < 0 ? -1 : 1, x, y), soft);

/** A random point in the lung, at least `margin` from its border and outside the heart. */
export function pointInLung(random: RandomStream, anatomy: Anatomy, side: Side, margin: number): Point {
  for (let attempt = 0; attempt < 200; attempt++) {
    const lateral = random.uniform(0.15, anatomy.lungWidth);
    const y = random.uniform(anatomy.apex, anatomy.base[side]);
    const clearOfHeart = side === -1 || y < -0.05 || lateral > 0.2 + 0.28 * anatomy.heart;
    if (clearOfHeart && lungDepth(anatomy, side, side * lateral, y) > margin) return [side * lateral, y];
  }
  return [side * 0.45, -0.3];
}
