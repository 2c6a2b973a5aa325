import { RandomStream } from "./random.ts";

/** A synthetic abdominal CT: Hounsfield units and a spleen mask, first index fastest, axes Right, Anterior, Superior. */
export interface Phantom {
  readonly shape: readonly [number, number, number];
  /** mm. */
  readonly spacing: readonly [number, number, number];
  /** Hounsfield units. */
  readonly image: Int16Array;
  /** 1 = spleen. */
  readonly label: Uint8Array;
}

/** Centre and radii in units of the body: x right, y anterior, z superior, each from -1 to 1. */
interface Organ {
  readonly hu: number;
  readonly centre: readonly [number, number, number];
  readonly radii: readonly [number, number, number];
  /** Rotation in the axial plane, radians. */
  readonly tilt: number;
  /** Depth of the bumps on the surface, as a share of the radius, and their phases. */
  readonly bump: number;
  readonly phases: readonly [number, number, number];
  readonly isSpleen?: boolean;
}

/**
 * A body with fat, muscle, spine, lung bases, liver, stomach, kidneys, aorta and an off-centre spleen, all varied by
 * the seed. Liver and spleen have nearly the same intensity, so a network has to learn place and shape, not a threshold.
 */
export function ctPhantom(
  seed: number,
  shape: readonly [number, number, number],
  spacing: readonly [number, number, number] = [3, 3, 4],
): Phantom {
  const random = new RandomStream({ seed, epoch: 0, index: 0, transform: 0 });
  const organs = drawOrgans(random);
  const waist = random.uniform(0.68, 0.78);
  const count = shape[0] * shape[1] * shape[2];
  const image = new Int16Array(count);
  const label = new Uint8Array(count);
  let at = 0;
  for (let k = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++)
      for (let i = 0; i < shape[0]; i++, at++) {
        const x = (2.3 * (i + 0.5)) / shape[0] - 1.15;
        const y = (1.72 * (j + 0.5)) / shape[1] - 0.86;
        const z = (2 * (k + 0.5)) / shape[2] - 1;
        const [hu, spleen] = tissueAt(x, y, z, organs, waist);
        image[at] = Math.round(hu + 14 * random.normal());
        label[at] = spleen ? 1 : 0;
      }
  return { shape, spacing, image, label };
}

function drawOrgans(random: RandomStream): Organ[] {
  const around = (value: number, by: number) => random.uniform(value - by, value + by);
  const organ = (
    hu: number,
    centre: Organ["centre"],
    radii: Organ["radii"],
    bump = 0.06,
    tilt = 0,
  ): Organ => ({
    hu: around(hu, 8),
    centre: [around(centre[0], 0.05), around(centre[1], 0.05), around(centre[2], 0.08)],
    radii: [
      around(radii[0], radii[0] * 0.15),
      around(radii[1], radii[1] * 0.15),
      around(radii[2], radii[2] * 0.15),
    ],
    tilt: around(tilt, 0.25),
    bump,
    phases: [random.uniform(0, 6.3), random.uniform(0, 6.3), random.uniform(0, 6.3)],
  });
  return [
    organ(-820, [0.42, 0.05, 1.05], [0.38, 0.42, 0.45]),
    organ(-820, [-0.42, 0.05, 1.05], [0.38, 0.42, 0.45]),
    organ(108, [0.4, 0.12, 0.2], [0.42, 0.4, 0.6], 0.1),
    organ(20, [-0.22, 0.28, 0.15], [0.26, 0.2, 0.45], 0.12),
    organ(165, [0.33, -0.3, -0.5], [0.14, 0.13, 0.36], 0.05),
    organ(165, [-0.33, -0.3, -0.45], [0.14, 0.13, 0.36], 0.05),
    organ(170, [-0.05, -0.25, 0], [0.075, 0.075, 3], 0),
    { ...organ(118, [-0.58, -0.18, 0.1], [0.17, 0.31, 0.42], 0.13, 0.5), isSpleen: true },
    organ(420, [0, -0.5, 0], [0.15, 0.14, 3], 0.1),
  ];
}

/** Hounsfield units of the last organ that covers the point, else muscle, fat, or air around the body. */
function tissueAt(
  x: number,
  y: number,
  z: number,
  organs: readonly Organ[],
  waist: number,
): [number, boolean] {
  const radius = Math.hypot(x, y / waist);
  if (radius > 1) return [-1000, false];
  if (radius > 0.9) return [-100, false];
  for (let o = organs.length - 1; o >= 0; o--)
    if (covers(organs[o]!, x, y, z)) return [organs[o]!.hu, organs[o]!.isSpleen === true];
  return [radius > 0.8 ? 55 : -90 + 140 * (0.5 + 0.5 * Math.sin(9 * x + 2 * z) * Math.cos(8 * y)), false];
}

function covers(organ: Organ, x: number, y: number, z: number): boolean {
  const [dx, dy] = [x - organ.centre[0], y - organ.centre[1]];
  const [cos, sin] = [Math.cos(organ.tilt), Math.sin(organ.tilt)];
  const u = (cos * dx + sin * dy) / organ.radii[0];
  const v = (cos * dy - sin * dx) / organ.radii[1];
  const w = (z - organ.centre[2]) / organ.radii[2];
  const [p, q, r] = organ.phases;
  const bumps = Math.sin(4 * u + p) + Math.sin(4 * v + q) + Math.sin(4 * w + r);
  return u * u + v * v + w * w < (1 + organ.bump * bumps) ** 2;
}
