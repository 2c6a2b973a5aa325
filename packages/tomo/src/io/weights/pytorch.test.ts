import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { liveTensors, ops, scope } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { describeWithOracle, runOracle } from "../../testing/oracle.ts";
import { temporaryFolder } from "../../testing/temporary_folder.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { zipBytes } from "../pytorch/testing/zip_bytes.ts";
import { readWeightFile } from "./weight_file.ts";

const golden = (name: string): string => fileURLToPath(new URL(`../pytorch/golden/${name}`, import.meta.url));
const folder = temporaryFolder();
const path = join(folder, "weights");

const unreadable = (file = path): string => {
  const error = tomoErrorOf(() => {
    for (const { read } of readWeightFile(file).tensors.values()) scope(read);
  });
  expect(error.code).toBe("TOMO_WEIGHTS_UNREADABLE");
  expect(error.message).toContain(file);
  return error.message;
};

/** What golden/make.py saved. */
const counts = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const saved: Readonly<Record<string, readonly [string, readonly number[], readonly number[]]>> = {
  "conv.weight": ["float32", [2, 3, 2, 2], counts(24)],
  transposed: ["float32", [6, 4], counts(24).map((i) => (i % 4) * 6 + Math.floor(i / 4))],
  part: ["float32", [3], [5, 7, 9]],
  double: ["float64", [2], [0.1, -2.5]],
  half: ["float16", [3], [0.5, -1.25, 65504]],
  bfloat: ["bfloat16", [3], [0.5, -1.25, 3e38]],
  num_batches_tracked: ["int64", [], [7]],
  flags: ["bool", [2], [1, 0]],
  nothing: ["float32", [0, 3], []],
};

function expectSaved(file: string): void {
  const before = liveTensors();
  const { framework, tensors } = readWeightFile(file);
  expect(framework).toBe("torch");
  expect([...tensors.keys()]).toEqual(Object.keys(saved));
  for (const [name, [dtype, shape, values]] of Object.entries(saved))
    scope(() => {
      const stored = tensors.get(name)!;
      const tensor = stored.read();
      expect([stored.dtype, stored.shape, tensor.dtype, tensor.shape]).toEqual([dtype, shape, dtype, shape]);
      const found = ops.toDtype(tensor, "float64").toArray();
      expect(found).toHaveLength(values.length);
      const tolerance = dtype === "bfloat16" ? 2 ** -8 : 0;
      for (const [i, value] of values.entries())
        expect(Math.abs(found[i]! - value)).toBeLessThanOrEqual(tolerance * Math.abs(value));
    });
  expect(liveTensors()).toBe(before);
}

describe("a file of torch.save", () => {
  it.each(["state_dict.pt", "protocol_4.pt", "legacy.pt", "training.pt"])("%s has all tensors", (name) =>
    expectSaved(golden(name)),
  );

  it.each([
    ["single.pt", "it holds a single tensor, not a state dict"],
    ["module.pt", "it refers to torch.nn.modules.linear.Linear"],
  ])("%s is refused by what it holds", (name, reason) => {
    expect(unreadable(golden(name))).toContain(reason);
  });

  /** The members of the golden archive, for another one. */
  const members = (): Record<string, Uint8Array> => {
    const bytes = readFileSync(golden("state_dict.pt"));
    const found: Record<string, Uint8Array> = {};
    for (let at = bytes.indexOf("PK\x01\x02"); at >= 0; at = bytes.indexOf("PK\x01\x02", at + 4)) {
      const nameBytes = bytes.readUInt16LE(at + 28);
      const local = bytes.readUInt32LE(at + 42);
      const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
      const name = bytes.toString("utf8", at + 46, at + 46 + nameBytes);
      found[name.replace("state_dict/", "archive/")] = bytes.subarray(
        start,
        start + bytes.readUInt32LE(at + 24),
      );
    }
    return found;
  };

  it.each([{}, { deflate: true }, { wide: true }, { deflate: true, wide: true }])(
    "packed again with %o",
    (options) => {
      writeFileSync(path, zipBytes(members(), options));
      expectSaved(path);
    },
  );

  it.each<[string, Record<string, string | null>, string]>([
    ["TorchScript", { "constants.pkl": "x" }, "TorchScript module, which holds code"],
    ["of a big-endian machine", { byteorder: "big" }, "big-endian"],
    ["without a storage", { "data/0": null }, "the storage 0 is missing"],
    ["with a short storage", { "data/0": "1234" }, "a member is shorter than its use"],
    ["without a pickle", { "data.pkl": null }, "zip archive without weights"],
    ["with an empty pickle", { "data.pkl": "" }, "it ends in the middle"],
  ])("%s is refused", (_, changes, reason) => {
    const changed = new Map<string, Uint8Array | string>(Object.entries(members()));
    for (const [name, content] of Object.entries(changes))
      if (content === null) changed.delete(`archive/${name}`);
      else changed.set(`archive/${name}`, content);
    writeFileSync(path, zipBytes(Object.fromEntries(changed)));
    expect(unreadable()).toContain(reason);
  });

  it("with one other bit in its values is refused by the checksum", () => {
    const bytes = zipBytes(members());
    const at = bytes.indexOf("archive/data/0") + "archive/data/0".length;
    bytes[at + 4]! ^= 1;
    writeFileSync(path, bytes);
    expect(unreadable()).toContain("checksum");
  });
});

