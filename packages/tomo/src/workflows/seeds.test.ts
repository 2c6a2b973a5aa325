import { describe, expect, it } from "vitest";
import { seedsOf } from "./seeds.ts";

const section = { python_seed: "20191201", random_seed: 123456, numpy_seed: 654321, tf_seed: 11111 };

describe("seedsOf", () => {
  it("takes tf_seed for the engine and hashes the others into a safe integer", () => {
    const seeds = seedsOf(section);
    expect(seeds).toMatchObject({ engine: 11111, given: true, determinism: section });
    expect(Number.isSafeInteger(seeds.data)).toBe(true);
    // golden: a change here changes every seeded run
    expect(seeds.data).toBe(seedsOf({ ...section, tf_seed: 2 }).data);
  });

  it.each(["python_seed", "random_seed", "numpy_seed"] as const)("%s matters to the data only", (name) => {
    const other = seedsOf({ ...section, [name]: name === "python_seed" ? "1" : 1 });
    expect(other.data).not.toBe(seedsOf(section).data);
    expect(other.engine).toBe(11111);
  });

  it("needs no tf_seed", () => {
    const seeds = seedsOf({ random_seed: 5 });
    expect(seeds).toEqual(seedsOf({ random_seed: 5 }));
    expect(seeds.engine).not.toBe(seedsOf({ random_seed: 6 }).engine);
  });

  it("draws seeds when the config gives none, and says how to get them again", () => {
    let next = 7;
    const drawn = seedsOf(null, () => next++);
    expect(drawn.given).toBe(false);
    expect(seedsOf(drawn.determinism)).toEqual({ ...drawn, given: true });
    expect(seedsOf(null).data).not.toBe(seedsOf(null).data);
  });
});
