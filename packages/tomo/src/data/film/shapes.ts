import type { RandomStream } from "../random.ts";
import { edge, length2, type Point, type Shape } from "./canvas.ts";

/** An ellipse of radii `[a, b]`, turned clockwise by `tilt` radians, with a border of 2·soft. */
export function ellipse(centre: Point, radii: Point, soft: number, tilt = 0): Shape {
  return lobed(centre, radii, soft, tilt, []);
}

/** A lump: an ellipse whose outline bulges irregularly by the share `roughness`. */
export function lump(
  random: RandomStream,
  centre: Point,
  radii: Point,
  soft: number,
  roughness: number,
): Shape {
  const bulges = [2, 3, 5].map((lobes) => ({
    lobes,
    height: roughness * random.uniform(0.3, 1) * Math.sqrt(2 / lobes),
    phase: random.uniform(0, 2 * Math.PI),
  }));
  return lobed(centre, radii, soft, random.uniform(0, Math.PI), bulges);
}

interface Bulge {
  readonly lobes: number;
  readonly height: number;
  readonly phase: number;
}

function lobed([cx, cy]: Point, [a, b]: Point, soft: number, tilt: number, bulges: readonly Bulge[]): Shape {
  const [cos, sin] = [Math.cos(tilt), Math.sin(tilt)];
  const reach = Math.max(a, b) * (1 + bulges.reduce((sum, { height }) => sum + height, 0)) + soft;
  return {
    box: [cx - reach, cy - reach, cx + reach, cy + reach],
    cover: (x, y) => {
      const u = (cos * (x - cx) + sin * (y - cy)) / a;
      const v = (cos * (y - cy) - sin * (x - cx)) / b;
      let outline = 1;
      if (bulges.length > 0) {
        const angle = Math.atan2(v, u);
        for (const { lobes, height, phase } of bulges) outline += height * Math.sin(lobes * angle + phase);
      }
      return edge((outline - length2(u, v)) * Math.min(a, b), soft);
    },
  };
}

/** Both at once: a shape seen only where `mask` lets it. */
export const within = (shape: Shape, mask: (x: number, y: number) => number): Shape => ({
  box: shape.box,
  cover: (x, y) => {
    const cover = shape.cover(x, y);
    return cover > 0 ? cover * mask(x, y) : 0;
  },
});

/** Smooth random texture of mean 0 and values around ±1, its grains about `size` wide. */
export function texture(random: RandomStream, size: number): (x: number, y: number) => number {
  const waves = Array.from({ length: 6 }, () => {
    const angle = random.uniform(0, 2 * Math.PI);
    const pitch = (2 * Math.PI) / (size * random.uniform(1.2, 3));
    const phase = random.uniform(0, 2 * Math.PI);
    return { kx: pitch * Math.cos(angle), ky: pitch * Math.sin(angle), phase };
  });
  return (x, y) => {
    let sum = 0;
    for (const { kx, ky, phase } of waves) sum += Math.sin(kx * x + ky * y + phase);
    return sum / 1.7;
  };
}
