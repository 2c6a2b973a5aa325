import type { RandomStream } from "../random.ts";
import { type Anatomy, lungs, pointInLung, type Side, sides } from "./anatomy.ts";
import { edge, type FilmCanvas, type Line, type Point } from "./canvas.ts";
import { ellipse, lump, texture, within } from "./shapes.ts";

const somewhere = (random: RandomStream, anatomy: Anatomy, margin: number): Point =>
  pointInLung(random, anatomy, random.pick(sides), margin);

/** One or two round spots up to 3 cm. */
export function nodules(canvas: FilmCanvas, anatomy: Anatomy, random: RandomStream): void {
  for (let n = random.integer(1, 3); n > 0; n--) {
    const radius = random.uniform(0.04, 0.065);
    const spot = lump(random, somewhere(random, anatomy, 0.07), [radius, radius], 0.014, 0.1);
    canvas.add(spot, random.uniform(800, 1100));
  }
}

/** A lobed opacity of more than 3 cm. */
export function mass(canvas: FilmCanvas, anatomy: Anatomy, random: RandomStream): void {
  const radius = random.uniform(0.13, 0.19);
  const place = somewhere(random, anatomy, 0.1);
  const shape = lump(random, place, [radius, radius * random.uniform(0.75, 1)], 0.03, 0.16);
  canvas.add(within(shape, lungs(anatomy, 0.02)), random.uniform(950, 1250));
}

/** Up to four calcified grains. */
export function granulomas(canvas: FilmCanvas, anatomy: Anatomy, random: RandomStream): void {
  for (let n = random.integer(1, 5); n > 0; n--) {
    const radius = random.uniform(0.014, 0.024);
    canvas.add(ellipse(somewhere(random, anatomy, 0.05), [radius, radius], 0.006), 1900);
  }
}

/** Lines drawn together from all around towards one place. */
export function distortion(canvas: FilmCanvas, anatomy: Anatomy, random: RandomStream): void {
  const [x, y] = somewhere(random, anatomy, 0.14);
  const count = random.integer(9, 14);
  const rays = Array.from({ length: count }, (_, n): Line => {
    const angle = (2 * Math.PI * (n + random.uniform(-0.3, 0.3))) / count;
    const length = random.uniform(0.12, 0.26);
    const bend = random.uniform(-0.5, 0.5);
    const points = [0, 0.33, 0.66, 1].map(
      (s): Point => [
        x + s * length * Math.cos(angle + bend * s),
        y + s * length * Math.sin(angle + bend * s),
      ],
    );
    return { points, amount: 620, width: 0.022, end: 0.006 };
  });
  canvas.stroke(...rays);
  canvas.add(lump(random, [x, y], [0.04, 0.04], 0.03, 0.2), 500);
}

/** Two to four straight bands side by side. */
export function scars(canvas: FilmCanvas, anatomy: Anatomy, random: RandomStream): void {
  const [x, y] = somewhere(random, anatomy, 0.1);
  const angle = random.uniform(-0.9, 0.9);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const bands = Array.from({ length: random.integer(2, 5) }, (_, n): Line => {
    const [along, across] = [random.uniform(-0.05, 0.05), 0.055 * (n - 1.5)];
    const half = random.uniform(0.09, 0.17);
    const points = [-half, 0, half].map(
      (s): Point => [
        x + (s + along) * cos - (across + 0.3 * s * s) * sin,
        y + (s + along) * sin + (across + 0.3 * s * s) * cos,
      ],
    );
    return { points, amount: 800, width: 0.02, end: 0.014 };
  });
  canvas.stroke(...bands);
}

/** Fluffy patches that run into each other. */
export function infiltrate(canvas: FilmCanvas, anatomy: Anatomy, random: RandomStream): void {
  const side = random.pick(sides);
  const [x, y] = pointInLung(random, anatomy, side, 0.12);
  const flakes = texture(random, 0.05);
  const mask = lungs(anatomy, 0.02);
  const amount = random.uniform(420, 700);
  for (let n = random.integer(3, 6); n > 0; n--) {
    const centre: Point = [x + random.uniform(-0.13, 0.13), y + random.uniform(-0.15, 0.15)];
    const radius = random.uniform(0.08, 0.14);
    const patch = lump(random, centre, [radius, radius], radius * 0.7, 0.25);
    canvas.add(
      within(patch, (px, py) => mask(px, py) * (0.75 + 0.35 * flakes(px, py))),
      amount,
    );
  }
}

/** An airless upper lobe above a sharp fissure, or a lower lobe as a triangle beside the spine. */
export function collapsedLobe(canvas: FilmCanvas, anatomy: Anatomy, random: RandomStream): void {
  const side: Side = anatomy.collapsed ?? 1;
  const mask = lungs(anatomy, 0.02);
  const [, hilum] = anatomy.hilum[side];
  const upper = random.bernoulli(0.5);
  const fissure = hilum - random.uniform(0.08, 0.16);
  const [slope, reach] = [random.uniform(0.35, 0.6), random.uniform(0.75, 1.05)];
  const cover = (x: number, y: number) => {
    const lateral = side * x;
    const depth = upper
      ? fissure - slope * (lateral - 0.1) - 0.25 * (lateral - 0.45) ** 2 - y
      : 0.12 + reach * (y - hilum) - lateral;
    return edge(depth, 0.012) * mask(x, y);
  };
  canvas.cover({ box: [-1, -1, 1, 1], cover: (x, y) => (side * x > 0 ? 0.85 * cover(x, y) : 0) }, 3500);
}

/** Dark, thin-walled bubbles in the upper lungs; the lungs' size and the flat diaphragm are part of the anatomy. */
export function bullae(canvas: FilmCanvas, anatomy: Anatomy, random: RandomStream): void {
  for (let n = random.integer(1, 4); n > 0; n--) {
    const centre = somewhere(random, anatomy, 0.1);
    const radii: Point = [random.uniform(0.06, 0.1), random.uniform(0.07, 0.12)];
    canvas.add(ellipse(centre, radii, 0.01), 170);
    canvas.add(ellipse(centre, [radii[0] - 0.014, radii[1] - 0.014], 0.012), -420);
  }
}
