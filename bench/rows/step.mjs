// One training step (forward, backward, Adam) of ours against the peer's: default float32, and tuned by hand.
import { comparison, interleave, rowOf } from "../interleave.mjs";
import { modesOf, pairsWith } from "./modes.mjs";

/** A row of `name`_ours.mjs and peer/`name`.py, for each of the batch sizes "1,3". */
export async function stepRow(name, { repeats, size, batch, device }, log) {
  const parts = [];
  for (const one of batch.split(",")) {
    const competitors = modesOf(name, "pytorch", [size, one], { device });
    const times = await interleave(competitors, { warmup: 2, repeats: Number(repeats), log });
    const labelled = (who) => `${who}, batch ${one}`;
    parts.push({
      comparisons: pairsWith("pytorch").map(([a, b]) =>
        comparison(labelled(a), labelled(b), times[a], times[b]),
      ),
      times: Object.fromEntries(Object.entries(times).map(([who, some]) => [labelled(who), some])),
    });
  }
  return {
    ...rowOf(parts.flatMap(({ comparisons }) => comparisons)),
    times: Object.assign({}, ...parts.map(({ times }) => times)),
  };
}
