/** Widths of addresses and lengths in a file, in bytes; its superblock says them. */
export interface FieldWidths {
  readonly address: number;
  readonly length: number;
}

/** Throws the error that a fault of the file leads to. */
export type Refuse = (reason: string) => never;

/** Reads little-endian fields one after the other; none reaches beyond the bytes that were given. */
export class Cursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #widths: FieldWidths;
  readonly #refuse: Refuse;
  #at = 0;

  constructor(bytes: Uint8Array, widths: FieldWidths, refuse: Refuse) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#widths = widths;
    this.#refuse = refuse;
  }

  get rest(): number {
    return this.#bytes.length - this.#at;
  }

  #take(count: number): number {
    if (count > this.rest) this.#refuse("a structure in it is shorter than its fields");
    const start = this.#at;
    this.#at += count;
    return start;
  }

  skip(count: number): this {
    this.#take(count);
    return this;
  }

  /** Skips to the next multiple of `unit`, counted from the start of these bytes, or to the end. */
  align(unit: number): this {
    return this.skip(Math.min(this.rest, -this.#at & (unit - 1)));
  }

  /** An unsigned integer of 1 to 8 bytes. */
  uint(width: number): number {
    const start = this.#take(width);
    let value = 0;
    for (let i = width - 1; i >= 0; i--) value = value * 256 + this.#view.getUint8(start + i);
    if (!Number.isSafeInteger(value)) this.#refuse("it has a number beyond 2^53");
    return value;
  }

  u8 = (): number => this.uint(1);
  u16 = (): number => this.uint(2);
  u32 = (): number => this.uint(4);
  length = (): number => this.uint(this.#widths.length);

  /** An address in the file, or null for the "undefined" one, whose bits are all 1. */
  address(): number | null {
    const start = this.#at;
    const bytes = this.bytes(this.#widths.address);
    if (bytes.every((byte) => byte === 0xff)) return null;
    this.#at = start;
    return this.uint(this.#widths.address);
  }

  /** An address that must be there. */
  pointer(): number {
    return this.address() ?? this.#refuse("an address in it is not set");
  }

  bytes(count: number): Uint8Array {
    const start = this.#take(count);
    return this.#bytes.subarray(start, start + count);
  }

  /** A cursor over the next bytes alone. */
  part(count: number): Cursor {
    return this.over(this.bytes(count));
  }

  /** A cursor over other bytes of the same file. */
  over(bytes: Uint8Array): Cursor {
    return new Cursor(bytes, this.#widths, this.#refuse);
  }

  text(count: number): string {
    return textOf(this.bytes(count));
  }

  /** Text up to its NUL. */
  terminated(): string {
    const end = this.#bytes.indexOf(0, this.#at);
    if (end < 0) this.#refuse("a name in it has no end");
    const text = this.text(end - this.#at);
    this.skip(1);
    return text;
  }

  expect(signature: string): this {
    if (this.text(signature.length) !== signature) this.#refuse(`a structure lacks its mark ${signature}`);
    return this;
  }
}

/** UTF-8, cut at the first NUL: strings of fixed length are filled with NULs. */
export function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString("utf8");
}
