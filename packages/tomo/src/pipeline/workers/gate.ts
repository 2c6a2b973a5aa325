const open = 0;
const passing = 1;
const shut = 2;

/**
 * A lock word between a worker and its owner. The worker makes tokens and posts them only while it holds the gate;
 * the owner shuts it before it ends the worker. So a worker never ends between making a token and posting it, and
 * ending one needs no time-out.
 */
export type Gate = Int32Array<SharedArrayBuffer>;

export const newGate = (): Gate => new Int32Array(new SharedArrayBuffer(4));

/** Worker: runs `body` unless the gate was shut; body is short. */
export function passGate(gate: Gate, body: () => void): void {
  if (Atomics.compareExchange(gate, 0, open, passing) !== open) return;
  try {
    body();
  } finally {
    Atomics.store(gate, 0, open);
    Atomics.notify(gate, 0);
  }
}

/** Owner: shuts the gate, after the worker has passed if it is just passing. */
export function shutGate(gate: Gate): void {
  // bounded, because a worker can die on the way through (its heap is full); it then leaves the gate as it was
  for (let tries = 0; tries < 20; tries++) {
    if (Atomics.compareExchange(gate, 0, open, shut) !== passing) return;
    Atomics.wait(gate, 0, passing, 100);
  }
}
