// npm run bench -- ROW [--json] [--repeats N] [--size N] [--batch N]: ours and the peer, interleaved, as ratios.
// job-cls takes [--data FOLDER] [--seeds 1,2,3] [--epochs 40] instead.
import { parseArgs } from "node:util";
import { machine } from "./machine.mjs";

const rows = {
  step: "./rows/step_seg.mjs",
  "step-seg": "./rows/step_seg.mjs",
  "step-cls": "./rows/step_cls.mjs",
  "job-cls": "./rows/job_cls.mjs",
  films: "./rows/films.mjs",
  load: "./rows/load.mjs",
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    repeats: { type: "string", default: "5" },
    size: { type: "string" },
    batch: { type: "string" },
    data: { type: "string" },
    seeds: { type: "string", default: "1,2,3" },
    epochs: { type: "string", default: "40" },
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

function print({ comparisons, auc = {}, filmsPerSecond = {}, machine }) {
  console.log(
    `${machine.cpu}, ${machine.cores} cores, ${machine.features.join(" ")}; libtorch ${machine.libtorch}, Node ${machine.node}`,
  );
  for (const { ours, peer, oursMs, peerMs, ratio, spread } of comparisons)
    console.log(
      `${ours} ${duration(oursMs)} vs ${peer} ${duration(peerMs)}: ${ratio.toFixed(2)}x (${spread.map((x) => x.toFixed(2)).join(" … ")})`,
    );
  for (const [workers, rate] of Object.entries(filmsPerSecond))
    console.log(`${workers} workers: ${rate.toFixed(0)} films/s`);
  for (const [name, { meanBest, meanFinal }] of Object.entries(auc))
    console.log(`${name}: AUC at the best epoch ${meanBest.toFixed(4)}, at the last ${meanFinal.toFixed(4)}`);
}

function duration(milliseconds) {
  if (milliseconds < 100) return `${milliseconds.toPrecision(3)} ms`;
  return milliseconds < 1e4 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1e3).toFixed(0)} s`;
}
