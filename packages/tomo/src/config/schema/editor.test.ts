import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "jsonc-parser";
import { describe, expect, it } from "vitest";
import { componentsFor } from "../../components/own/lookup.ts";
import { registry } from "../../components/registry.ts";
import { resolveConfig } from "../resolve.ts";
import { chestTrain, spleenTrain, spleenValidation } from "../testing/plan_of.ts";
import { editorSettings, schemaFileName, schemaKinds, schemaOf } from "./index.ts";
import { type Association, openEditor } from "./testing/editor.ts";

const root = fileURLToPath(new URL("../../../../../", import.meta.url));
const settings = parse(readFileSync(`${root}.vscode/settings.json`, "utf8")) as {
  "json.schemas": Association[];
};
const editor = openEditor(settings["json.schemas"], (url) => {
  const kind = schemaKinds.find((one) => url.endsWith(schemaFileName(one)));
  if (kind === undefined) throw new Error(`the settings name ${url}, which is no schema of ours`);
  return schemaOf(kind, registry);
});
const train = "my_mmar/config/config_train.json";
const labels = async (file: string, text: string) =>
  (await editor.complete(file, text)).map(({ label }) => label);

describe("this checkout's settings of VS Code", () => {
  it("are those that tomo schema prints", () => {
    expect(settings).toEqual(editorSettings((kind) => `./packages/tomo/schema/${schemaFileName(kind)}`));
  });

  it("are in docs/editor.md, for the installed package", () => {
    const [, block = ""] = readFileSync(`${root}docs/editor.md`, "utf8").split(/```json\n|```/);
    expect(parse(block)).toEqual(
      editorSettings((kind) => `./node_modules/tomo/schema/${schemaFileName(kind)}`),
    );
  });

  it.each([
    ["a/config/config_train.json", "train"],
    ["a/config/config_train_finetune.json", "train"],
    ["a/config/config_validation.json", "model_loader"],
    ["a/config/config_validation_chpt.json", "model_loader"],
    ["a/config/environment.json", "DATA_ROOT"],
    ["a/config/dataset_0.json", "label_format"],
    ["data/hippocampus/dataset.json", "label_format"],
  ])("bind a schema to %s", async (file, key) => {
    expect(await labels(file, "{ | }")).toContain(key);
  });

  it("leave other files alone", async () => {
    expect(await labels("package.json", "{ | }")).not.toContain("train");
  });
});

describe("completion", () => {
  const inChain = (element: string) => `{ "train": { "pre_transforms": [${element}] } }`;

  it("offers the components of the section, with their pages", async () => {
    const offered = await editor.complete(train, inChain('{ "name": "|" }'));
    const names = registry.names("transforms");
    expect(offered.map(({ label }) => label).sort()).toEqual(names.map((name) => `"${name}"`).sort());
    const flip = offered.find(({ label }) => label === '"RandomAxisFlip"');
    expect(flip?.documentation).toContain(registry.find("transforms", "RandomAxisFlip")?.summary);
    expect(flip?.documentation).toContain("`RandomAxisFlip(fields, probability = 0.5)`");
  });

  it("offers whole components with their required arguments to fill in", async () => {
    const offered = await editor.complete(train, inChain("|"));
    expect(offered.find(({ label }) => label === "RandomAxisFlip")?.insert.replaceAll(/\s/g, "")).toBe(
      `{"name":"RandomAxisFlip","args":{"fields":"${"$"}{1:image}"}}`,
    );
    expect(await labels(train, '{ "train": { "loss": | } }')).toEqual(registry.names("losses"));
    expect(await labels(train, '{ "train": { "loss": [|] } }')).toEqual(registry.names("losses"));
    expect(await labels(train, '{ "validate": { "pre_transforms": [|] } }')).toContain("ref");
    expect(await labels(train, inChain("|"))).not.toContain("ref");
  });

  it("offers the arguments of the component that is named, also by an alias", async () => {
    for (const name of ["RandomAxisFlip", "RandomAxisFlip#first"]) {
      const offered = await editor.complete(train, inChain(`{ "name": "${name}", "args": { | } }`));
      expect(offered.map(({ label }) => label)).toEqual(["fields", "probability"]);
      expect(offered[1]).toMatchObject({ insert: `"probability": ${"$"}{1:0.5}` });
      expect(offered[1]?.documentation).toMatch(/Probability of a flip.*Default: 0\.5\./s);
    }
    expect(await labels(train, inChain('{ "args": { | } }'))).toEqual([]);
  });

  it("leaves out what is there already", async () => {
    const text = inChain('{ "name": "RandomAxisFlip", "args": { "fields": "image", | } }');
    expect(await labels(train, text)).toEqual(["probability"]);
    expect(await labels(train, inChain('{ "name": "RandomAxisFlip", | }'))).toEqual([
      "args",
      "path",
      "disabled",
      "search",
      "apply",
    ]);
  });

  it("offers the values of words and flags", async () => {
    const inModel = (args: string) => `{ "train": { "model": { "name": "SegAhnet", "args": { ${args} } } } }`;
    expect(await labels(train, inModel('"final_activation": |'))).toEqual([
      '"softmax"',
      '"sigmoid"',
      '"linear"',
    ]);
    expect((await labels(train, inModel('"if_use_psp": |'))).sort()).toEqual(["false", "true"]);
    expect((await labels(train, '{ "multi_gpu": | }')).sort()).toEqual(["false", "true"]);
  });

  it("offers sections and variables", async () => {
    expect(await labels(train, "{ | }")).toEqual(expect.arrayContaining(["epochs", "train", "validate"]));
    expect(await labels(train, '{ "train": { | } }')).toEqual([
      ...["loss", "optimizer", "lr_policy", "model", "pre_transforms", "image_pipeline"],
      ...["aux_ops", "batch_transforms", "handlers"],
    ]);
    expect(await labels("config/dataset.json", '{ "training": [{ | }] }')).toEqual(["image", "label"]);
  });
});

