// npm run demo [-- --data FOLDER] [-- --epochs N]: makes synthetic CTs (or takes real data), trains, validates, shows pictures.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { makePhantoms } from "./demo/phantoms.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const tomo = join(root, "packages", "tomo", "bin", "tomo.js");
const { values } = parseArgs({ options: { data: { type: "string" }, epochs: { type: "string" } } });

const folder = join(root, "results", "demo");
const here = (path) => relative(process.cwd(), path) || ".";
const say = (text) => process.stderr.write(`${text}\n`);

say(`
Tomo demo: train a 3-D spleen segmentation network from JSON alone, then validate it on unseen cases.
Everything lands in ${here(folder)}. It takes a few minutes on two cores.
`);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
cpSync(join(root, "examples", "segmentation_ct_phantom"), folder, { recursive: true });

const set = values.data ? realData(resolve(values.data)) : phantoms();
if (values.epochs) set.push(`epochs=${values.epochs}`);

run("train", "-m", folder, ...(set.length > 0 ? ["--set", ...set] : []));
run("validate", "-m", folder, "--set", "do_validation=true", "output_infer_result=true", ...set);
summary();

function phantoms() {
  say("Making 25 synthetic abdominal CTs: body, liver, kidneys, spine, an off-centre spleen, noise …");
  makePhantoms(join(folder, "data"), { training: 16, validation: 4, testing: 5 });
  return [];
}

function realData(data) {
  const list = readdirSync(data).find((name) => /^dataset.*\.json$/.test(name));
  if (!list) {
    say(
      `${data} has no dataset*.json. It needs a datalist with the keys training and validation: see README.md.`,
    );
    process.exit(4);
  }
  return [`DATA_ROOT=${data}`, `DATASET_JSON=${join(data, list)}`, "DATA_LIST_KEY=validation"];
}

function run(...args) {
  say(`\n$ npx tomo ${args.map((arg) => (arg.startsWith(root) ? here(arg) : arg)).join(" ")}\n`);
  const { status } = spawnSync(process.execPath, [tomo, ...args], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

function summary() {
  const report = join(folder, "eval", "mean_dice_summary_results.txt");
  const pictures = readdirSync(join(folder, "eval"), { recursive: true }).filter((name) =>
    name.endsWith(".png"),
  );
  say(`\nDone.${existsSync(report) ? `\n\n${readFileSync(report, "utf8").trim()}` : ""}

Look at:
  pictures     ${pictures
    .slice(0, 3)
    .map((name) => here(join(folder, "eval", name)))
    .join("\n               ")}
  predictions  ${here(join(folder, "eval"))}/<case>/*.nii.gz
  checkpoints  ${here(join(folder, "models"))}   (curves: tensorboard --logdir ${here(join(folder, "models"))})

Bring your own: copy ${here(join(root, "examples", "segmentation_ct_spleen"))}, set DATA_ROOT and DATASET_JSON in config/environment.json, and run
  npx tomo train -m YOUR_MMAR`);
}
