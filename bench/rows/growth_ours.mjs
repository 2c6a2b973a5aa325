// One training: growth_ours.mjs MMAR prints the seconds of its ledger and the most memory that the process had.
import { train } from "../../packages/tomo/dist/index.js";

let ended;
await train({
  mmar: process.argv[2],
  onEvent: (event) => {
    if (event.type === "run_ended") ended = event;
  },
});
const seconds = Object.values(ended.time).reduce((sum, part) => sum + part, 0);
console.log(
  JSON.stringify({ seconds, rss: 1024 * process.resourceUsage().maxRSS, tensors: ended.peakMemory }),
);