describe("hover", () => {
  const text = `{ "epochs": 2, "train": { "loss": { "name": "Dice#a", "args": { "jaccard": true } },
    "optimizer": { "name": "Adam" } } }`;

  it.each([
    ['"epochs"', "Number of training epochs"],
    ['"loss"', "list of candidates"],
    ['"Dice#a"', "1 minus the mean soft Dice coefficient"],
    ['"Adam"', "`Adam(beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8)`"],
    ['"jaccard"', "Default: false"],
    ['"args"', "Arguments of Dice"],
  ])("explains %s", async (token, words) => {
    expect(await editor.hover(train, text, token)).toContain(words);
  });
});

describe("faults", () => {
  it("are underlined in their line, in our words", async () => {
    const found = await editor.faults(
      train,
      `{ // a comment
  "epochs": "many",
  "train": {
    "model": { "name": "SegAhnet", "args": { "num_classes": 2, "plane": "w" } },
    "loss": { "name": "Dice", "args": { "smoth": 1e-5 } },
    "pre_transforms": [
      { "name": "LoadNifty", "args": { "fields": "image" } },
      { "name": "RandomAxisFlip" },
      { "name": "RandomAxisFlop#a" },
      { "name": "RandomAxisFlip", "args": { "fields": ["image", 3], "probability": 2 } },
      { "name": "RandomMRBiasField" },
    ],
    "image_pipeline": { "name": "SegmentationImagePipeline", "args": "{PIPELINE}" }
  },
}`,
    );
    expect(found.toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))).toEqual([
      "2: Expected integer ≥ 1.",
      '4: Expected "x" | "y" | "z".',
      expect.stringMatching(/^5: The arguments of Dice are .*smooth/),
      "7: Clara Train 3 calls it LoadNifti; `tomo migrate` translates it.",
      '8: Missing property "args".',
      "9: There is no such transform; `tomo list transforms` shows them all.",
      "10: Expected string.",
      "10: Value is above the maximum of 1.",
      "11: Tomo does not have RandomMRBiasField yet.",
    ]);
  });

  it.each([
    [
      "config_train.json",
      '{ "train": {},\n"validat": {} }',
      "2: There is no such section; the sections are train, validate.",
    ],
    [
      "config_train.json",
      '{ "train": {},\n"metrics": [] }',
      "2: There is no such section; the sections are train, validate.",
    ],
    [
      "config_validation.json",
      '{ "inferer": {}, "model_loader": {},\n"post_transform": [] }',
      expect.stringMatching(/^2: There is no such section; the sections are .*post_transforms/),
    ],
  ])("underline a section of %s that nothing reads: %j", async (name, text, fault) => {
    expect(await editor.faults(`config/${name}`, text)).toContainEqual(fault);
  });

  it("let variables of any name, and what AutoML and people keep, stand at the top", async () => {
    const own = '"my_variable": 3, "search": [], "_notes": { "a": 1 }, "description": "x", "multi_gpu": true';
    const found = await editor.faults(train, `{ ${own} }`);
    expect(found.filter((fault) => fault.includes("section"))).toEqual([]);
  });

  it.each(examples())("there are none in %s", async (file) => {
    expect(await editor.faults(file, readFileSync(root + file, "utf8"))).toEqual([]);
  });

  it("there are none in the seed's configs", async () => {
    expect(await editor.faults(train, spleenTrain)).toEqual([]);
    expect(await editor.faults(train, chestTrain)).toEqual([]);
    expect(await editor.faults("config/config_validation.json", spleenValidation)).toEqual([]);
  });
});

