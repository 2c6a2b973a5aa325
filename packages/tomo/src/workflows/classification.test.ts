import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { liveTensors } from "@tomo/torch";
import { beforeAll, describe, expect, it } from "vitest";
import { checkedTrainPlan } from "../check/checked_plans.ts";
import { failureOf, only, trainHere, validateHere } from "./testing/run_here.ts";
import { tinyFilmMmar, tinyFilmTrainConfig, tinyLabels } from "./testing/tiny_films.ts";
import type { TinyMmar } from "./testing/tiny_mmar.ts";

describe("a classification", () => {
  let mmar: TinyMmar;
  let run: Awaited<ReturnType<typeof trainHere>>;
  beforeAll(async () => {
    mmar = tinyFilmMmar();
    run = await trainHere(mmar.root);
  });

  it("trains in batches of films, the last one smaller, with aux-ops of each batch", () => {
    const steps = only(run, "step");
    expect(steps.map(({ step, cases }) => [step, cases.length])).toEqual([
      [1, 4],
      [2, 4],
      [3, 2],
      [1, 4],
      [2, 4],
      [3, 2],
    ]);
    for (const { auxiliary } of steps) {
      expect(auxiliary.map(({ name }) => name)).toEqual(["accuracy"]);
      expect(auxiliary[0]!.value).toBeGreaterThanOrEqual(0);
      expect(auxiliary[0]!.value).toBeLessThanOrEqual(1);
    }
  });

  it("validates with metrics on what aux-ops make of each film and of each batch", () => {
    const [first] = only(run, "validation");
    const byName = Object.fromEntries(first!.metrics.map((metric) => [metric.name, metric]));
    // six films in batches of four: two numbers of batches, six cases
    expect(byName.mean_accuracy).toMatchObject({ count: 2, total: 2 });
    expect(byName.Average_AUC).toMatchObject({ count: 6, total: 6 });
    expect(byName.Spot!.value).toBeCloseTo(byName.Average_AUC!.parts.class_1!, 12);
    expect(first!.keyMetric.name).toBe("Average_AUC");
    expect(first!.cases.map((one) => one.case)).toEqual([10, 11, 12, 13, 14, 15].map((n) => `film_${n}`));
  });

  it("writes a best model that knows its label format, and validates from it", async () => {
    const state = JSON.parse(readFileSync(join(mmar.root, "models/model.ckpt/state.json"), "utf8"));
    expect(state.network).toEqual({ inChannels: 3, spatialDims: 2, outChannels: 2, labelFormat: [1, 1] });
    const before = liveTensors();
    const validated = await validateHere(mmar.root, { set: { do_validation: true } });
    expect(liveTensors()).toBe(before);
    // the same network on the same films: the AUC of training's best validation
    const best = run.result.keyMetric!.best!.value;
    expect(validated.result.metrics[0]!.value).toBeCloseTo(best, 10);
    const csv = readFileSync(join(mmar.root, "eval/preds_model.csv"), "utf8").trim().split("\n");
    expect(csv).toHaveLength(6);
    expect(csv[0]).toMatch(/^film_10\.png,0\.\d+,0\.\d+$/);
  });

  it("infers without labels", async () => {
    const other = tinyFilmMmar();
    other.write("data/dataset_0.json", { validation: [{ image: "film_1.png" }, { image: "film_2.png" }] });
    const set = { do_validation: false, MMAR_CKPT_DIR: join(mmar.root, "models") };
    const { result } = await validateHere(other.root, { set });
    expect(result.cases).toHaveLength(2);
    expect(readFileSync(join(other.root, "eval/preds_model.csv"), "utf8").split("\n")).toHaveLength(3);
  });

  it("gives the same weights for any number of workers", async () => {
    const weights = async (workers: number) => {
      const config = tinyFilmTrainConfig();
      config.epochs = 1;
      config.train.image_pipeline.args.num_workers = workers;
      const one = tinyFilmMmar();
      one.write("config/config_train.json", config);
      await trainHere(one.root);
      return readFileSync(join(one.root, "models/model_final.ckpt/model.safetensors")).toString("base64");
    };
    const alone = await weights(0);
    expect(await weights(2)).toBe(alone);
  });
});

it("warns once of a class that no validation film has, and goes on", async () => {
  const { root, write } = tinyFilmMmar();
  const item = (n: number, label = tinyLabels(n)) => ({ image: `film_${n}.png`, label });
  write("data/dataset_0.json", {
    label_format: [1, 1],
    training: [0, 1, 2, 3, 4, 5].map((n) => item(n)),
    validation: [10, 11, 12].map((n) => item(n, [n % 2, 0])),
  });
  const run = await trainHere(root);
  expect(only(run, "validation")).toHaveLength(2);
  const warnings = only(run, "warning").map(({ message }) => message);
  expect(warnings.filter((message) => message.startsWith("Spot: "))).toHaveLength(1);
  expect(warnings.filter((message) => message.startsWith("Average_AUC: "))).toHaveLength(1);
});

