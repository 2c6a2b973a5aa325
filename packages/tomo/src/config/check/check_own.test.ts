import { realpathSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { checkWithOwn } from "../../check/check_mmar.ts";
import { trainConfig } from "../../check/testing/small_configs.ts";
import { componentsFor } from "../../components/own/lookup.ts";
import { lossText } from "../../components/own/testing/own_mmar.ts";
import { resolveConfig } from "../resolve.ts";
import { testMmar } from "../testing/mmar.ts";
import { planTraining } from "../train_config.ts";

const transformText = `import { defineImageTransform, fields, number } from "tomo";
export const Shift = defineImageTransform({
  name: "Shift", summary: "Shifts.", args: { fields: fields(), by: number("How far.").positive() },
  check: ({ by }) => { if (by === 13) throw new Error("unlucky"); return by > 5 ? [{ argument: "by", message: "is too far" }] : []; },
  image: (args, image) => image,
});`;

/** Errors of an MMAR whose training config has this loss or first transform, as `CODE path: message; hint`. */
async function faultsOf(
  change: (train: Record<string, unknown>) => void,
  files: Record<string, string> = {},
) {
  const config = trainConfig() as { train: Record<string, unknown> };
  change(config.train);
  const mmar = testMmar({
    "config/environment.json": { DATA_ROOT: "data", DATASET_JSON: "list.json" },
    "config/config_train.json": config,
    "custom/loss.ts": lossText("MyLoss"),
    "custom/shift.ts": transformText,
    ...files,
  });
  try {
    const [file] = await checkWithOwn({ mmar: mmar.root, cwd: mmar.root });
    return file!.errors.map(
      ({ code, where, message, hint }) => `${code} ${where.configPath}: ${message}; ${hint}`,
    );
  } finally {
    mmar.remove();
  }
}

const withLoss = (loss: object) => faultsOf((train) => void Object.assign(train, { loss }));
const withShift = (args: object) =>
  faultsOf((train) => {
    const element = { path: "custom.shift.Shift", args };
    train.pre_transforms = [...(train.pre_transforms as object[]), element];
  });

describe("an element with a path", () => {
  it.each([
    [{ path: "custom/loss.ts#MyLoss" }],
    [{ path: "custom.loss.MyLoss", args: { weight: 2 } }],
    [{ name: "Dice", path: "custom.loss.MyLoss" }],
    [{ path: "custom/gone.ts#MyLoss", disabled: true, name: "x" }, "TOMO_MISSING_SECTION train.loss"],
  ])("%j", async (loss, expected?: string) => {
    const faults = await withLoss(loss);
    if (expected === undefined) expect(faults).toEqual([]);
    else expect(faults[0]).toContain(expected);
  });

  it.each([
    [
      { path: "custom.loss.MyLos" },
      'TOMO_OWN_COMPONENT train.loss.path: custom/loss.ts does not export MyLos; did you mean "MyLoss"?',
    ],
    [{ path: "../x.ts#A" }, "TOMO_PATH_REFUSED train.loss.path"],
    [
      { path: "custom.shift.Shift" },
      "TOMO_WRONG_KIND train.loss.path: custom/shift.ts#Shift is a transform, not a loss",
    ],
    [
      { path: "custom.loss.MyLoss", args: { wieght: 1 } },
      'TOMO_UNKNOWN_ARGUMENT train.loss.args.wieght: MyLoss has no argument "wieght"; did you mean "weight"?',
    ],
    [{ path: "custom.loss.MyLoss", args: { weight: "1" } }, "TOMO_WRONG_TYPE train.loss.args.weight"],
    [{ path: "custom.loss.MyLoss", weight: 1 }, "TOMO_UNKNOWN_KEY train.loss.weight"],
    [{ path: "{NOPE}/loss.ts#MyLoss" }, "TOMO_UNDEFINED_VARIABLE train.loss.path"],
  ])("%j is refused at its place", async (loss, expected) => {
    expect((await withLoss(loss)).join("\n")).toContain(expected);
  });

  it("has its own checks, which may fail themselves", async () => {
    expect(await withShift({ fields: "image", by: 2 })).toEqual([]);
    expect((await withShift({ fields: "image", by: 6 })).join()).toContain("args.by: is too far");
    expect((await withShift({ fields: "image", by: -1 })).join()).toContain("TOMO_BAD_VALUE");
    const [failed] = await withShift({ fields: "image", by: 13 });
    expect(failed).toContain("custom/shift.ts:4: unlucky");
  });

  it("cannot take the name of a built-in", async () => {
    const files = { "custom/loss.ts": lossText("Dice") };
    const faults = await faultsOf(
      (train) => void Object.assign(train, { loss: { path: "custom.loss.Dice" } }),
      files,
    );
    expect(faults[0]).toContain("calls itself Dice, which is a built-in");
  });

  it("is found by a ref: by its label, else by its class; and keeps the label as alias", async () => {
    const config = trainConfig() as Record<"train" | "validate", { pre_transforms: object[] }>;
    const shift = { path: "custom/shift.ts#Shift", args: { fields: "image", by: 1 } };
    config.train.pre_transforms.push(shift, { ...shift, name: "second" });
    config.validate.pre_transforms.push({ ref: "Shift" }, { ref: "second" });
    const mmar = testMmar({
      "config/environment.json": { DATA_ROOT: "data", DATASET_JSON: "list.json" },
      "config/config_train.json": config,
      "custom/shift.ts": transformText,
    });
    try {
      const resolved = resolveConfig({
        mmar: mmar.root,
        cwd: mmar.root,
        config: "config/config_train.json",
      });
      const plan = planTraining(resolved, await componentsFor(resolved));
      const [first, second] = plan.validate!.pre_transforms.slice(-2);
      expect([first!.name, first!.alias]).toEqual(["Shift", undefined]);
      expect([second!.name, second!.alias]).toEqual(["Shift", "second"]);
      expect(dirname(second!.module!.file)).toBe(realpathSync(`${mmar.root}/custom`));
    } finally {
      mmar.remove();
    }
  });
});