describe("an MMAR with components of the user's own", async () => {
  const mmar = `${root}examples/byoc`;
  const names = ["config_train.json", "config_validation.json"];
  const configs = names.map((name) => resolveConfig({ mmar, config: `config/${name}`, cwd: root }));
  const lookup = await componentsFor(...configs);
  const associations = editorSettings((kind) => schemaFileName(kind), "byoc")["json.schemas"] as never;
  const own = openEditor(associations, (url) =>
    schemaOf(schemaKinds.find((one) => url.endsWith(schemaFileName(one)))!, lookup),
  );
  const file = "byoc/config/config_train.json";
  const loss = (element: string) => `{ "train": { "loss": ${element} } }`;
  const path = "custom/focal_loss.ts#FocalLoss";
  const dotted = "custom.focal_loss.FocalLoss";
  const ownLabels = async (text: string) => (await own.complete(file, text)).map(({ label }) => label);

  it("is offered them by path, and whole", async () => {
    expect(await ownLabels(loss('{ "path": "|" }'))).toEqual([`"${path}"`]);
    const [offered] = await own.complete(file, loss('{ "path": "|" }'));
    expect(offered?.documentation).toContain("`FocalLoss(gamma = 2)`");
    const whole = (await own.complete(file, loss("|"))).find(({ label }) => label === "FocalLoss");
    expect(whole?.insert.replaceAll(/\s/g, "")).toBe(`{"path":"${path}"}`);
  });

  it.each([path, dotted])("is offered the arguments of %s, with words and defaults", async (spelling) => {
    const offered = await own.complete(file, loss(`{ "path": "${spelling}", "args": { | } }`));
    expect(offered.map(({ label }) => label)).toEqual(["gamma"]);
    expect(offered[0]?.documentation).toMatch(/How much less.*Default: 2\./s);
    const text = loss(`{ "path": "${spelling}", "args": { "gamma": 1 } }`);
    expect(await own.hover(file, text, `"${spelling}"`)).toContain(
      "voxels that are right already weigh less",
    );
    expect(await own.hover(file, text, '"gamma"')).toContain("number ≥ 0");
  });

  it("sees unknown, wrong and missing arguments, and a class of another kind", async () => {
    const found = await own.faults(
      file,
      `{ "train": {
  "loss": { "path": "${dotted}", "args": { "gama": 1 } },
  "model": { "path": "custom/tiny_net.ts#TinyNet", "args": { "filters": "many" } },
  "pre_transforms": [
    { "path": "custom.standardise.Standardise" },
    { "path": "${path}" },
    { "path": "custom/of_tomorrow.ts#Later", "args": { "anything": 1 } },
    { "path": "custom.standardise.Standardise", "disabled": true },
    { "path": "custom.standardise.Standardise", "args": { "fields": "{FIELD}" } }
  ],
  "image_pipeline": "{PIPELINE}"
} }`,
    );
    expect(found.toSorted()).toEqual([
      "2: The arguments of FocalLoss are gamma.",
      "3: Expected integer > 0.",
      '5: Missing property "args".',
      `6: ${path} is a loss, not a transform.`,
    ]);
  });

  it("has no fault in its own configs, and none of it reaches other MMARs", async () => {
    for (const name of names)
      expect(await own.faults(`byoc/config/${name}`, readFileSync(`${mmar}/config/${name}`, "utf8"))).toEqual(
        [],
      );
    expect(
      (await own.complete("other/config/config_train.json", "{ | }")).map(({ label }) => label),
    ).not.toContain("train");
  });
});

function examples(): string[] {
  const folders = readdirSync(`${root}examples`).map((name) => `examples/${name}/config`);
  return folders.flatMap((folder) =>
    readdirSync(root + folder)
      .filter((name) => name.endsWith(".json"))
      .map((name) => `${folder}/${name}`),
  );
}
