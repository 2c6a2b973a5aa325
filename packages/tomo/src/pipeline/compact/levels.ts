import { borrow, ops, scope, type Tensor, tensor } from "@tomo/torch";

/** An image whose voxels are numbers of its distinct values. */
export interface Levelled {
  /** uint8 or int16, in the image's shape. */
  readonly numbers: Tensor;
  readonly levels: Levels;
}

/** Bits of the float32 with each number, in memory that threads share. Number 0 is the value +0. */
export type Levels = Int32Array<SharedArrayBuffer>;

/** What an int16 counts from 0. */
const most = 2 ** 15;
/** Slots of the hash table: four times as many. */
const slotBits = 17;
/** Voxels at a time: what one piece takes stays in a core's cache. */
const pieceLength = 2 ** 16;

/**
 * The distinct values of a contiguous float32 image, told apart by their bits, so that nothing is lost. Windowed CT
 * has some hundred of them, and what was computed voxel by voxel from 12-bit integers at most 4096. Null where there
 * are more than 32,768.
 */
export function levelsOf(image: Tensor): Levelled | null {
  const table = new LevelTable();
  return scope(() => {
    const wide = ops.empty([image.numel], { dtype: "int16" });
    const [values, bits] = [new Float32Array(pieceLength), new Int16Array(pieceLength)];
    const [from, to] = [borrow(values, [pieceLength]), borrow(bits, [pieceLength])];
    const flat = ops.view(image, [-1]);
    const pattern = new Int32Array(values.buffer);
    for (const { start, length } of pieces(image.numel)) {
      copyPart(from, 0, flat, start, length);
      if (!table.number(pattern, bits, length)) return null;
      copyPart(wide, start, to, 0, length);
    }
    const numbers = table.count <= 256 ? ops.toDtype(wide, "uint8") : wide;
    return { numbers: ops.view(numbers, image.shape), levels: table.levels() };
  });
}

/** The float32 image of numbers made by `levelsOf`, or of a part of them; contiguous. */
export const fromLevels = (numbers: Tensor, levels: Levels): Tensor =>
  scope(() => {
    const values = tensor(new Float32Array(levels.slice().buffer));
    const flat = ops.view(ops.contiguous(numbers), [-1]);
    const image = ops.empty([numbers.numel], { dtype: "float32" });
    for (const { start, length } of pieces(numbers.numel))
      scope(() => {
        const part = ops.toDtype(ops.slice(flat, { start, end: start + length }), "int32");
        copyPart(image, start, ops.indexSelect(values, 0, part), 0, length);
      });
    return ops.view(image, numbers.shape);
  });

function* pieces(total: number): Generator<{ readonly start: number; readonly length: number }> {
  for (let start = 0; start < total; start += pieceLength)
    yield { start, length: Math.min(pieceLength, total - start) };
}

const copyPart = (to: Tensor, toStart: number, from: Tensor, fromStart: number, length: number): void =>
  scope(() => {
    const part = (of: Tensor, start: number) => ops.slice(of, { start, end: start + length });
    ops.copy_(part(to, toStart), part(from, fromStart));
  });

/** Gives each bit pattern the next number when it is first seen. A hash table with open addressing. */
class LevelTable {
  readonly #keys = new Int32Array(2 ** slotBits);
  /** Number + 1; 0 = the slot is free. */
  readonly #numbers = new Uint16Array(2 ** slotBits);
  readonly #levels = new Int32Array(most);
  #count = 0;

  constructor() {
    this.#add(0, this.#slotOf(0));
  }

  get count(): number {
    return this.#count;
  }

  /** Numbers the first `length` patterns; false when there are too many levels. */
  number(patterns: Int32Array, result: Int16Array, length: number): boolean {
    const [keys, numbers] = [this.#keys, this.#numbers];
    for (let n = 0; n < length; n++) {
      const pattern = patterns[n]!;
      // the slot of most patterns is the first one that is looked at
      let slot = Math.imul(pattern, 0x9e3779b1) >>> (32 - slotBits);
      if (keys[slot] !== pattern || numbers[slot] === 0) {
        slot = this.#slotOf(pattern);
        if (numbers[slot] === 0 && !this.#add(pattern, slot)) return false;
      }
      result[n] = numbers[slot]! - 1;
    }
    return true;
  }

  levels(): Levels {
    const shared = new Int32Array(new SharedArrayBuffer(4 * this.#count));
    shared.set(this.#levels.subarray(0, this.#count));
    return shared;
  }

  /** The slot that holds a pattern, or the free one where it belongs. */
  #slotOf(pattern: number): number {
    let slot = Math.imul(pattern, 0x9e3779b1) >>> (32 - slotBits);
    while (this.#numbers[slot] !== 0 && this.#keys[slot] !== pattern) slot = (slot + 1) & (2 ** slotBits - 1);
    return slot;
  }

  #add(pattern: number, slot: number): boolean {
    if (this.#count === most) return false;
    this.#keys[slot] = pattern;
    this.#levels[this.#count] = pattern;
    this.#numbers[slot] = ++this.#count;
    return true;
  }
}
