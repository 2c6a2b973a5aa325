import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeSafetensors, scope, tensor } from "@tomo/torch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TomoError } from "../../errors/tomo_error.ts";
import { testState } from "../../testing/checkpoint_state.ts";
import { temporaryFolder } from "../../testing/temporary_folder.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { writeCheckpointFiles } from "../checkpoint/files.ts";
import { stateText } from "../checkpoint/state.ts";
import { weightsFile } from "../checkpoint/weights.ts";
import { zipBytes } from "../pytorch/testing/zip_bytes.ts";
import { numelOf } from "./stored_tensor.ts";
import { readWeightFile } from "./weight_file.ts";

const golden = (name: string): string => fileURLToPath(new URL(`./golden/${name}`, import.meta.url));
const folder = temporaryFolder();
const path = join(folder, "weights");

// Layers and values of golden/make_keras.py.
const roles = ["kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance"];
const layers = {
  conv: { kernel: [3, 3, 3, 2], bias: [2] },
  norm: { gamma: [2], beta: [2], moving_mean: [2], moving_variance: [2] },
  fc: { kernel: [2, 4], bias: [4] },
} as const;

describe("a Keras file", () => {
  it.each([
    ["keras_1.h5", "Keras 1 HDF5", ["conv", "bn_conv", "fc"]],
    ["keras_2_weights.h5", "Keras 2 HDF5", ["conv/conv", "conv/norm", "fc"]],
    ["keras_2_model.h5", "Keras 2 HDF5", ["conv/conv", "conv/norm", "fc"]],
    ["keras_3_model.h5", "Keras 3 HDF5", ["conv_conv", "conv_norm", "fc"]],
    ["keras_3.weights.h5", "Keras 3 weights", ["conv_conv", "conv_norm", "fc"]],
    ["keras_3_nameless.weights.h5", "Keras 3 weights", ["conv2d", "batch_normalization", "dense"]],
    ["keras_3.keras", "Keras 3 weights", ["conv_conv", "conv_norm", "fc"]],
  ])("%s is %s, with all weights under names of one form", (name, format, names) => {
    const file = readWeightFile(golden(name));
    expect([file.format, file.framework]).toEqual([format, "keras"]);
    const expected = Object.values(layers).flatMap((weights, i) =>
      Object.entries(weights).map(([role, shape]) => [`${names[i]}/${role}`, shape] as const),
    );
    expect(new Map([...file.tensors].map(([key, { shape }]) => [key, shape]))).toEqual(new Map(expected));
    for (const [key, stored] of file.tensors)
      scope(() => {
        const first = 1000 * roles.indexOf(key.slice(key.lastIndexOf("/") + 1));
        const values = stored.read();
        expect([values.dtype, values.shape]).toEqual(["float32", stored.shape]);
        expect(values.toArray()).toEqual(Array.from({ length: numelOf(stored.shape) }, (_, n) => first + n));
      });
  });

  it("must be one: other HDF5 is refused", () => {
    const error = tomoErrorOf(() =>
      readWeightFile(fileURLToPath(new URL("../hdf5/golden/v108.h5", import.meta.url))),
    );
    expect(error.message).toContain("not a file that Keras wrote");
  });

  it("is known by its content, not by its name", () => {
    copyFileSync(golden("keras_2_weights.h5"), join(folder, "weights.pt"));
    expect(readWeightFile(join(folder, "weights.pt")).format).toBe("Keras 2 HDF5");
  });
});

const encoded = (): Buffer =>
  scope(() =>
    Buffer.concat(
      [...encodeSafetensors({ a: tensor([1, 2, 3]), b: tensor([4], []) })].map((p) => Buffer.from(p)),
    ),
  );

