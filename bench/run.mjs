// npm run bench -- ROW [--json] [--repeats N] [--size N] [--batch N]: ours and the peer, interleaved, as ratios.
import { parseArgs } from "node:util";
import { machine } from "./machine.mjs";

const rows = { step: "./rows/step_seg.mjs", "step-seg": "./rows/step_seg.mjs" };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    repeats: { type: "string", default: "5" },
    size: { type: "string", default: "96" },
    batch: { type: "string", default: "1" },
  },
});
const row = positionals[0] ?? "";
if (!(row in rows)) {
  console.error(`usage: npm run bench -- ROW [--json] [--repeats N]\nrows: ${Object.keys(rows).join(", ")}`);
  process.exit(2);
}

const { run } = await import(rows[row]);
const result = {
  row,
  ...(await run(values, (line) => values.json || console.error(line))),
  machine: machine(),
};
if (values.json) console.log(JSON.stringify(result));
else print(result);

function print({ comparisons, machine }) {
  console.log(
    `${machine.cpu}, ${machine.cores} cores, ${machine.features.join(" ")}; libtorch ${machine.libtorch}, Node ${machine.node}`,
  );
  for (const { ours, peer, oursMs, peerMs, ratio, spread } of comparisons)
    console.log(
      `${ours} ${oursMs.toFixed(0)} ms vs ${peer} ${peerMs.toFixed(0)} ms: ${ratio.toFixed(2)}x (${spread.map((x) => x.toFixed(2)).join(" … ")})`,
    );
}
