import { describe, expect, it } from "vitest";
import { testMmar } from "../config/testing/mmar.ts";
import { checkedTrainPlan } from "./checked_plans.ts";
import { copyExample } from "./testing/example_mmar.ts";
import { FaultBench } from "./testing/faults/run.ts";

type Case = { image: string; label: string };
type Lists = { training: Case[]; validation: Case[] };

/** Codes and config paths of what the check of the hippocampus example finds, with other lists. */
async function findings(change: (lists: Lists) => void): Promise<string[]> {
  const bench = new FaultBench();
  try {
    const { all } = await bench.findingsOf("segmentation_mr_hippocampus", "data/dataset_0.json", (text) => {
      const lists = JSON.parse(text) as Lists;
      change(lists);
      return JSON.stringify(lists, null, 2);
    });
    return all.map(({ code, where, message }) => `${code} ${where.configPath}: ${message}`);
  } finally {
    bench.remove();
  }
}

describe("files that a datalist names twice", () => {
  it("are none in a list as it should be, nor in one that repeats whole cases", async () => {
    expect(await findings(() => {})).toEqual([]);
    expect(await findings(({ training }) => training.push(training[0]!))).toEqual([]);
  });

  it("are image and label of a case", async () => {
    const found = await findings(({ training }) => {
      for (const one of training.slice(1, 3)) one.label = one.image;
    });
    expect(found[0]).toBe(
      "TOMO_SAME_FILE training[1].label: image and label of image_1 are the same file (and so in 1 more cases)",
    );
  });

  it("are the label of two cases", async () => {
    const found = await findings(({ training }) => {
      training[2]!.label = training[0]!.label;
    });
    expect(found).toEqual([
      "TOMO_SAME_FILE training[2].label: image_2 has the label of image_0: the same file",
    ]);
  });

  it("are cases of both lists", async () => {
    const found = await findings(({ training, validation }) => validation.push(training[1]!, training[0]!));
    expect(found).toEqual([
      'TOMO_SAME_CASES validation[2].image: image_1 is in the list "training" too, and so are 1 more',
    ]);
  });
});

describe("the datalists of a plan", () => {
  const options = (root: string) => ({ mmar: root, cwd: root, config: "config/config_train.json" });

  it("are handed over as the check read them, files that are not there are errors", async () => {
    const mmar = testMmar();
    try {
      copyExample("segmentation_mr_hippocampus", mmar.root);
      const { lists } = await checkedTrainPlan(options(mmar.root));
      expect([lists.training.items.length, lists.validation?.items.length]).toEqual([4, 2]);
      expect(lists.training.items[0]?.fields.image).toBe(`${mmar.root}/data/image_0.nii.gz`);
      const elsewhere = checkedTrainPlan({ ...options(mmar.root), set: { DATA_ROOT: "elsewhere" } });
      await expect(elsewhere).rejects.toMatchObject({ errors: [{ code: "TOMO_FILE_MISSING" }, {}] });
      const unlisted = checkedTrainPlan({ ...options(mmar.root), set: { DATASET_JSON: "none.json" } });
      await expect(unlisted).rejects.toMatchObject({
        errors: [{ code: "TOMO_FILE_MISSING", message: "the datalist does not exist" }, {}],
      });
    } finally {
      mmar.remove();
    }
  });
});
