/** A flag in shared memory: one thread asks another to stop, also while that one is inside a long call. */
export class StopFlag {
  readonly memory: SharedArrayBuffer;
  readonly #flag: Int32Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(4)) {
    this.memory = memory;
    this.#flag = new Int32Array(memory);
  }

  request(): void {
    Atomics.store(this.#flag, 0, 1);
  }

  get requested(): boolean {
    return Atomics.load(this.#flag, 0) === 1;
  }
}