describe("what is wrong with a classification is said before training", () => {
  const spoilt = (change: (mmar: TinyMmar) => void) => {
    const mmar = tinyFilmMmar();
    change(mmar);
    const { root } = mmar;
    return failureOf(() => checkedTrainPlan({ mmar: root, cwd: root, config: "config/config_train.json" }));
  };
  const list = (more: object) => ({
    label_format: [1, 1],
    training: [0, 1].map((n) => ({ image: `film_${n}.png`, label: tinyLabels(n) })),
    validation: [2, 3].map((n) => ({ image: `film_${n}.png`, label: tinyLabels(n) })),
    ...more,
  });

  it("a label vector of the wrong length, with its line", async () => {
    const error = await spoilt(({ write }) =>
      write("data/dataset_0.json", list({ training: [{ image: "film_0.png", label: [1] }] })),
    );
    expect(error).toMatchObject({ code: "TOMO_LABEL_FORMAT", where: { configPath: "training[0].label" } });
    expect(error.where.line).toBeGreaterThan(1);
  });

  it("a missing label_format", async () => {
    const error = await spoilt(({ write }) =>
      write("data/dataset_0.json", list({ label_format: undefined })),
    );
    expect(error.code).toBe("TOMO_LABEL_FORMAT");
    expect(error.hint).toContain('"label_format": [1, 1]');
  });

  it("a class_index beyond the labels, at its place in the config", async () => {
    const error = await spoilt(({ write }) => {
      const config = tinyFilmTrainConfig();
      config.validate.metrics[2]!.args.class_index = 2;
      write("config/config_train.json", config);
    });
    expect(error).toMatchObject({ code: "TOMO_BAD_VALUE", expected: "0 to 1" });
    expect(error.where.configPath).toContain("validate.metrics[2]");
  });

  it("a loss of another task, at its place in the config", async () => {
    const error = await spoilt(({ write }) => {
      const config = tinyFilmTrainConfig();
      config.train.loss.name = "Dice";
      write("config/config_train.json", config);
    });
    expect(error).toMatchObject({
      code: "TOMO_WRONG_TASK",
      message: "Dice is for segmentation, ClassificationImagePipeline for classification",
      where: { configPath: "train.loss.name" },
    });
    expect(error.expected).toContain("BinaryClassificationLoss");
  });

  it("a metric on a field that nobody makes, with the nearest name", async () => {
    const error = await spoilt(({ write }) => {
      const config = tinyFilmTrainConfig();
      config.validate.metrics[1]!.args.field = "binary_pred";
      write("config/config_train.json", config);
    });
    expect(error).toMatchObject({ code: "TOMO_UNKNOWN_FIELD", hint: 'did you mean "binary_preds"?' });
  });

  it("films that are no images: all of them at once", async () => {
    const mmar = tinyFilmMmar();
    for (const n of [2, 12]) writeFileSync(join(mmar.root, `data/film_${n}.png`), "not an image");
    const error = await failureOf(() => trainHere(mmar.root));
    expect(error.where).toMatchObject({ case: "film_2" });
  });

  it("or goes on without them where the pipeline says so", async () => {
    const mmar = tinyFilmMmar();
    const config = tinyFilmTrainConfig();
    config.epochs = 1;
    Object.assign(config.train.image_pipeline.args, { bad_files: "skip" });
    mmar.write("config/config_train.json", config);
    writeFileSync(join(mmar.root, "data/film_2.png"), "not an image");
    const run = await trainHere(mmar.root);
    expect(only(run, "step").reduce((sum, { cases }) => sum + cases.length, 0)).toBe(9);
    expect(
      only(run, "warning")
        .map(({ message }) => message)
        .join(),
    ).toContain("film_2 is left out");
  });

  it("films of different sizes without a transform that makes them alike", async () => {
    const mmar = tinyFilmMmar();
    const config = tinyFilmTrainConfig();
    config.train.pre_transforms = config.train.pre_transforms.filter(
      ({ name }) => name !== "ScaleToShape" && name !== "CropRandomSizeWithDisplacement",
    );
    mmar.write("config/config_train.json", config);
    // the check says it of the films that it has looked at, the batch of all
    const error = await failureOf(() => trainHere(mmar.root));
    expect(error).toMatchObject({ code: "TOMO_BATCH_SHAPE" });
    expect(error.hint).toContain("ScaleToShape");
  });
});
