import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { liveTensors } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { identityAffine } from "../../data/affine.ts";
import { writeNifti } from "../../io/nifti/write.ts";
import { trainHere } from "../testing/run_here.ts";
import { tinyFilmMmar } from "../testing/tiny_films.ts";
import { tinyMmar, tinyTrainConfig } from "../testing/tiny_mmar.ts";
import { deepCheck } from "./index.ts";

const train = "config/config_train.json";
const validation = "config/config_validation.json";
const tried = async (root: string, config: string) => {
  const said: string[] = [];
  const kind = config === train ? "train" : "validate";
  const found = await deepCheck(kind, { mmar: root, config, defaults: { do_validation: true } }, (text) =>
    said.push(text),
  );
  return { ...found, said };
};

describe("a deep check", () => {
  it("reads headers, does a step and validates a case, and leaves nothing behind", async () => {
    const { root } = tinyMmar();
    const live = liveTensors();
    const { trials, errors, said } = await tried(root, train);
    expect(errors).toEqual([]);
    expect(trials.map(({ what }) => what)).toEqual(said);
    expect(said).toEqual([
      "sizes and channels of all cases",
      "headers of all cases, network and weights",
      "first batch",
      "one step on the CPU",
      "validation of one case",
    ]);
    const [, network, batch, step, case_] = trials;
    expect(network!.result).toMatch(/^6 cases, [\d,]+ parameters$/);
    expect(batch!.result).toBe("image 2x1x16x16x16, label 2x1x16x16x16");
    expect(step!.result).toMatch(/^loss 0\.\d+$/);
    expect(step!.peak).toBeGreaterThan(2 * 16 ** 3 * 4);
    expect(case_!.result).toMatch(/^case image_4, mean_dice \d\.\d{4}$/);
    expect(readdirSync(root).sort()).toEqual(["config", "data"]);
    expect(liveTensors()).toBe(live);
  });

  it("prepares a case where there is no model yet, and predicts one where there is", async () => {
    const { root } = tinyMmar();
    const before = await tried(root, validation);
    expect(before.errors).toEqual([]);
    expect(before.trials.at(-1)!.what).toBe("preparation of one case");
    expect(before.notes).toEqual([expect.stringContaining("the network was not tried")]);
    await trainHere(root);
    const live = liveTensors();
    const after = await tried(root, validation);
    expect(after.errors).toEqual([]);
    expect(after.trials.at(-1)).toMatchObject({
      what: "prediction of one case",
      result: expect.stringMatching(/^case image_4, mean_dice /),
    });
    expect(existsSync(join(root, "eval"))).toBe(false);
    expect(liveTensors()).toBe(live);
  });

  it("tries a classification", async () => {
    const { errors, trials } = await tried(tinyFilmMmar().root, train);
    expect(errors).toEqual([]);
    expect(trials.at(-1)!.what).toBe("validation of one batch");
  });

  it("finds a case of other channels among many, without reading a voxel", async () => {
    const { root } = tinyMmar();
    const shape = [20, 20, 20, 2];
    writeNifti(join(root, "data/image_2.nii.gz"), {
      shape,
      data: new Uint8Array(16000),
      affine: identityAffine,
    });
    const { errors, trials } = await tried(root, train);
    expect(trials).toEqual([]);
    expect(errors).toMatchObject([{ code: "TOMO_CHANNELS", where: { case: "image_2" } }]);
  });

  it("lists all files that cannot be read", async () => {
    const { root } = tinyMmar();
    for (const n of [1, 3]) writeFileSync(join(root, `data/image_${n}.nii.gz`), "no image");
    const { errors } = await tried(root, train);
    expect(errors.map(({ code, where }) => [code, where.case])).toEqual([
      ["TOMO_NOT_NIFTI", "image_1"],
      ["TOMO_NOT_NIFTI", "image_3"],
    ]);
  });

  it("finds what only voxels tell", async () => {
    const { root, write } = tinyMmar();
    const config = tinyTrainConfig();
    Object.assign(config.train.model.args, { num_classes: 3 });
    write(train, config);
    expect((await tried(root, train)).errors).toEqual([]);
    const label = new Uint8Array(8000).fill(7);
    for (const n of [0, 1, 2, 3])
      writeNifti(join(root, `data/label_${n}.nii.gz`), {
        shape: [20, 20, 20],
        data: label,
        affine: identityAffine,
      });
    const { errors } = await tried(root, train);
    expect(errors).toMatchObject([{ code: "TOMO_LABEL_RANGE" }]);
  });
});
