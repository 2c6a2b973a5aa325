import { afterAll, describe, expect, it } from "vitest";
import { testMmar } from "../config/testing/mmar.ts";
import { spleenTrain, spleenValidation } from "../config/testing/plan_of.ts";
import { main } from "./main.ts";
import { testIo } from "./testing/io.ts";

const mmar = testMmar({
  "config/config_train.json": spleenTrain,
  "config/config_validation.json": spleenValidation,
  "config/environment.json": { DATA_ROOT: "/data", DATASET_JSON: "data/d.json", epochs: 7 },
  "config/broken.json": "{",
  "config/datalist.json": { training: [{ image: "a.nii" }] },
});
afterAll(mmar.remove);

const run = async (argv: readonly string[], columns = 80) => {
  const io = testIo({ cwd: mmar.root, columns });
  const exit = await main(["explain", ...argv], io);
  return { exit, ...io.printed() };
};
const printed = async (...argv: string[]) => (await run(argv)).out;

describe("explain", () => {
  it("prints the layers of a variable, the strongest first, with their places", async () => {
    expect(await printed("epochs", "--set", "epochs=3")).toBe(`epochs = 3
  Number of training epochs.
  integer ≥ 1

  --set        3     the command line
  environment  7     config/environment.json:4:13 (shadowed)
  config       1250  config/config_train.json:2:13 (shadowed)
`);
  });

  it("prints the variable behind a placeholder, and breaks long rows", async () => {
    expect(
      await printed("train.image_pipeline.args.data_list_file_path"),
    ).toBe(`train.image_pipeline.args.data_list_file_path = "${mmar.root}/data/d.json"
  Datalist, a JSON file with lists of cases.
  string; argument of SegmentationImagePipelineWithCache

  config            "{DATASET_JSON}"  config/config_train.json:115:32
    {DATASET_JSON}  "${mmar.root}/data/d.json"
      environment   "data/d.json"     config/environment.json:3:19
`);
  });

  it("prints an argument that is not given, and a placeholder without variable", async () => {
    expect(await printed("train.model.args.pretrain_weight_name")).toContain(`
  config                     "{PRETRAIN_WEIGHTS_FILE}"
                               config/config_train.json:33:33 (left out)
    {PRETRAIN_WEIGHTS_FILE}  no layer gives it
  default                    none  of SegAhnet
`);
  });

  it("prints a component with its arguments", async () => {
    const text = await printed("train.lr_policy");
    expect(text).toMatch(/^train\.lr_policy {2}DecayOnStep\n {2}config\/config_train\.json:21:18\n/);
    expect(text).toContain("  decay_ratio  0.1  (line 24)\n");
    expect(await printed("train.optimizer.args")).toContain("  beta1    0.9  (default)\n");
  });

  it("prints a section, and all variables without a path", async () => {
    expect(await printed("train")).toContain("  model             SegAhnet  (line 28)\n");
    const table = await printed();
    expect(table).toMatch(/^epochs +7 +environment, line 4 over config$/m);
    expect(table).toMatch(/^learning_rate +0\.0001 +config, line 4$/m);
    expect(table).toMatch(/^MMAR_CKPT +none +default$/m);
    expect(table).toMatch(/^DATA_LIST_KEY +"validation" +default, unused$/m);
  });

  it("knows the defaults of tomo validate", async () => {
    const table = await printed("-c", "config/config_validation.json");
    expect(table).toMatch(/^do_validation +true +default$/m);
    expect(await printed("val_metrics", "-c", "config/config_validation.json")).toContain(
      "ComputeAverageDice",
    );
  });

  it.each([60, 80, 120])("keeps to %i columns", async (columns) => {
    for (const path of ["train.model", "train", "train.loss.args.smooth", "DATA_ROOT"])
      for (const line of (await run([path], columns)).out.split("\n"))
        expect(line.length, line).toBeLessThanOrEqual(columns);
    const table = (await run([], 80)).out.split("\n");
    for (const line of table) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it("prints plain data with --json", async () => {
    const one = JSON.parse(await printed("epochs", "--json"));
    expect(one).toMatchObject({
      type: "explanation",
      path: "epochs",
      value: 7,
      origins: [
        { layer: "environment", value: 7, state: "wins", where: { line: 4, column: 13 } },
        { layer: "config", value: 1250, state: "shadowed", where: { line: 2, column: 13 } },
      ],
    });
    const all = JSON.parse(await printed("--json"));
    expect(all.type).toBe("variables");
    expect(all.variables[0]).toMatchObject({ name: "epochs", value: 7 });
  });

  it.each([
    [["train.lss"], 2, 'did you mean "train.loss"?'],
    [["epochs", "-c", "config/broken.json"], 3, "TOMO_JSON_SYNTAX"],
    [["epochs", "-c", "config/none.json"], 3, "TOMO_CONFIG_MISSING"],
    [["epochs", "-c", "config/datalist.json"], 3, "TOMO_MISSING_SECTION"],
    [["epochs", "--set", "epochs"], 2, "TOMO_SET_SYNTAX"],
    [["epochs", "-m", "nowhere"], 3, "TOMO_CONFIG_MISSING"],
  ])("%j ends with %i", async (argv, code, words) => {
    const { exit, out, err } = await run(argv);
    expect([exit, out]).toEqual([code, ""]);
    expect(err).toContain(words);
  });
});
