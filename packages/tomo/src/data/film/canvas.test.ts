import { describe, expect, it } from "vitest";
import { edge, everywhere, FilmCanvas, type View } from "./canvas.ts";
import { ellipse } from "./shapes.ts";

const view: View = { width: 40, height: 30, scale: 10, centre: [20, 15], tilt: 0 };
const at = (canvas: FilmCanvas, x: number, y: number) => canvas.values[y * view.width + x];

describe("edge", () => {
  it("rises smoothly from 0 to 1 across the border", () => {
    expect([-1, -0.5, 0, 0.5, 1].map((depth) => edge(depth, 0.5))).toEqual([0, 0, 0.5, 1, 1]);
  });
});

describe("FilmCanvas", () => {
  it("paints in chest units around the centre", () => {
    const canvas = new FilmCanvas(view);
    canvas.add(ellipse([0.5, -0.5], [0.3, 0.3], 0.01), 100);
    expect(at(canvas, 25, 10)).toBeCloseTo(100);
    expect(at(canvas, 20, 15)).toBe(0);
    const sum = canvas.values.reduce((total, value) => total + value);
    expect(sum / 100).toBeCloseTo(Math.PI * 9, -1);
  });

  it("turns with the view: a quarter clockwise brings what is above to the right", () => {
    const canvas = new FilmCanvas({ ...view, tilt: Math.PI / 2 });
    canvas.add(ellipse([0, -1], [0.2, 0.2], 0.01), 100);
    expect(at(canvas, 30, 15)).toBeCloseTo(100);
  });

  it("counts crossing lines once and leaves nothing behind for the next ones", () => {
    const canvas = new FilmCanvas(view);
    const across = { points: [[-1, 0] as const, [1, 0] as const], amount: 50, width: 0.4 };
    const down = { points: [[0, -1] as const, [0, 1] as const], amount: 80, width: 0.4 };
    canvas.stroke(across, down);
    const crossing = at(canvas, 20, 15) ?? 0;
    expect(crossing).toBeGreaterThan(60);
    expect(crossing).toBeLessThanOrEqual(80);
    const before = canvas.values.slice();
    canvas.stroke({ ...across, amount: 0 });
    expect(canvas.values).toEqual(before);
  });

  it("takes lines that thin or leave the film, and boxes beyond it", () => {
    const canvas = new FilmCanvas(view);
    canvas.stroke({ points: [[-9, 0] as const, [9, 0] as const], amount: -10, width: 0.4, end: 0 });
    canvas.stroke({ points: [[0, 0] as const, [0, 0] as const], amount: 10, width: 0.1 });
    canvas.stroke({ points: [[0, 0] as const], amount: 10, width: 0.1 });
    canvas.paint([5, 5, 6, 6], () => Number.NaN);
    canvas.paint(everywhere, (old) => old + 1);
    expect(canvas.values.every(Number.isFinite)).toBe(true);
  });
});