describe("a malicious pickle", () => {
  const proof = join(folder, "executed");
  const archive = (pickle: string): Buffer =>
    zipBytes({ "x/data.pkl": Buffer.from(pickle, "latin1"), "x/version": "3" });
  const command = `touch ${proof}`;
  const text = (value: string): string => `X${String.fromCharCode(value.length)}\0\0\0${value}`;

  it.each([
    ["calls os.system", `\x80\x02cos\nsystem\n(${text(command)}tR.`, "os.system"],
    [
      "calls posix.system by STACK_GLOBAL",
      `\x80\x04\x8c\x05posix\x8c\x06system\x93(${text(command)}tR.`,
      "posix.system",
    ],
    ["calls eval", `\x80\x02c__builtin__\neval\n(${text("1")}tR.`, "__builtin__.eval"],
    ["makes an object by NEWOBJ", `\x80\x02csubprocess\nPopen\n(${text(command)}t\x81.`, "subprocess.Popen"],
    ["uses INST", `\x80\x02(${text(command)}ios\nsystem\n.`, "opcode 0x69"],
    ["uses OBJ", `\x80\x02(cos\nsystem\n${text(command)}o.`, "os.system"],
    [
      "hides it behind allowed names",
      `\x80\x02ccollections\nOrderedDict\n)Rcos\nsystem\n(${text(command)}tR.`,
      "os.system",
    ],
    ["asks for a name of JavaScript", "\x80\x02c__proto__\nconstructor\n)R.", "__proto__.constructor"],
    ["asks for a method of a map", "\x80\x02chas\nOwnProperty\n)R.", "has.OwnProperty"],
    [
      "builds rebuilt tensors from nothing",
      "\x80\x02ctorch._utils\n_rebuild_tensor_v2\n(NNNNNNtR.",
      "malformed",
    ],
  ])("that %s is refused, and nothing is executed", (_, pickle, reason) => {
    for (const bytes of [
      archive(pickle),
      zipBytes({ "x/data.pkl": Buffer.from(pickle, "latin1") }, { deflate: true }),
    ]) {
      writeFileSync(path, bytes);
      expect(unreadable()).toContain(reason);
      expect(existsSync(proof)).toBe(false);
    }
  });

  it.each([
    ["an empty stack", "\x80\x02.", "stack runs empty"],
    ["a missing mark", "\x80\x02t.", "a mark is missing"],
    ["a memo that is not set", "\x80\x02h\x05.", "before it is made"],
    ["a dict of itself", "\x80\x02}q\0X\x05\0\0\0modelh\0s.", "a dict with model, not a state dict"],
    ["a list that doubles 30 times", `\x80\x02]q\0${"(h\0h\0lq\0".repeat(30)}.`, "it holds a list"],
    ["an endless string", "\x80\x02X\xff\xff\xff\x7fabc.", "it ends in the middle"],
    ["too many steps", `\x80\x02${"N0".repeat(2_100_000)}N.`, "more than 4000000 steps"],
  ])("with %s is refused", (_, pickle, reason) => {
    writeFileSync(path, archive(pickle));
    expect(unreadable()).toContain(reason);
  });

  it("whose tensor would repeat one value a thousand million times allocates nothing", () => {
    const storage = "(X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\0" + "0X\x03\0\0\0cpuK\x01tQ";
    const tensor = `ctorch._utils\n_rebuild_tensor_v2\n(${storage}K\0J\0\xca\x9a\x3b\x85K\0\x85\x89NtR`;
    const pickle = Buffer.from(`\x80\x02}X\x01\0\0\0w${tensor}s.`, "latin1");
    writeFileSync(path, zipBytes({ "x/data.pkl": pickle, "x/data/0": Buffer.alloc(4) }));
    const before = process.memoryUsage().arrayBuffers;
    expect(unreadable()).toContain("a tensor in it repeats its values");
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 22);
  });
});

describeWithOracle(["torch"], "PyTorch itself", () => {
  it("saves what is read back bit for bit, also beyond a pickle's small numbers", () => {
    const sums = runOracle<Record<string, number>>(
      `
import json, sys, torch
torch.manual_seed(3)
state = {f"layer.{i}.weight": torch.randn(3 + i, 17)[:, ::1 + i % 3] for i in range(400)}
torch.save({"net": state}, sys.argv[1])
print(json.dumps({k: v.double().sum().item() for k, v in state.items()}))
`,
      [path],
    );
    const { tensors } = readWeightFile(path);
    expect(tensors.size).toBe(400);
    for (const [name, stored] of tensors)
      scope(() => {
        const sum = stored
          .read()
          .toArray()
          .reduce((total, value) => total + value, 0);
        expect(sum).toBeCloseTo(sums[name]!, 9);
      });
  });
});
