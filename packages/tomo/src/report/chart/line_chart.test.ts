import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LineChart, lineChartPicture, lineChartSvg } from "./line_chart.ts";
import { linearScale, logScale, stepScale } from "./scale.ts";

const chart: LineChart = {
  title: "Loss <& co>",
  xLabel: "epoch",
  series: [
    { name: "training", points: [[1, 1], [2, 0.5], [3, Number.NaN], [4, 0.25]], best: "min" }, // biome-ignore format: one row
    { name: "validation", points: [[2, 0.6], [4, 0.4]] }, // biome-ignore format: one row
  ],
};
const values = fc.array(
  fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((value) => (Math.abs(value) < 1e-30 ? 0 : value)),
  { minLength: 1, maxLength: 20 },
);

describe("scales", () => {
  it("linear: holds all values between its pixels, with 2 to 12 evenly spaced ticks", () => {
    fc.assert(
      fc.property(values, (list) => {
        const { toPixel, ticks } = linearScale(list, 100, 0);
        for (const value of list) {
          expect(toPixel(value)).toBeGreaterThanOrEqual(-1e-6);
          expect(toPixel(value)).toBeLessThanOrEqual(100 + 1e-6);
        }
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(12);
        expect(toPixel(ticks[0]!.value)).toBeCloseTo(100, 6);
      }),
    );
  });

  it("linear: names its ticks without noise", () => {
    expect(linearScale([0.1, 0.7], 0, 1).ticks.map(({ text }) => text)).toEqual([
      "0.0",
      "0.2",
      "0.4",
      "0.6",
      "0.8",
    ]);
    expect(linearScale([-120, 930], 0, 1).ticks.map(({ text }) => text)).toEqual([
      "-500",
      "0",
      "500",
      "1000",
    ]);
    expect(linearScale([], 0, 1).ticks.map(({ text }) => text)).toEqual([
      "0.0",
      "0.2",
      "0.4",
      "0.6",
      "0.8",
      "1.0",
    ]);
    expect(linearScale([1e-7, 2e-6], 0, 1).ticks.map(({ text }) => text)).toEqual([
      "0",
      "5e-7",
      "1e-6",
      "1.5e-6",
      "2e-6",
    ]);
  });

  it("steps: whole ticks within the data", () => {
    expect(stepScale([1, 120], 0, 1).ticks.map(({ text }) => text)).toEqual([
      "20",
      "40",
      "60",
      "80",
      "100",
      "120",
    ]);
    expect(stepScale([1, 3], 0, 1).ticks.map(({ value }) => value)).toEqual([1, 2, 3]);
    expect(stepScale([7], 0, 10).toPixel(7)).toBe(5);
    expect(stepScale([], 0, 1).ticks.length).toBeGreaterThan(0);
  });

  it("logarithmic: decades, and no place for what is not positive", () => {
    const { toPixel, ticks } = logScale([0.02, 3, -1, 0], 0, 300);
    expect(toPixel(0.01)).toBeCloseTo(0);
    expect(toPixel(10)).toBeCloseTo(300);
    expect(toPixel(0)).toBeNaN();
    expect(ticks.map(({ text }) => text)).toEqual(["0.01", "0.1", "1", "10"]);
    expect(logScale([1], 0, 1).ticks.map(({ text }) => text)).toEqual(["1", "2", "5", "10"]);
    expect(logScale([], 0, 1).ticks.length).toBeGreaterThan(1);
  });
});

describe("lineChartSvg", () => {
  const svg = lineChartSvg(chart);

  it("has a line for each series, broken where there is no value", () => {
    const paths = [...svg.matchAll(/<path d="(M[^"]*)" fill="none"/g)].map(([, path]) => path!);
    expect(paths).toHaveLength(2);
    expect(paths[0]!.match(/M/g)).toHaveLength(2);
    expect(paths[1]!.match(/M/g)).toHaveLength(1);
  });

  it("marks the best point and says its value", () => {
    expect(svg.match(/<circle/g)).toHaveLength(1);
    expect(svg).toContain("training (best 0.250 at 4)");
  });

  it("escapes what users write", () => {
    expect(svg).toContain("Loss &#60;&#38; co&#62;");
    expect(lineChartSvg({ ...chart, title: "a\u0000b" })).not.toContain("\u0000");
  });

  it("survives series without points and with one", () => {
    for (const points of [[], [[1, 2]], [[1, Number.NaN]]] as [number, number][][])
      for (const logarithmic of [false, true])
        expect(
          lineChartSvg({ ...chart, series: [{ name: "a", points, best: "max" }], logarithmic }),
        ).not.toMatch(/NaN|Infinity/);
  });

  it("leaves values out of a logarithmic chart that have no logarithm", () => {
    const series = [{ name: "a", points: [[1, 1], [2, 0], [3, 0.1]] as [number, number][] }]; // biome-ignore format: one row
    const path = /<path d="(M[^"]*)" fill="none"/.exec(
      lineChartSvg({ ...chart, series, logarithmic: true }),
    )![1]!;
    expect(path.match(/M/g)).toHaveLength(2);
  });
});

describe("lineChartPicture", () => {
  it("draws curves and text at the size asked for", async () => {
    const picture = await lineChartPicture({ ...chart, width: 400, height: 240 });
    expect([picture.width, picture.height, picture.rgb.length]).toEqual([400, 240, 400 * 240 * 3]);
    const colours = new Set<string>();
    for (let at = 0; at < picture.rgb.length; at += 3) colours.add(picture.rgb.subarray(at, at + 3).join());
    for (const colour of ["255,255,255", "0,114,178", "213,94,0", "36,41,47"])
      expect(colours).toContain(colour);
  });
});
