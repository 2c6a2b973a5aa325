// One training step (forward, backward, Adam) of ours against the peer's: default float32, and tuned by hand.
import { comparison, interleave, rowOf } from "../interleave.mjs";
import { modesOf, pairsWith } from "./modes.mjs";

/** A row of `name`_ours.mjs and peer/`name`.py. */
export async function stepRow(name, { repeats, size, batch, device }, log) {
  const competitors = modesOf(name, "pytorch", [size, batch], { device });
  const times = await interleave(competitors, { warmup: 1, repeats: Number(repeats), log });
  const comparisons = pairsWith("pytorch").map(([a, b]) => comparison(a, b, times[a], times[b]));
  return { ...rowOf(comparisons), times };
}
