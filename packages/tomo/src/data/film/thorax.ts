import type { RandomStream } from "../random.ts";
import { type Anatomy, lungs, type Side, sides } from "./anatomy.ts";
import { drawBones } from "./bones.ts";
import { edge, everywhere, type FilmCanvas, type Line, type Point } from "./canvas.ts";
import { ellipse, texture, within } from "./shapes.ts";

/** A chest without findings, from the skin inwards. */
export function drawThorax(canvas: FilmCanvas, anatomy: Anatomy, random: RandomStream): void {
  drawBody(canvas, anatomy, random);
  drawLungs(canvas, anatomy, random);
  for (const side of sides) canvas.stroke(...vessels(anatomy, side, random));
  drawMiddle(canvas, anatomy);
  for (const side of sides) drawBones(canvas, anatomy, side, random);
  if (random.bernoulli(0.7)) drawMarker(canvas, random);
}

const air = 430;

function drawBody(canvas: FilmCanvas, anatomy: Anatomy, random: RandomStream): void {
  const waist = random.uniform(0.93, 1.02);
  const fat = texture(random, 0.5);
  canvas.paint(everywhere, (_, x, y) => {
    const shoulders = edge(y + 0.92, 0.13);
    const outline = 0.27 + (1.4 - 0.27) * shoulders - (1.4 - waist) * edge(y + 0.5, 0.2);
    const depth = 1 - Math.abs(x) / outline;
    if (depth <= 0) return air;
    const abdomen = 330 * edge(y - 0.5 * (anatomy.base[-1] + anatomy.base[1]), 0.25);
    return air + (3600 + abdomen + 60 * fat(x, y) - air) * depth ** 0.2;
  });
  if (anatomy.hasBreasts)
    for (const side of sides) canvas.add(ellipse([side * 0.5, 0.36], [0.36, 0.3], 0.06), 230);
  if (random.bernoulli(0.5)) {
    const stomach: Point = [random.uniform(0.36, 0.5), anatomy.base[1] + random.uniform(0.02, 0.08)];
    canvas.add(ellipse(stomach, [random.uniform(0.1, 0.17), random.uniform(0.05, 0.09)], 0.03), -900);
  }
}

function drawLungs(canvas: FilmCanvas, anatomy: Anatomy, random: RandomStream): void {
  const inside = lungs(anatomy, 0.018);
  const grain = texture(random, 0.07);
  canvas.paint([-1, -1, 1, 1], (old, x, y) => {
    const share = inside(x, y);
    if (share === 0) return old;
    // more tissue lies before and behind the lungs towards the base and the middle
    const value = anatomy.lung + 260 * edge(y - 0.15, 0.5) + 45 * grain(x, y) + 160 * (0.5 - Math.abs(x));
    return old + (value - old) * share;
  });
  for (const side of sides) canvas.add(ellipse(anatomy.hilum[side], [0.06, 0.12], 0.06, side * -0.3), 520);
}

/** Arteries that leave the hilum and fork, thinner and fainter outwards. */
function vessels(anatomy: Anatomy, side: Side, random: RandomStream): Line[] {
  const [x, y] = anatomy.hilum[side];
  return Array.from({ length: 9 }, (_, n) => {
    const angle = -1.25 + (2.5 * (n + random.uniform(0.2, 0.8))) / 9;
    const trunk = branch(random, [x, y + 0.07 * angle], side, angle, random.uniform(0.22, 0.4));
    const fork = trunk.at(-1) ?? [x, y];
    const twigs = [-0.35, 0.3].map((turn) =>
      branch(random, fork, side, angle + turn, random.uniform(0.1, 0.22)),
    );
    return [
      { points: trunk, amount: 380, width: 0.034, end: 0.014 },
      ...twigs.map((points) => ({ points, amount: 250, width: 0.014, end: 0.006 })),
    ];
  }).flat();
}

function branch(random: RandomStream, from: Point, side: Side, angle: number, length: number): Point[] {
  const bend = random.uniform(-0.5, 0.5);
  const points = [from];
  let [x, y] = from;
  for (let n = 0; n < 4; n++) {
    const direction = angle + (bend * n) / 4;
    x += side * Math.cos(direction) * (length / 4);
    y += Math.sin(direction) * (length / 4);
    points.push([x, y]);
  }
  return points;
}

/** Heart, aorta, spine, trachea. */
function drawMiddle(canvas: FilmCanvas, anatomy: Anatomy): void {
  const size = anatomy.heart;
  const aboveDiaphragm = (_: number, y: number) => edge(anatomy.base[1] - y, 0.12);
  for (const part of [
    ellipse([0.02 + 0.15 * size, 0.36], [0.33 * size, 0.21 * size], 0.025, 0.55),
    ellipse([-0.03 - 0.06 * size, 0.34], [0.16 * size, 0.23 * size], 0.025),
    ellipse([0.07, 0.3 - 0.22 * size], [0.16, 0.17 * size], 0.04),
    ellipse([0.11, -0.25], [0.1, 0.1], 0.02),
  ])
    canvas.cover(within(part, aboveDiaphragm), 3620);
  canvas.paint([-0.2, -2, 0.2, 2], (old, x, y) => {
    const discs = 0.75 + 0.25 * Math.cos((2 * Math.PI * y) / 0.13) ** 2;
    return old + 260 * discs * edge(0.085 - Math.abs(x), 0.02);
  });
  const bronchus = (side: Side): Line => ({
    points: [
      [0, -0.3],
      [side * 0.15, -0.14],
    ],
    amount: -380,
    width: 0.06,
  });
  const trachea: Line = {
    points: [
      [0, -1.5],
      [0, -0.3],
    ],
    amount: -520,
    width: 0.1,
  };
  canvas.stroke(trachea, ...sides.map(bronchus));
}

/** The radiographer's letter L, of lead. */
function drawMarker(canvas: FilmCanvas, random: RandomStream): void {
  const [x, y] = [random.uniform(0.8, 0.92), random.uniform(-1, -0.92)];
  const letter: Point[] = [
    [x, y],
    [x, y + 0.09],
    [x + 0.05, y + 0.09],
  ];
  canvas.stroke({ points: letter, amount: 2600, width: 0.016 });
}
