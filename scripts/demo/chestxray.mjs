// Classification of chest films: synthetic ones with the seed's config as it is, or real ones.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFilms } from "./films.mjs";
import { forEpochs, freshFolder, here, realData, root, run, say, setting } from "./stage.mjs";

export const title = "train a chest X-ray classifier from JSON alone, then validate it on unseen films";

export function demo({ data, epochs }) {
  const real = data ? binaryLabels(realData(data)) : null;
  const example = real ? "classification_chestxray_nih" : "classification_chestxray";
  const folder = freshFolder("demo_chestxray", example);
  const { training, validation } = real
    ? realFilms(folder, real, epochs)
    : syntheticFilms(folder, epochs ?? 10);
  run("train", "-m", folder, ...setting(training));
  run("validate", "-m", folder, "-c", "config/config_validation.json", ...setting(validation));
  summary(folder);
}

/** Settings for films of our own: enough to learn from in a few minutes. */
function syntheticFilms(folder, epochs) {
  const counts = { training: 240, validation: 40, testing: 80 };
  const total = Object.values(counts).reduce((sum, count) => sum + count);
  say(`Making ${total} synthetic chest films of 16 bits with fifteen kinds of findings …`);
  makeFilms(join(folder, "data"), counts);
  return {
    training: [...forEpochs(epochs, 2), "use_amp=true"],
    validation: ["DATA_LIST_KEY=testing"],
  };
}

/** Real data with the names of its labels; ends the demo when its labels are no binary ones. */
function binaryLabels({ folder, list }) {
  const { label_format: format, classes } = parsed(list);
  if (!(Array.isArray(format) && format.length > 0 && format.every((entry) => entry === 1))) {
    say(`${list} needs "label_format": [1, 1, …], a 1 for each binary label.`);
    process.exit(4);
  }
  const names = format.map((_, n) => String(classes?.[n] ?? `label_${n}`).replaceAll(/\W+/g, "_"));
  return { folder, list, names };
}

function parsed(list) {
  try {
    return JSON.parse(readFileSync(list, "utf8"));
  } catch (error) {
    say(`${list} cannot be read as JSON: ${error.message}`);
    process.exit(4);
  }
}

/** Settings for films of the user; the configs get the labels of the datalist and take any range of grey values. */
function realFilms(mmar, { folder, list, names }, epochs) {
  for (const file of ["config_train.json", "config_validation.json"]) {
    const path = join(mmar, "config", file);
    const config = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(path, `${JSON.stringify(adapted(config, names), null, 2)}\n`);
  }
  const settings = [`DATA_ROOT=${folder}`, `DATASET_JSON=${list}`];
  return {
    training: [...settings, ...forEpochs(epochs, 1)],
    validation: [...settings, "DATA_LIST_KEY=validation"],
  };
}

/** Any part of a config: a metric for each label, and each film centred by its own mean and deviation. */
function adapted(part, names) {
  if (Array.isArray(part)) {
    const ofLabel = part.find((entry) => entry?.args?.class_index !== undefined);
    const others = part.filter((entry) => entry?.args?.class_index === undefined);
    const metrics = ofLabel
      ? names.map((name, n) => ({ ...ofLabel, args: { ...ofLabel.args, name, class_index: n } }))
      : [];
    return [...others.map((entry) => adapted(entry, names)), ...metrics];
  }
  if (part === null || typeof part !== "object") return part;
  if (part.name === "CenterData") return { name: "CenterData", args: { fields: "image" } };
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, adapted(value, names)]));
}

function summary(folder) {
  const results = join(folder, "eval");
  const models = here(join(folder, "models"));
  const shown = [
    ["ROC curves", "roc.svg"],
    ["hardest films", "hardest_cases.png"],
    ["by class", "classification_report.txt"],
    ["predictions", "preds_model.csv"],
  ].map(([name, file]) => `  ${name.padEnd(15)}${here(join(results, file))}`);
  say(`\nDone.\n\n${areasUnderCurves(join(results, "classification_report.txt"))}

Look at:
${shown.join("\n")}
  checkpoints    ${models}   (curves: tensorboard --logdir ${models})

Real films: npm run demo -- chestxray --data FOLDER, where FOLDER/dataset_0.json looks like the one of this demo,
or copy ${here(join(root, "examples", "classification_chestxray_nih"))} and run
  npx tomo train -m YOUR_MMAR --set DATA_ROOT=FOLDER DATASET_JSON=FOLDER/dataset_0.json`);
}

/** The first table of the report. */
function areasUnderCurves(report) {
  const [head = "", table = ""] = readFileSync(report, "utf8").split("\n\n");
  return `${head}\n\n${table}`;
}