describe("safetensors", () => {
  it("are described, then read one by one", () => {
    writeFileSync(path, encoded());
    const { format, tensors } = readWeightFile(path);
    expect(format).toBe("safetensors");
    expect([...tensors].map(([name, { shape, dtype }]) => [name, shape, dtype])).toEqual([
      ["a", [3], "float32"],
      ["b", [], "float32"],
    ]);
    expect(scope(() => tensors.get("a")!.read().toArray())).toEqual([1, 2, 3]);
    writeFileSync(path, encoded().subarray(0, -1));
    expect(tomoErrorOf(() => scope(() => tensors.get("b")!.read())).code).toBe("TOMO_WEIGHTS_UNREADABLE");
  });

  it("lie in a checkpoint of Tomo, which falls back to the generation before a damaged one", () => {
    const checkpoint = join(folder, "model.ckpt");
    const save = () =>
      writeCheckpointFiles(checkpoint, { [weightsFile]: encoded() }, (seals) =>
        stateText(testState(1), seals),
      );
    save();
    save();
    const warnings: string[] = [];
    const read = () => readWeightFile(checkpoint, (message) => void warnings.push(message));
    expect(read().format).toBe("Tomo checkpoint");
    writeFileSync(join(checkpoint, weightsFile), "");
    expect(scope(() => read().tensors.get("b")!.read().item())).toBe(4);
    expect(warnings).toEqual([expect.stringContaining("previous is used instead")]);
  });
});

describe("what is no file of weights", () => {
  it.each<[string, string | Uint8Array, string | undefined]>([
    ["an empty file", "", "an empty file"],
    ["a web page", "\n<!DOCTYPE html><html>", "a web page"],
    ["a pointer of Git LFS", "version https://git-lfs.github.com/spec/v1\n", "Git LFS"],
    ["gzip", "\x1f\x8b\x08", "gzip data"],
    ["a tar archive", `${"\0".repeat(257)}ustar${"\0".repeat(300)}`, "a tar archive"],
    ["a plain pickle", "\x80\x02}q\0.", "a Python pickle"],
    ["noise", "noise", undefined],
  ])("%s is refused, and told where it can be", (_, content, given) => {
    writeFileSync(path, typeof content === "string" ? Buffer.from(content, "latin1") : content);
    const error = tomoErrorOf(() => readWeightFile(path));
    expect(error.code).toBe("TOMO_WEIGHTS_UNREADABLE");
    if (given === undefined) expect(error.given).toBeUndefined();
    else expect(error.given).toContain(given);
    expect(error.expected).toContain("a Keras HDF5 file, a PyTorch state dict");
  });

  it("a folder without a checkpoint, an archive without weights, a packed member", () => {
    const plain = join(folder, "plain");
    mkdirSync(plain);
    writeFileSync(join(plain, "saved_model.pb"), "");
    expect(tomoErrorOf(() => readWeightFile(plain)).given).toContain("SavedModel");
    writeFileSync(path, zipBytes({ "a.txt": "x" }));
    expect(tomoErrorOf(() => readWeightFile(path)).given).toBe("a.txt");
    writeFileSync(path, zipBytes({ "model.weights.h5": "x" }, { deflate: true }));
    expect(tomoErrorOf(() => readWeightFile(path)).hint).toContain("unpack model.weights.h5");
    expect(tomoErrorOf(() => readWeightFile(join(folder, "none"))).code).toBe("TOMO_FILE_MISSING");
  });
});

describe("any file under mutation", () => {
  const files: readonly [string, Uint8Array][] = [
    ...["state_dict.pt", "training.pt", "legacy.pt", "protocol_4.pt"].map((name): [string, Uint8Array] => [
      name,
      readFileSync(new URL(`../pytorch/golden/${name}`, import.meta.url)),
    ]),
    ...["keras_1.h5", "keras_2_model.h5", "keras_3.weights.h5", "keras_3.keras"].map(
      (name): [string, Uint8Array] => [name, readFileSync(golden(name))],
    ),
    ["safetensors", encoded()],
  ];

  it.each(files)("%s ends in tensors or in a TomoError that names it", (_, original) => {
    const place = fc.nat(original.length - 1);
    const mutation = fc.record({
      bytes: fc.array(fc.tuple(place, fc.nat(255)), { maxLength: 5 }),
      cut: fc.option(place, { freq: 6 }),
    });
    fc.assert(
      fc.property(mutation, ({ bytes, cut }) => {
        const mutant = Uint8Array.from(original);
        for (const [at, value] of bytes) mutant[at] = value;
        writeFileSync(path, cut === null ? mutant : mutant.subarray(0, cut));
        try {
          for (const { read, shape } of readWeightFile(path).tensors.values())
            scope(() => expect(read().shape).toEqual(shape));
        } catch (error) {
          if (!(error instanceof TomoError)) throw error;
          expect(error.message).toContain(path);
        }
      }),
      { numRuns: 400 },
    );
  });
});
