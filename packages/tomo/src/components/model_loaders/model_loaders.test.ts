import { join } from "node:path";
import { Conv, dispose, encodeSafetensors, liveTensors, manualSeed } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { writeCheckpointFiles } from "../../io/checkpoint/files.ts";
import { stateText } from "../../io/checkpoint/state.ts";
import { weightsFile } from "../../io/checkpoint/weights.ts";
import { testState } from "../../testing/checkpoint_state.ts";
import { temporaryFolder } from "../../testing/temporary_folder.ts";
import { tomoErrorFrom, tomoErrorOf } from "../../testing/tomo_error_of.ts";
import type { ModelLoaderContext, Network, NetworkContext } from "../contracts.ts";
import { CheckpointLoader } from "./checkpoint_loader.ts";
import { FrozenGraphModelLoader } from "./frozen_graph_model_loader.ts";

const folder = temporaryFolder();

function save(name: string, module: Conv): void {
  writeCheckpointFiles(
    join(folder, name),
    { [weightsFile]: encodeSafetensors(module.stateDict()) },
    (seals) => stateText(testState(7), seals),
  );
}

function contextWith(module: Conv) {
  const asked: [unknown, NetworkContext][] = [];
  const warnings: string[] = [];
  const context: ModelLoaderContext = {
    precision: "bfloat16",
    warn: (message) => warnings.push(message),
    buildNetwork: async (model, network) => {
      asked.push([model, network]);
      return { module } as unknown as Network;
    },
  };
  return { context, asked, warnings };
}

const loader = (args: object) =>
  CheckpointLoader.build(CheckpointLoader.args.parse({ checkpoint_dir: folder, ...args }));

describe("CheckpointLoader", () => {
  it("builds the model that was trained, for its channels and axes, and loads its weights", async () => {
    const live = liveTensors();
    manualSeed(1);
    const trained = new Conv(3, 1, 2, 1);
    save("model.ckpt", trained);
    const module = new Conv(3, 1, 2, 1);
    const { context, asked, warnings } = contextWith(module);
    const loaded = await loader({})(context);
    expect(asked).toEqual([
      [
        { name: "SegResnet", args: { num_classes: 2 } },
        { inChannels: 1, spatialDims: 3, outChannels: 2, precision: "bfloat16" },
      ],
    ]);
    expect(module.weight.toArray()).toEqual(trained.weight.toArray());
    expect(loaded).toMatchObject({ inChannels: 1, trainingSize: [32, 32, 32], trainingMode: false });
    expect(loaded.description).toContain("SegResnet from");
    expect(loaded.description).toContain("epoch 7, best mean_dice 0.5000 at epoch 7");
    expect(warnings).toEqual([]);
    module.dispose();
    trained.dispose();
    expect(liveTensors()).toBe(live);
  });

  it("does not ask for pretrained weights, which the checkpoint replaces", async () => {
    const trained = new Conv(3, 1, 2, 1);
    const state = testState(1);
    const model = { name: "SegAhnet", args: { num_classes: 2, pretrain_weight_name: "/gone.h5" } };
    writeCheckpointFiles(
      join(folder, "pretrained.ckpt"),
      { [weightsFile]: encodeSafetensors(trained.stateDict()) },
      (seals) => stateText({ ...state, model }, seals),
    );
    const { context, asked } = contextWith(trained);
    await loader({ checkpoint_file_prefix: "pretrained.ckpt" })(context);
    expect(asked[0]![0]).toEqual({ name: "SegAhnet", args: { num_classes: 2 } });
    trained.dispose();
  });

  it("takes another prefix, and training mode", async () => {
    const trained = new Conv(3, 1, 2, 1);
    save("model_final.ckpt", trained);
    const args = { checkpoint_file_prefix: "model_final.ckpt", infer_in_training_mode: true };
    expect((await loader(args)(contextWith(trained).context)).trainingMode).toBe(true);
    const misspelt = loader({ checkpoint_file_prefix: "model_fnal.ckpt" })(contextWith(trained).context);
    expect((await tomoErrorFrom(misspelt)).hint).toBe(`did you mean ${join(folder, "model_final.ckpt")}?`);
    trained.dispose();
  });

  it("refuses weights that do not fit, and names them", async () => {
    const trained = new Conv(3, 1, 2, 1);
    save("model.ckpt", trained);
    const other = new Conv(3, 1, 4, 1);
    const error = await tomoErrorFrom(loader({})(contextWith(other).context));
    expect(error.code).toBe("TOMO_CHECKPOINT_UNFIT");
    expect(error.given).toContain("weight");
    dispose([trained.stateDict(), other.stateDict()]);
  });
});

describe("FrozenGraphModelLoader", () => {
  it("is checked like any other, and says at the run which config works", () => {
    const args = FrozenGraphModelLoader.args.parse({ model_file_path: "/models/model.trt.pb" });
    const { context } = contextWith({} as Conv);
    const error = tomoErrorOf(() => FrozenGraphModelLoader.build(args)(context));
    expect(error.code).toBe("TOMO_NOT_YET");
    expect(error.given).toBe("/models/model.trt.pb");
    expect(error.hint).toContain("config/config_validation_ckpt.json");
    expect(FrozenGraphModelLoader.args.safeParse({}).success).toBe(false);
  });
});
