import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { philox4x32 } from "./philox.ts";
import { RandomStream } from "./random.ts";

const stream = (parts: Partial<ConstructorParameters<typeof RandomStream>[0]> = {}) =>
  new RandomStream({ seed: 7, epoch: 1, index: 2, transform: 3, ...parts });
const draws = (source: RandomStream, count = 16) => Array.from({ length: count }, () => source.seed64());
const many = 20_000;
const sample = (draw: (source: RandomStream) => number) => {
  const source = stream();
  return Array.from({ length: many }, () => draw(source));
};
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("philox4x32", () => {
  // Random123, tests/kat_vectors, rows "philox4x32 10"
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])("gives the known answer of counter %j, key %j", (counter, key, expected) => {
    const block = Uint32Array.from(counter);
    philox4x32(block, key[0]!, key[1]!);
    expect([...block]).toEqual(expected);
  });
});

describe("RandomStream", () => {
  it("repeats for the same key", () => {
    expect(draws(stream())).toEqual(draws(stream()));
  });

  it("differs when any part of the key differs, also in the upper half of the seed", () => {
    const variants = [
      {},
      { seed: 8 },
      { seed: 7 + 2 ** 32 },
      { seed: -7 },
      { epoch: 2 },
      { index: 3 },
      { transform: 4 },
    ];
    const first = variants.map((parts) => stream(parts).seed64());
    expect(new Set(first).size).toBe(variants.length);
  });

  it("keeps its values between versions", () => {
    const source = stream();
    expect([
      source.uniform(0, 1),
      source.integer(0, 1000),
      source.normal(),
      source.seed64(),
    ]).toMatchInlineSnapshot(`
      [
        0.04813445149920881,
        130,
        -0.13018216865284038,
        15321129937331299852n,
      ]
    `);
  });

  it("forks without touching the parent, by label, and apart from its draws", () => {
    const parent = stream();
    const fresh = draws(stream());
    const children = [0, 1, 2].map((label) => draws(parent.fork(label)));
    expect(draws(parent)).toEqual(fresh);
    expect(draws(parent.fork(1))).toEqual(children[1]);
    expect(new Set([...children.flat(), ...fresh]).size).toBe(4 * 16);
    expect(draws(parent.fork(0).fork(1))).not.toEqual(draws(parent.fork(1).fork(0)));
  });

  it("keeps uniform inside [low, high), also when the interval is a few ulps wide", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-12, max: 1e3, noNaN: true }),
        fc.integer(),
        (low, width, seed) => {
          const high = low + width;
          const value = stream({ seed }).uniform(low, high);
          expect(value).toBeGreaterThanOrEqual(low);
          if (high > low) expect(value).toBeLessThan(high);
        },
      ),
    );
  });

  it("has the moments of its distributions (five standard errors)", () => {
    const error = 5 / Math.sqrt(many);
    const uniform = sample((source) => source.uniform(0, 1));
    expect(Math.abs(mean(uniform) - 0.5)).toBeLessThan(error * Math.sqrt(1 / 12));
    const normal = sample((source) => source.normal());
    expect(Math.abs(mean(normal))).toBeLessThan(error);
    expect(Math.abs(mean(normal.map((value) => value ** 2)) - 1)).toBeLessThan(error * Math.sqrt(2));
    const coin = sample((source) => Number(source.bernoulli(0.3)));
    expect(Math.abs(mean(coin) - 0.3)).toBeLessThan(error * Math.sqrt(0.21));
  });

  it("draws every integer of the range equally often (chi-squared, 9 degrees of freedom, p = 1e-6)", () => {
    const counts = new Array<number>(10).fill(0);
    for (const value of sample((source) => source.integer(-3, 7))) counts[value + 3]!++;
    const expected = many / 10;
    expect(counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)).toBeLessThan(45.1);
  });

  it("is unbiased for ranges that do not divide 2^32: 3·2^30 values fill each third alike", () => {
    const thirds = [0, 0, 0];
    for (const value of sample((source) => source.integer(0, 3 * 2 ** 30)))
      thirds[Math.floor(value / 2 ** 30)]!++;
    // modulo without rejection would put half of all draws into the first third
    for (const count of thirds) expect(Math.abs(count / many - 1 / 3)).toBeLessThan(0.02);
  });

  it("is certain at probability 0 and 1, and consumes one draw either way", () => {
    const [never, always] = [stream(), stream()];
    for (let draw = 0; draw < 100; draw++) {
      expect(never.bernoulli(0)).toBe(false);
      expect(always.bernoulli(1)).toBe(true);
    }
    expect(never.seed64()).toBe(always.seed64());
  });

  it("shuffles a copy", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
        const before = [...items];
        const result = stream({ seed }).shuffled(items);
        expect(items).toEqual(before);
        expect([...result].sort()).toEqual(before.sort());
      }),
    );
  });

  it("reaches every order of three items", () => {
    const orders = Array.from({ length: 200 }, (_, index) => stream({ index }).shuffled([1, 2, 3]).join());
    expect(new Set(orders).size).toBe(6);
  });

  it("picks members, and refuses an empty list", () => {
    expect(["a", "b"]).toContain(stream().pick(["a", "b"]));
    expect(() => stream().pick([])).toThrow(RangeError);
  });

  it.each([
    ["a fractional seed", () => stream({ seed: 0.5 })],
    ["a negative epoch", () => stream({ epoch: -1 })],
    ["a NaN index", () => stream({ index: Number.NaN })],
    ["an empty range", () => stream().integer(3, 3)],
    ["a fractional bound", () => stream().integer(0, 1.5)],
  ])("refuses %s", (_, act) => {
    expect(act).toThrow(RangeError);
  });
});
