// Asks of these components the laws that Tomo's own ones pass. A check throws what is broken, so any test runner will
// do; here it is vitest: npx vitest run examples/byoc
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  applyTransform,
  caseOf,
  checkAuxOp,
  checkDeclaration,
  checkInferer,
  checkLoss,
  checkLrPolicy,
  checkMetric,
  checkModel,
  checkOptimizer,
  checkTransform,
  imageIn,
  ramp,
  transformLaws,
} from "tomo/testing";
import { afterAll, describe, expect, it } from "vitest";
import { MyAddRandomConstant } from "./custom/add_random_constant.ts";
import { AverageLoader } from "./custom/average_loader.ts";
import { FocalLoss } from "./custom/focal_loss.ts";
import { Foreground } from "./custom/foreground.ts";
import { LoadRaw } from "./custom/load_raw.ts";
import { MirrorInferer } from "./custom/mirror_inferer.ts";
import { MomentumSgd } from "./custom/momentum_sgd.ts";
import { PolyPolicy } from "./custom/poly_policy.ts";
import { Standardise } from "./custom/standardise.ts";
import { StopWhenGood } from "./custom/stop_when_good.ts";
import { TinyNet } from "./custom/tiny_net.ts";
import { VolumeAgreement } from "./custom/volume_agreement.ts";
import { WriteVolumes } from "./custom/write_volumes.ts";

const folder = mkdtempSync(join(tmpdir(), "byoc-"));
afterAll(() => rmSync(folder, { recursive: true }));

// one test a component, by the whole check …
it("Standardise", () => {
  checkTransform(Standardise, {
    args: { fields: ["image", "label"] },
    reads: ["image", "label"],
    keeps: ["format", "shape", "affine"],
  });
});

// … or one a law, by the runner of your choice
describe("MyAddRandomConstant", () => {
  const facts = {
    args: { fields: "image" },
    reads: ["image"],
    keeps: ["format", "shape", "dtype", "affine"],
  } as const;
  for (const { name, check } of transformLaws(MyAddRandomConstant, facts)) it(name, check);

  // what it does is for you to say
  it("adds one number to all voxels", () => {
    const sample = caseOf({ image: ramp("DHW", [2, 2, 2]) });
    const { data } = imageIn(applyTransform(MyAddRandomConstant, { fields: "image" }, sample).sample);
    const added = data.toArray().map((value, n) => value - (n + 1));
    expect(Math.max(...added) - Math.min(...added)).toBeLessThan(1e-5);
    expect(Math.abs(added[0]!)).toBeLessThanOrEqual(0.1);
  });
});

it("LoadRaw", () => {
  const file = join(folder, "image.raw");
  writeFileSync(
    file,
    Uint8Array.from({ length: 24 }, (_, n) => n),
  );
  checkTransform(LoadRaw, {
    args: { fields: "image", shape: [2, 3, 4] },
    // a loader reads no images
    reads: [],
    formats: ["DHW"],
    sample: (format) => caseOf({ image: format === "DHW" ? file : ramp(format, [2, 3, 4]) }),
  });
});

it("FocalLoss", () => checkLoss(FocalLoss, { args: { gamma: 2 } }));
it("TinyNet", () => checkModel(TinyNet, { args: { filters: 4 }, inChannels: 2, size: [8, 8, 8] }));
it("MomentumSgd", () => checkOptimizer(MomentumSgd));
it("PolyPolicy", () => checkLrPolicy(PolyPolicy));
it("Foreground", () => checkAuxOp(Foreground, { args: { tag: "foreground" } }));
it("VolumeAgreement", () => checkMetric(VolumeAgreement));
it("MirrorInferer", () => checkInferer(MirrorInferer, { args: { axis: 1 } }));
it("WriteVolumes", () => checkDeclaration(WriteVolumes, { field: "model", write_path: folder }));
it("StopWhenGood", () => checkDeclaration(StopWhenGood, { key_metric: 0.9 }));
it("AverageLoader", () => checkDeclaration(AverageLoader, { checkpoint_dir: folder }));
