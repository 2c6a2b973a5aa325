import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkWithOwn } from "../check/check_mmar.ts";
import { TomoError } from "../errors/tomo_error.ts";
import { temporaryFolder } from "../testing/temporary_folder.ts";
import type { RunEvent } from "./events.ts";
import { train, validate } from "./index.ts";

const example = fileURLToPath(new URL("../../../../examples/byoc", import.meta.url));
const root = temporaryFolder();
let count = 0;
let mmar = "";

beforeEach(() => {
  mmar = join(root, String(count++));
  for (const part of ["config", "custom", "make_data.mjs"])
    cpSync(join(example, part), join(mmar, part), { recursive: true });
  execFileSync(process.execPath, [join(mmar, "make_data.mjs")]);
});
const before = process.env.TOMO_PATH;
afterEach(() => {
  if (before === undefined) delete process.env.TOMO_PATH;
  else process.env.TOMO_PATH = before;
});

/** Replaces text in a file of the MMAR. */
function edit(file: string, find: string | RegExp, put: string): void {
  const path = join(mmar, file);
  const text = readFileSync(path, "utf8");
  expect(text).toMatch(find);
  writeFileSync(path, text.replace(find, put));
}

async function run<T>(workflow: (options: Parameters<typeof train>[0]) => Promise<T>, set: object = {}) {
  const events: RunEvent[] = [];
  const options = { mmar, cwd: mmar, device: "cpu", threads: 1, set: { ...set } as never };
  const result = await workflow({ ...options, onEvent: (event) => events.push(event) });
  const notes = events.flatMap((event) => (event.type === "note" ? [event.message] : []));
  const warnings = events.flatMap((event) => (event.type === "warning" ? [event.message] : []));
  const losses = events.flatMap((event) => (event.type === "step" ? [event.loss] : []));
  return { result, notes, warnings, losses };
}

async function failureOf(promise: Promise<unknown>): Promise<TomoError> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(TomoError);
  return error as TomoError;
}

describe("examples/byoc", () => {
  it("passes the check, which loads its files", async () => {
    const files = await checkWithOwn({ mmar, cwd: mmar });
    for (const { errors, warnings } of files) expect([errors, warnings]).toEqual([[], []]);
    const loaded = files.flatMap(({ ownComponents }) => ownComponents.map(({ path }) => path));
    expect(new Set(loaded).size).toBe(13);
    expect(loaded).toContain("custom/standardise.ts#Standardise");
  });

  it("learns, is recorded, and validates with the model of its checkpoint", async () => {
    const trained = await run(train);
    expect(trained.result.keyMetric?.best?.value).toBeGreaterThan(0.8);
    expect(trained.notes.filter((note) => note.startsWith("own component"))).toHaveLength(11);
    expect(trained.notes.join("\n")).toMatch(/custom\/tiny_net\.ts#TinyNet \(sha256 [0-9a-f]{12}…\)/);
    expect(trained.notes.join("\n")).toContain("volume_agreement is");
    const record = JSON.parse(readFileSync(join(mmar, "models/run.json"), "utf8"));
    expect(record.ownComponents).toContainEqual(
      expect.objectContaining({ path: "custom/focal_loss.ts#FocalLoss", export: "FocalLoss" }),
    );
    const state = JSON.parse(readFileSync(join(mmar, "models/model.ckpt/state.json"), "utf8"));
    expect(state.model.module.path).toBe("custom/tiny_net.ts#TinyNet");

    const validated = await run(validate, { output_infer_result: true });
    expect(validated.warnings).toEqual([]);
    expect(validated.result.metrics[0]!.value).toBeCloseTo(trained.result.keyMetric!.best!.value, 5);
    expect(validated.notes.join("\n")).toContain("custom/tiny_net.ts#TinyNet");
    expect(readFileSync(join(mmar, "eval/volumes.csv"), "utf8")).toMatch(/^case,voxels\nimage_6\.raw,\d+\n/);

    const config = "config/config_validation_average.json";
    const averaged = await run((options) => validate({ ...options, config }));
    expect(averaged.warnings).toEqual([]);
    expect(averaged.notes.join("\n")).toContain("TinyNet, the mean of model.ckpt and model_final.ckpt");
    expect(averaged.result.metrics[0]!.value).toBeGreaterThan(0.8);

    edit("custom/tiny_net.ts", "// A model.", "// The model.");
    expect((await run(validate)).warnings.join()).toContain(
      "is not as it was when the checkpoint was written",
    );

    const shared = join(mmar, "..", `shared_${count}`);
    mkdirSync(join(shared, "custom"), { recursive: true });
    renameSync(join(mmar, "custom/tiny_net.ts"), join(shared, "custom/tiny_net.ts"));
    expect((await failureOf(run(validate))).code).toBe("TOMO_PATH_MISSING");
    process.env.TOMO_PATH = shared;
    expect((await run(validate)).result.outcome).toBe("done");
  });

  it("gives the same losses however many workers load its files", async () => {
    const losses: unknown[] = [];
    for (const workers of [0, 2]) {
      edit(
        "config/config_train.json",
        /"num_workers": \d,\n\s*"prefetch_size"/,
        `"num_workers": ${workers},"prefetch_size"`.replace(",", ",\n"),
      );
      losses.push((await run(train, { epochs: 2 })).losses);
    }
    expect(losses[0]).toHaveLength(6);
    expect(losses[1]).toEqual(losses[0]);
  });
});

describe("an error in the user's code", () => {
  it("of a transform in a worker names file and line, case, transform and field", async () => {
    edit(
      "custom/add_random_constant.ts",
      "  image: (_, constant, image) =>",
      '  image: (_, constant, image, { where }) => { if (where.case.includes("3")) throw new Error("cosmic ray");\n return',
    );
    edit("custom/add_random_constant.ts", "constant)),", "constant)); },");
    const error = await failureOf(run(train));
    expect(error.code).toBe("TOMO_TRANSFORM_FAILED");
    expect(error.message).toBe("transform 4 (MyAddRandomConstant) failed: cosmic ray");
    expect(error.where).toMatchObject({
      file: expect.stringContaining("custom/add_random_constant.ts"),
      line: 14,
      configPath: "train.pre_transforms[3]",
      case: "image_3.raw",
      field: "image",
    });
  });

  it("of a handler names file and line", async () => {
    edit("custom/stop_when_good.ts", "note(", 'throw new Error("no end");\n      note(');
    const error = await failureOf(run(train));
    expect([error.code, error.message]).toEqual([
      "TOMO_OWN_FAILED",
      "the handler StopWhenGood failed: no end",
    ]);
    expect(error.where).toMatchObject({ line: 12, configPath: "train.handlers[0]" });
  });

  it("of an effect is a result of the check, not its end", async () => {
    edit(
      "custom/standardise.ts",
      "effect: () => (facts) => facts",
      'effect: () => () => { throw new Error("oh") }',
    );
    const [file] = await checkWithOwn({ mmar, cwd: mmar });
    expect(file!.errors[0]!.where.file).toContain("custom/standardise.ts");
    expect(file!.errors[0]!.message).toContain("oh");
  });

  it("that is a missing file of an own loader is found before training", async () => {
    renameSync(join(mmar, "data/image_2.raw"), join(mmar, "data/gone.raw"));
    const [file] = await checkWithOwn({ mmar, cwd: mmar });
    expect(file!.errors.map(({ code }) => code)).toEqual(["TOMO_FILE_MISSING"]);
  });
});
