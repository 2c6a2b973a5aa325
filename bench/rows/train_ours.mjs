// One training: train_ours.mjs MMAR prints the seconds of its ledger, the most memory that the process and its tensors
// had, and what it told its user.
import { train } from "../../packages/tomo/dist/index.js";

let ended;
const said = [];
await train({
  mmar: process.argv[2],
  onEvent: (event) => {
    if (event.type === "run_ended") ended = event;
    if (event.type === "note" || event.type === "warning") said.push(event.message);
  },
});
const seconds = Object.values(ended.time).reduce((sum, part) => sum + part, 0);
const { maxRSS } = process.resourceUsage();
console.log(
  JSON.stringify({ seconds, rss: 1024 * maxRSS, tensors: ended.peakMemory, time: ended.time, said }),
);
