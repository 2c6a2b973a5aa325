import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ops, scope, tensor } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import type { ComponentSpec } from "../../config/component_spec.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import { tomoErrorFrom, tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { instantiate, isRandom } from "../registry.ts";
import { loadModules } from "./load.ts";
import { lossText, ownMmar } from "./testing/own_mmar.ts";

const mmar = ownMmar();
const where = { file: "/mmar/config/config_train.json", line: 3, column: 5, configPath: "train.loss" };

describe("files with own components", () => {
  it("get this Tomo's own API, wherever they lie", async () => {
    const { component, module } = await mmar.component("custom/api.ts#Api", {
      "custom/api.ts": `import { TomoError, defineLoss } from "tomo";
import { ops } from "@tomo/torch";
import { z } from "zod";
enum Kind { A = 1 }
export const Api = defineLoss({
  name: "Api", summary: "Shows the API.", args: { x: z.number().default(Kind.A).describe("X.") },
  build: () => (p) => { if (p === null) throw new TomoError("TOMO_BAD_VALUE", "mine"); return ops.mean(p!); },
});`,
    });
    expect(component.args.parse({})).toEqual({ x: 1 });
    const spec = { kind: "losses", name: "Api", args: {}, where, module } as const;
    const task = { labelFormat: null };
    expect(scope(() => instantiate(spec)(tensor([1, 3]), tensor([0, 0]), task).item())).toBe(2);
    const error = tomoErrorOf(() => instantiate(spec)(null as never, null as never, task));
    expect(error).toBeInstanceOf(TomoError);
    expect([error.code, error.message]).toEqual(["TOMO_BAD_VALUE", "mine"]);
    expect(error.where).toEqual({ file: module.file, line: 7, configPath: "train.loss" });
    const bytes = readFileSync(join(mmar.root, "custom/api.ts"));
    expect(module.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
  });

  it.each([
    ["default.ts", `${lossText("Mine")}\nexport default Mine;`, "default.ts", "default"],
    ["only.ts", `${lossText("Mine")}\nexport const helper = 1;`, "only.ts", "Mine"],
    ["dotted.ts", lossText("Mine"), "dotted.Mine", "Mine"],
    ["module.mjs", lossText("Mine").replaceAll(": unknown", ""), "module.Mine", "Mine"],
    [
      "common.cjs",
      `const { defineLoss } = require("tomo");
module.exports = { Mine: defineLoss({ name: "Mine", summary: "S.", args: {}, build: () => (p) => p }) };`,
      "common.cjs#Mine",
      "Mine",
    ],
    [
      "whole.js",
      `const { defineLoss } = require("tomo");
module.exports = defineLoss({ name: "Mine", summary: "S.", args: {}, build: () => (p) => p });`,
      "whole.js",
      "default",
    ],
    ["later.ts", `await Promise.resolve();\n${lossText("Mine")}`, "later.Mine", "Mine"],
  ])("may be written as in %s", async (file, text, path, exported) => {
    const { component, module } = await mmar.component(path, { [file]: text });
    expect([component.name, module.export]).toEqual(["Mine", exported]);
    expect(module.path).toBe(`${file}#${exported}`);
  });

  it.each(["mjs", "js", "cjs"])("get this Tomo's API in .%s beside an installed one too", async (ending) => {
    const other = "exports.defineLoss = () => ({ kind: 'losses', name: 'Other', build() {} });";
    const declaration = `defineLoss({ name: "Ours", summary: "S.", args: {}, build: () => (p) => p })`;
    const { component } = await mmar.component(`beside/x.${ending}#X`, {
      "beside/node_modules/tomo/package.json": '{ "name": "tomo", "main": "index.js" }',
      "beside/node_modules/tomo/index.js": other,
      "beside/package.json": '{ "type": "module" }',
      [`beside/x.${ending}`]:
        ending === "cjs"
          ? `const { defineLoss } = require("tomo");\nexports.X = ${declaration};`
          : `import { defineLoss } from "tomo";\nexport const X = ${declaration};`,
    });
    expect(component.name).toBe("Ours");
  });

  it("import files beside them, and are read anew when these change", async () => {
    const files = {
      "two/main.ts": lossText("Mine").replace("For tests.", `" + text + "`),
      "two/text.ts": `export const text = "First.";`,
    };
    files["two/main.ts"] = `import { text } from "./text.ts";\n${files["two/main.ts"]}`;
    expect((await mmar.component("two.main.Mine", files)).component.summary).toBe("First.");
    const changed = { "two/text.ts": `export const text = "Second.";` };
    expect((await mmar.component("two.main.Mine", changed)).component.summary).toBe("Second.");
  });
});

describe("files that do not work", () => {
  it.each([
    ["throw new Error('no licence');", "bad.ts:1 failed while it was loaded: no licence"],
    ["\n\nthrow 'a word';", "bad.ts failed while it was loaded: a word"],
    ["const a = 1;\nconst b = = 2;", "bad.ts:2:10 is no TypeScript: Unexpected token"],
    ["import 'not-installed';", "Cannot find"],
    ["import { defineLos } from 'tomo';\ndefineLos({});", 'did you mean "defineLoss"?'],
    ["export const X = 1;", "bad.ts#X is a number, not a component"],
    ["export class X {}", "bad.ts#X is a class, not a component"],
    ["export const X = () => 1;", "bad.ts#X is a function, not a component"],
    ["export const X = null;", "bad.ts#X is null, not a component"],
    ["export const Y = 1;", "bad.ts does not export X"],
    ["", "bad.ts does not export X"],
    ["export const X = { kind: 'losses', name: 'X', build() {} };", '"args" must hold zod types'],
    [lossText("X").replace("For tests.", ""), '"summary" is empty'],
    [lossText("X").replace('"Weight."', '""'), 'the argument "weight" has no description'],
    [lossText("X").replace('name: "X"', 'name: "my loss"'), '"name" must be a word'],
  ])("%j says why", async (text, reason) => {
    const error = await mmar.fault("bad.ts#X", { "bad.ts": text });
    expect(error.code).toBe("TOMO_OWN_COMPONENT");
    expect(error.message).toContain(reason);
  });

  it("suggest the export that was meant", async () => {
    const error = await mmar.fault("near.ts#MyLos", { "near.ts": lossText("MyLoss") });
    expect(error.hint).toBe('did you mean "MyLoss"?');
    const several = await mmar.fault("several.ts", {
      "several.ts": lossText("A") + lossText("B").replace(/^import.*\n/, ""),
    });
    expect(several.expected).toContain("A, B");
  });

  it("are tried again once they are mended", async () => {
    await mmar.fault("mend.ts#M", { "mend.ts": "throw new Error('x');" });
    expect((await mmar.component("mend.ts#M", { "mend.ts": lossText("M") })).component.name).toBe("M");
  });
});

describe("own components in a run", () => {
  async function specOf(body: string, more = ""): Promise<ComponentSpec<"losses">> {
    const { module } = await mmar.component("run.ts#Run", { "run.ts": lossText("Run", body, more) });
    return { kind: "losses", name: "Run", args: { weight: 1 }, where, module };
  }
  const task = { labelFormat: null };

  it("name the line of the user's file and the place in the config when they throw", async () => {
    const spec = await specOf("const label: any = null;\n    return label.shape;");
    const error = tomoErrorOf(() => instantiate(spec)(null as never, null as never, task));
    expect(error.code).toBe("TOMO_OWN_FAILED");
    expect(error.message).toBe("the loss Run failed: Cannot read properties of null (reading 'shape')");
    expect(error.where).toEqual({ file: join(mmar.root, "run.ts"), line: 9, configPath: "train.loss" });
  });

  it("name it too for what libtorch refuses", async () => {
    const spec = await specOf("return ops.add(predictions, targets);");
    await mmar.component("run.ts#Run", {
      "run.ts": `import { ops } from "@tomo/torch"; ${lossText("Run", "return ops.add(predictions, targets);")}`,
    });
    const { module } = await mmar.component("run.ts#Run");
    const loss = instantiate({ ...spec, module });
    const error = scope(() => tomoErrorOf(() => loss(ops.zeros([2]), ops.zeros([3]), task)));
    expect(error.where.line).toBe(8);
  });

  it("say what a kind must return", async () => {
    const spec = await specOf("return 5;");
    const error = tomoErrorOf(() => instantiate(spec)(null as never, null as never, task));
    expect(error.message).toBe("the loss Run must return a tensor of one element, it returned 5");
    const promise = instantiate(await specOf("return Promise.resolve(5);"));
    const message = tomoErrorOf(() => promise(null as never, null as never, task)).message;
    expect(message).toContain("components work without await");
  });

  it("are not built from a file that has changed since", async () => {
    const spec = await specOf("return predictions;");
    await mmar.component("run.ts#Run", { "run.ts": lossText("Run", "return targets;") });
    const error = await tomoErrorFrom(loadModules([spec.module!]));
    expect(error.code).toBe("TOMO_OWN_CHANGED");
    expect(tomoErrorOf(() => instantiate(spec)).code).toBe("TOMO_UNKNOWN_COMPONENT");
  });

  it("are asked whether they are random, by their own declaration", async () => {
    expect(isRandom(await specOf("return predictions;", "random: true,"))).toBe(true);
    const spec = await specOf("return predictions;", "random: () => { throw new Error('dice are gone'); },");
    expect(tomoErrorOf(() => isRandom(spec)).message).toContain("dice are gone");
  });
});
