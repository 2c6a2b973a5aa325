/** Throws the error that a pickle leads to. */
export type RefusePickle = (reason: string) => never;

/** What a pickle may refer to. Values are plain data: nothing in a pickle is ever executed. */
export interface PickleHost {
  /** The value of a global name: a `Maker` or plain data. Refuses all names that it does not know. */
  readonly global: (module: string, name: string) => unknown;
  /** The value that stands for a persistent id. */
  readonly persistent: (id: unknown) => unknown;
  readonly refuse: RefusePickle;
}
/** A function of ours that stands for a Python callable. */
export class Maker {
  readonly make: (args: readonly unknown[]) => unknown;
  constructor(make: (args: readonly unknown[]) => unknown) {
    this.make = make;
  }
}

/** Real state dicts need some 30 a tensor. */
const mostSteps = 4_000_000;

/**
 * Reads one pickle (protocols 2 to 5, and the opcodes of 0 and 1 that PyTorch's files have) by a small interpreter:
 * None, booleans, numbers, strings, bytes, lists, tuples, dicts and sets become JavaScript's (tuples arrays, dicts Maps);
 * all else is what `host` makes of it.
 * @returns the value, and the offset behind the pickle
 */
export function unpickle(bytes: Uint8Array, host: PickleHost, start = 0): { value: unknown; end: number } {
  const reader = new Reader(bytes, start, host.refuse);
  const machine = new Machine(host);
  for (let steps = 0; ; steps++) {
    if (steps > mostSteps) host.refuse(`it takes more than ${mostSteps} steps`);
    const code = reader.u8();
    if (code === stop) return { value: machine.pop(), end: reader.at };
    const act = opcodes.get(code);
    if (act === undefined)
      return host.refuse(`opcode 0x${code.toString(16)} at byte ${reader.at - 1} is not known`);
    act(machine, reader);
  }
}

class Reader {
  at: number;
  readonly #bytes: Buffer;
  readonly #refuse: RefusePickle;

