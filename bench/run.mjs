// npm run bench -- [ROW …] [--all] [--json] [--repeats N] …: ours and the peer, interleaved, as ratios.
// Without ROW all rows but the long ones run, with --all these too. Results go to results/bench/ROW.json, and those of
// several rows to results/bench/table.md. A row is a module in bench/rows:
//   run(options, log)  answers { ratio, spread, ours, peer, comparisons, … }; peer is null where there is none
//   title              what is compared, for the table
//   long               true for hours: runs only when it is named, or with --all
//   repeats            how often, unless --repeats says
//   lines(result)      what is printed besides the comparisons
//   table(result)      rows [what, ours, peer, ratio] of the table; left out: one a comparison
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { machine } from "./machine.mjs";
import { linesOf, markdownOf } from "./words.mjs";

const rows = {
  "step-seg": "./rows/step_seg.mjs",
  "step-cls": "./rows/step_cls.mjs",
  roofline: "./rows/roofline.mjs",
  films: "./rows/films.mjs",
  load: "./rows/load.mjs",
  scan: "./rows/scan.mjs",
  "chain-seg": "./rows/chain_seg.mjs",
  start: "./rows/start.mjs",
  growth: "./rows/growth.mjs",
  budget: "./rows/budget.mjs",
  job: "./rows/job_seg.mjs",
  "job-cls": "./rows/job_cls.mjs",
};
const otherNames = { step: "step-seg" };

const usage = `usage: npm run bench -- [ROW …] [--all] [--json] [--repeats N] [--size N] [--batch N,N]
scan takes --size D,H,W and --roi N; step-seg, step-cls, scan and job take [--device cuda], where libtorch and the peers'
Python (TOMO_ORACLE_PYTHON) have CUDA;
chain-seg, job and job-cls also take [--data FOLDER], both jobs [--seeds 1,2,3] and, as budget, [--epochs N], and job [--target 0.85]
[--every 1] [--whole]: the mean Dice at which it ends, the epochs from one validation to the next, and to go on to the end
rows: ${Object.keys(rows).join(", ")}
Without ROW all of them run that take no hours; --all runs every one.`;

const folder = fileURLToPath(new URL("../results/bench/", import.meta.url));
const { values, positionals } = words();
const names = positionals.map((name) => otherNames[name] ?? name);
const unknown = names.filter((name) => !(name in rows));
if (values.help) {
  console.log(usage);
} else if (unknown.length > 0) {
  console.error(`there is no row ${unknown.join(", ")}\n${usage}`);
  process.exitCode = 2;
} else if (names.length === 1) {
  const result = await runRow(names[0]);
  console.log(values.json ? JSON.stringify(result) : (await linesOf(result, moduleOf(names[0]))).join("\n"));
} else await runRows(names);

function words() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        help: { type: "boolean", short: "h", default: false },
        all: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        repeats: { type: "string" },
        size: { type: "string" },
        batch: { type: "string" },
        roi: { type: "string" },
        device: { type: "string", default: "cpu" },
        data: { type: "string" },
        seeds: { type: "string" },
        epochs: { type: "string" },
        target: { type: "string" },
        every: { type: "string" },
        whole: { type: "boolean" },
      },
    });
  } catch (error) {
    console.error(`${error.message}\n${usage}`);
    process.exit(2);
  }
}

function moduleOf(name) {
  return import(rows[name]);
}

async function runRow(row) {
  const { run, repeats = 5 } = await moduleOf(row);
  const options = { ...values, repeats: values.repeats ?? String(repeats) };
  const measured = await run(options, (line) => values.json || console.error(line));
  const result = { row, ...measured, machine: machine(values.device) };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${row}.json`), `${JSON.stringify(result, null, 2)}\n`);
  return result;
}

/** Each row in a process of its own, so that none changes the threads or the memory of another. */
async function runRows(named) {
  const results = [];
  const failed = [];
  for (const name of named.length > 0 ? named : Object.keys(rows)) {
    if (named.length === 0 && !values.all && (await moduleOf(name)).long) continue;
    console.error(`\n${name}`);
    const file = join(folder, `${name}.json`);
    rmSync(file, { force: true });
    const args = [fileURLToPath(import.meta.url), name, ...optionWords()];
    const { status } = spawnSync(process.execPath, args, { stdio: ["ignore", 2, 2] });
    if (status === 0) results.push(JSON.parse(readFileSync(file, "utf8")));
    else failed.push(name);
  }
  const table = await markdownOf(results, moduleOf);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "table.md"), table);
  console.log(values.json ? JSON.stringify(results) : table);
  if (failed.length > 0) {
    console.error(`failed: ${failed.join(", ")}`);
    process.exitCode = 1;
  }
}

function optionWords() {
  const { json, all, help, ...rest } = values;
  return Object.entries(rest).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : [`--${name}`, value],
  );
}
