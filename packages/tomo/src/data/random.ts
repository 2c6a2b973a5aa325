import { philox4x32 } from "./philox.ts";

/** Whose random numbers these are: each stream is a function of its key alone, whoever draws, in whatever order. */
export interface StreamKey {
  /** The run's seed; any safe integer. */
  readonly seed: number;
  /** Epoch, case and transform number: integers in [0, 2^32). */
  readonly epoch?: number;
  readonly index?: number;
  readonly transform?: number;
}

/**
 * Random numbers of one (seed, epoch, case, transform): the n-th block of 128 bits is Philox4x32-10 of the counter
 * (n, transform, case, epoch) under the key `seed`. Nothing is shared, so results depend neither on the number of
 * workers nor on order nor on a resume.
 */
export class RandomStream {
  readonly #seed0: number;
  readonly #seed1: number;
  readonly #epoch: number;
  readonly #index: number;
  readonly #transform: number;
  readonly #block = new Uint32Array(4);
  #blocks = 0;
  #next = 4;

  constructor({ seed, epoch = 0, index = 0, transform = 0 }: StreamKey) {
    if (!Number.isSafeInteger(seed)) throw new RangeError(`seed must be a safe integer, got ${seed}`);
    this.#seed0 = seed >>> 0;
    this.#seed1 = Math.floor(seed / 2 ** 32) >>> 0;
    this.#epoch = word("epoch", epoch);
    this.#index = word("index", index);
    this.#transform = word("transform", transform);
  }

  /** Uniform in [low, high): 32 bits of resolution. */
  uniform(low = 0, high = 1): number {
    const value = low + (high - low) * (this.#word() / 2 ** 32);
    // rounding can reach the upper bound when the interval is narrow for its magnitude
    return value < high || low >= high ? value : low;
  }

  /** Integer in [low, highExclusive), each with the same probability; up to 2^32 values. */
  integer(low: number, highExclusive: number): number {
    const range = highExclusive - low;
    if (!(Number.isSafeInteger(low) && Number.isSafeInteger(highExclusive) && range >= 1 && range <= 2 ** 32))
      throw new RangeError(
        `integer needs low < high with at most 2^32 values, got [${low}, ${highExclusive})`,
      );
    const limit = 2 ** 32 - (2 ** 32 % range);
    let value = this.#word();
    while (value >= limit) value = this.#word();
    return low + (value % range);
  }

  /** True with the given probability; always consumes one draw, so that streams stay aligned. */
  bernoulli(probability: number): boolean {
    return this.#word() / 2 ** 32 < probability;
  }

  /** Standard normal (Box-Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log((this.#word() + 1) / 2 ** 32));
    return radius * Math.cos((2 * Math.PI * this.#word()) / 2 ** 32);
  }

  /** The same items in random order; the argument is left alone. */
  shuffled<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let last = result.length - 1; last > 0; last--) {
      const other = this.integer(0, last + 1);
      [result[last], result[other]] = [result[other]!, result[last]!];
    }
    return result;
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError("pick needs at least one item");
    return items[this.integer(0, items.length)]!;
  }

  /** Unsigned 64-bit seed for a generator outside, for example torch's. */
  seed64(): bigint {
    return (BigInt(this.#word()) << 32n) | BigInt(this.#word());
  }

  /** An independent stream named by `label`; does not depend on what was drawn here, nor change it. */
  fork(label: number): RandomStream {
    const block = Uint32Array.of(word("label", label), this.#transform, this.#index, this.#epoch);
    // a key of its own keeps the words of forks apart from those of draws
    philox4x32(block, this.#seed0 ^ 0x666f726b, this.#seed1 ^ 0x746f6d6f);
    const seed = block[0]! + (block[1]! >>> 11) * 2 ** 32;
    return new RandomStream({ seed, epoch: this.#epoch, index: this.#index, transform: this.#transform });
  }

  #word(): number {
    if (this.#next === 4) {
      this.#block[0] = this.#blocks++;
      this.#block[1] = this.#transform;
      this.#block[2] = this.#index;
      this.#block[3] = this.#epoch;
      philox4x32(this.#block, this.#seed0, this.#seed1);
      this.#next = 0;
    }
    return this.#block[this.#next++]!;
  }
}

function word(name: string, value: number): number {
  if (!(Number.isInteger(value) && value >= 0 && value < 2 ** 32))
    throw new RangeError(`${name} must be an integer in [0, 2^32), got ${value}`);
  return value;
}