  constructor(bytes: Uint8Array, start: number, refuse: RefusePickle) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = start;
    this.#refuse = refuse;
  }

  #take(count: number): number {
    const start = this.at;
    if (count > this.#bytes.length - start) this.#refuse("it ends in the middle");
    this.at += count;
    return start;
  }

  u8 = (): number => this.#bytes.readUInt8(this.#take(1));
  u16 = (): number => this.#bytes.readUInt16LE(this.#take(2));
  i32 = (): number => this.#bytes.readInt32LE(this.#take(4));
  u32 = (): number => this.#bytes.readUInt32LE(this.#take(4));
  u64 = (): number => {
    const value = Number(this.#bytes.readBigUInt64LE(this.#take(8)));
    return Number.isSafeInteger(value) ? value : this.#refuse("a length in it is beyond 2^53");
  };
  f64 = (): number => this.#bytes.readDoubleBE(this.#take(8));

  bytes(count: number): Buffer {
    const start = this.#take(count);
    return this.#bytes.subarray(start, start + count);
  }
  text = (count: number): string => this.bytes(count).toString("utf8");

  line(): string {
    const end = this.#bytes.indexOf(10, this.at);
    if (end < 0) this.#refuse("it ends in the middle");
    const text = this.text(end - this.at);
    this.at++;
    return text;
  }

  /** Two's complement, little-endian; numbers that JavaScript cannot hold exactly come as bigint. */
  long(count: number): number | bigint {
    const hex = this.bytes(count).toReversed();
    if (count === 0) return 0;
    const value = BigInt.asIntN(8 * count, BigInt(`0x${Buffer.from(hex).toString("hex")}`));
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
}

class Machine {
  readonly host: PickleHost;
  readonly memo = new Map<number, unknown>();
  #stack: unknown[] = [];
  readonly #marks: unknown[][] = [];

  constructor(host: PickleHost) {
    this.host = host;
  }

  push(value: unknown): void {
    this.#stack.push(value);
  }
  pop(): unknown {
    return this.#stack.length > 0 ? this.#stack.pop() : this.host.refuse("its stack runs empty");
  }
  top(): unknown {
    return this.#stack.length > 0 ? this.#stack.at(-1) : this.host.refuse("its stack runs empty");
  }
  mark(): void {
    this.#marks.push(this.#stack);
    this.#stack = [];
  }
  /** All values since the last mark. */
  popMark(): unknown[] {
    const values = this.#stack;
    this.#stack = this.#marks.pop() ?? this.host.refuse("a mark is missing");
    return values;
  }
  remember(index: number): void {
    this.memo.set(index, this.top());
  }
  recall(index: number): void {
    if (!this.memo.has(index)) this.host.refuse(`it refers to value ${index} before it is made`);
    this.push(this.memo.get(index));
  }
  list(): unknown[] {
    const value = this.top();
    return Array.isArray(value) ? value : this.host.refuse("it appends to something that is no list");
  }
  setItems(items: readonly unknown[]): void {
    const value = this.top();
    const target =
      value instanceof Map ? value : this.host.refuse("it sets items of something that is no dict");
    for (let i = 0; i + 1 < items.length; i += 2) target.set(items[i], items[i + 1]);
  }
  make(): void {
    const args = this.pop();
    const maker = this.pop();
    if (!(maker instanceof Maker) || !Array.isArray(args))
      this.host.refuse("it calls something that is no function");
    else this.push(maker.make(args));
  }
}

const stop = 0x2e;
type Act = (machine: Machine, reader: Reader) => void;
const code = (letter: string): number => letter.charCodeAt(0);
const tuple =
  (count: number): Act =>
  (m) => {
    const values = Array.from({ length: count }, () => m.pop());
    m.push(values.reverse());
  };
const push =
  (value: (reader: Reader) => unknown): Act =>
  (m, r) =>
    m.push(value(r));
const global = (m: Machine, module: unknown, name: unknown): void =>
  typeof module === "string" && typeof name === "string"
    ? m.push(m.host.global(module, name))
    : m.host.refuse("a name in it is no text");

const opcodes: ReadonlyMap<number, Act> = new Map<number, Act>([
  // frames and protocol
  [0x80, (_, r) => void r.u8()],
  [0x95, (_, r) => void r.u64()],
  // values
  [code("N"), push(() => null)],
  [0x88, push(() => true)],
  [0x89, push(() => false)],
  [code("J"), push((r) => r.i32())],
  [code("K"), push((r) => r.u8())],
  [code("M"), push((r) => r.u16())],
  [0x8a, push((r) => r.long(r.u8()))],
  [0x8b, push((r) => r.long(r.u32()))],
  [code("G"), push((r) => r.f64())],
  [code("X"), push((r) => r.text(r.u32()))],
  [0x8c, push((r) => r.text(r.u8()))],
  [0x8d, push((r) => r.text(r.u64()))],
  // strings of Python 2
  [code("T"), push((r) => r.bytes(r.u32()).toString("latin1"))],
  [code("U"), push((r) => r.bytes(r.u8()).toString("latin1"))],
  [code("B"), push((r) => r.bytes(r.u32()))],
  [code("C"), push((r) => r.bytes(r.u8()))],
  [0x8e, push((r) => r.bytes(r.u64()))],
  // containers
  [code(")"), push(() => [])],
  [code("]"), push(() => [])],
  [code("}"), push(() => new Map())],
  [0x8f, push(() => [])],
  [0x85, tuple(1)],
  [0x86, tuple(2)],
  [0x87, tuple(3)],
  [code("("), (m) => m.mark()],
  [code("t"), (m) => m.push(m.popMark())],
  [code("l"), (m) => m.push(m.popMark())],
  [0x91, (m) => m.push(m.popMark())],
  [code("a"), (m) => appendTo(m, [m.pop()])],
  [code("e"), (m) => appendTo(m, m.popMark())],
  [0x90, (m) => appendTo(m, m.popMark())],
  [code("s"), (m) => m.setItems([m.pop(), m.pop()].reverse())],
  [code("u"), (m) => m.setItems(m.popMark())],
  // stack and memo
  [code("0"), (m) => void m.pop()],
  [code("1"), (m) => void m.popMark()],
  [code("2"), (m) => m.push(m.top())],
  [code("q"), (m, r) => m.remember(r.u8())],
  [code("r"), (m, r) => m.remember(r.u32())],
  [0x94, (m) => m.remember(m.memo.size)],
  [code("h"), (m, r) => m.recall(r.u8())],
  [code("j"), (m, r) => m.recall(r.u32())],
  // names and what is made from them
  [code("c"), (m, r) => global(m, r.line(), r.line())],
  [
    0x93,
    (m) => {
      const name = m.pop();
      global(m, m.pop(), name);
    },
  ],
  [code("R"), (m) => m.make()],
  [0x81, (m) => m.make()],
  // the state of an object, for example _metadata of a state dict, is left out
  [code("b"), (m) => void m.pop()],
  [code("Q"), (m) => m.push(m.host.persistent(m.pop()))],
]);

function appendTo(m: Machine, values: readonly unknown[]): void {
  const list = m.list();
  for (const value of values) list.push(value);
}
