import { setImmediate } from "node:timers/promises";

/**
 * Results of `start(0)`, `start(1)` … in order. At most `ahead` further ones are under way while the consumer works
 * on one. When the consumer stops early or one fails, the others go to `discard`.
 *
 * The event loop takes a turn before each result, so that signals, messages and finalizers get through in a thread
 * that is always busy.
 */
export async function* inOrder<T>(
  count: number,
  start: (n: number) => Promise<T>,
  ahead: number,
  discard: (result: T) => void,
): AsyncGenerator<T, void, undefined> {
  const underWay: Promise<T>[] = [];
  let next = 0;
  try {
    while (next < count || underWay.length > 0) {
      while (next < count && underWay.length <= ahead) {
        const result = start(next++);
        result.catch(() => {}); // reported when its turn comes
        underWay.push(result);
      }
      const result = await underWay.shift()!;
      await setImmediate();
      yield result;
    }
  } finally {
    for (const result of underWay) result.then(discard, () => {});
  }
}
