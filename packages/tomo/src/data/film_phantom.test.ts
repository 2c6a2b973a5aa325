import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type FilmPhantom, filmFindings, filmPhantom } from "./film_phantom.ts";

const films = Array.from({ length: 24 }, (_, seed) => filmPhantom(seed));

const healthy = new Map<number, FilmPhantom>();
function healthyFilm(seed: number): FilmPhantom {
  const film = healthy.get(seed) ?? filmPhantom(seed, []);
  healthy.set(seed, film);
  return film;
}

/** Pixels that a finding changes: their share of the film, and the mean column, from 0 on the left to 1. */
function traceOf(finding: (typeof filmFindings)[number], seed: number) {
  const [without, having] = [healthyFilm(seed), filmPhantom(seed, [finding])];
  expect(having.shape).toEqual(without.shape);
  const width = having.shape[1];
  let [changed, columns] = [0, 0];
  having.image.forEach((value, at) => {
    if (Math.abs(value - (without.image[at] ?? 0)) < 100) return;
    changed++;
    columns += (at % width) / width;
  });
  return { share: changed / having.image.length, column: columns / changed };
}

const meanOf = ({ image }: FilmPhantom) => image.reduce((sum, value) => sum + value, 0) / image.length;

describe("filmPhantom", () => {
  it("is the same for the same seed and another for another seed", () => {
    expect(filmPhantom(1)).toEqual(films[1]);
    expect(healthyFilm(8).image).not.toEqual(healthyFilm(7).image);
  });

  it("makes films of 12 bits and of varying size", () => {
    for (const { shape, image } of films) {
      expect(image.length).toBe(shape[0] * shape[1]);
      for (const length of shape) {
        expect(length).toBeGreaterThanOrEqual(280);
        expect(length).toBeLessThanOrEqual(360);
      }
      expect(image.reduce((most, value) => Math.max(most, value))).toBeLessThan(4096);
    }
    expect(new Set(films.map(({ shape }) => shape.join())).size).toBeGreaterThan(15);
  });

  it("has the mean and the standard deviation that the config's CenterData takes off", () => {
    const mean = films.reduce((sum, film) => sum + meanOf(film), 0) / films.length;
    const squares = films.map(
      ({ image }) => image.reduce((sum, v) => sum + (v - mean) ** 2, 0) / image.length,
    );
    const deviation = Math.sqrt(squares.reduce((sum, value) => sum + value) / films.length);
    expect(Math.abs(mean - 2876.37)).toBeLessThan(90);
    expect(Math.abs(deviation - 883)).toBeLessThan(90);
  });

  it("draws each finding on a fifth of the films", () => {
    const found = films.flatMap(({ label }) => label);
    expect(found.length).toBe(films.length * filmFindings.length);
    const share = found.reduce((sum, value) => sum + value) / found.length;
    // 360 draws: the standard deviation is 0.021
    expect(Math.abs(share - 0.2)).toBeLessThan(0.06);
  });

  it("has the findings of the chest X-ray example, in its order", () => {
    const file = new URL(
      "../../../../examples/classification_chestxray/config/config_train.json",
      import.meta.url,
    );
    const { metrics } = JSON.parse(readFileSync(file, "utf8")).validate;
    const byIndex = metrics.flatMap(({ args }: { args: { name: string; class_index?: number } }) =>
      args.class_index === undefined ? [] : [args.name],
    );
    expect(filmFindings).toEqual(byIndex);
  });

  it.each(filmFindings)("shows %s, and no more than its label says", (finding) => {
    expect(filmPhantom(8, [finding]).label).toEqual(filmFindings.map((name) => (name === finding ? 1 : 0)));
    for (const seed of [7, 8]) expect(traceOf(finding, seed).share).toBeGreaterThan(0.0003);
  });

  it("keeps small findings small, and those of a side on their side", () => {
    expect(traceOf("Nodule", 3).share).toBeLessThan(0.03);
    expect(traceOf("Granuloma", 3).share).toBeLessThan(0.01);
    // the patient's right is on the left of the film
    expect(traceOf("Right_hilar_abnormality", 4).column).toBeLessThan(0.47);
    expect(traceOf("Left_hilar_abnormality", 4).column).toBeGreaterThan(0.53);
  });
});
