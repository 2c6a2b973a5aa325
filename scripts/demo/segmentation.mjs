// Segmentation of a spleen in synthetic CTs, or in real volumes.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { makePhantoms } from "./phantoms.mjs";
import { forEpochs, freshFolder, here, realData, root, run, say, setting } from "./stage.mjs";

export const title =
  "train a 3-D spleen segmentation network from JSON alone, then validate it on unseen cases";

export function demo({ data, epochs }) {
  const real = data ? realData(data) : null;
  const folder = freshFolder("demo", "segmentation_ct_phantom");
  const set = real
    ? [`DATA_ROOT=${real.folder}`, `DATASET_JSON=${real.list}`, "DATA_LIST_KEY=validation"]
    : phantoms(folder);
  run("train", "-m", folder, ...setting([...set, ...forEpochs(epochs, 5)]));
  run("validate", "-m", folder, "--set", "do_validation=true", "output_infer_result=true", ...set);
  summary(folder);
}

function phantoms(folder) {
  say("Making 25 synthetic abdominal CTs: body, liver, kidneys, spine, an off-centre spleen, noise …");
  makePhantoms(join(folder, "data"), { training: 16, validation: 4, testing: 5 });
  return [];
}

function summary(folder) {
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
