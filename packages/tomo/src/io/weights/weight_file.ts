import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { describeSafetensors, TorchError } from "@tomo/torch";
import { TomoError } from "../../errors/tomo_error.ts";
import { stateFile } from "../checkpoint/files.ts";
import { readCheckpointFiles } from "../checkpoint/read.ts";
import { weightsFile } from "../checkpoint/weights.ts";
import { isGzip } from "../gzip.ts";
import { isHdf5 } from "../hdf5/file.ts";
import { isLegacyTorch, pickleOf, readLegacyTorch, readTorchZip } from "../pytorch/read.ts";
import { dataStart, isZip, readZipEntries } from "../pytorch/zip.ts";
import { withFile } from "../read_file.ts";
import { readKerasWeights } from "./keras.ts";
import { printable } from "./printable.ts";
import type { StoredTensor } from "./stored_tensor.ts";

/** The weights of a file, described; each tensor is read when it is asked for. */
export interface WeightFile {
  readonly path: string;
  /** For messages: "Keras 2 HDF5", "PyTorch", "safetensors", "Tomo checkpoint". */
  readonly format: string;
  /** How tensors are laid out and called: Keras has kernels [k, k, in, out]. */
  readonly framework: "keras" | "torch";
  /** In the file's order. Keras: by `layer/role`, as KerasWeights says. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

const expected = "a Keras HDF5 file, a PyTorch state dict, safetensors, or a checkpoint folder of Tomo";

/**
 * Describes a file of weights, whose format its content says, not its name. Nothing in a file is executed, and no more
 * is allocated than its length allows.
 * @param warn receives that a damaged checkpoint was passed over for the generation before it
 * @throws TomoError TOMO_WEIGHTS_UNREADABLE; TOMO_CHECKPOINT_… for a folder; those of withFile
 */
export function readWeightFile(path: string, warn: (message: string) => void = () => {}): WeightFile {
  if (existsSync(path) && statSync(path).isDirectory()) return checkpoint(path, warn);
  const head = withFile(path, (file) => new Uint8Array(file.read(0, Math.min(file.size, 512))));
  if (isHdf5(head)) return keras(path, { start: 0, length: null });
  if (isZip(head)) return archive(path);
  if (isLegacyTorch(head))
    return { path, format: "PyTorch before 1.6", framework: "torch", tensors: readLegacyTorch(path) };
  if (head[8] === 0x7b) return safetensors(path, path, "safetensors");
  throw new TomoError("TOMO_WEIGHTS_UNREADABLE", `${path} is not a file of weights that can be read`, {
    where: { file: resolve(path) },
    given: guessOf(head),
    expected,
  });
}

function keras(path: string, { start, length }: { start: number; length: number | null }): WeightFile {
  const { layout, tensors } = readKerasWeights({ path, start, length });
  return { path, format: layout, framework: "keras", tensors };
}

/** Name of the HDF5 file in an archive of Keras 3 (`….keras`). */
const kerasMember = "model.weights.h5";

function archive(path: string): WeightFile {
  const entries = readZipEntries(path);
  const pickle = pickleOf(entries);
  if (pickle !== null)
    return { path, format: "PyTorch", framework: "torch", tensors: readTorchZip(path, entries, pickle) };
  const member = entries.get(kerasMember);
  if (member?.method === "stored")
    return keras(path, { start: withFile(path, (file) => dataStart(file, member)), length: member.size });
  throw new TomoError(
    "TOMO_WEIGHTS_UNREADABLE",
    `${path} is a zip archive without weights that can be read`,
    {
      where: { file: resolve(path) },
      given:
        member === undefined
          ? [...entries.keys()].slice(0, 5).map(printable).join(", ")
          : `${kerasMember}, compressed`,
      expected,
      hint: member === undefined ? "unpack it" : `unpack ${kerasMember} from it and name that file`,
    },
  );
}

function checkpoint(path: string, warn: (message: string) => void): WeightFile {
  if (!existsSync(join(path, stateFile)))
    throw new TomoError("TOMO_WEIGHTS_UNREADABLE", `${path} is a folder, but not a checkpoint of Tomo`, {
      where: { file: resolve(path) },
      given: existsSync(join(path, "saved_model.pb")) ? "a SavedModel of TensorFlow" : undefined,
      expected,
    });
  const { folder } = readCheckpointFiles(path, [weightsFile], warn);
  return safetensors(path, join(folder, weightsFile), "Tomo checkpoint");
}

function safetensors(path: string, file: string, format: string): WeightFile {
  const { entries, read } = inTomoTerms(path, () => describeSafetensors(file));
  const tensors = entries.map((entry) => {
    const { name, shape, dtype } = entry;
    return [name, { shape, dtype, read: () => inTomoTerms(path, () => read(entry)) }] as const;
  });
  return { path, format, framework: "torch", tensors: new Map(tensors) };
}

function inTomoTerms<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    if (!(cause instanceof TorchError)) throw cause;
    const reason = cause.message.split("\n", 1)[0];
    throw new TomoError("TOMO_WEIGHTS_UNREADABLE", `${path} cannot be read as safetensors: ${reason}`, {
      where: { file: resolve(path) },
      hint: "copy or download the file again",
      cause,
    });
  }
}

/** Things that stand where weights should be. */
function guessOf(head: Uint8Array): string | undefined {
  const text = Buffer.from(head).toString("latin1");
  if (head.length === 0) return "an empty file";
  if (/^\s*<(!doctype|html|\?xml)/i.test(text)) return "a web page, perhaps saved in place of the file";
  if (text.startsWith("version https://git-lfs")) return "a pointer of Git LFS, not the file itself";
  if (isGzip(head)) return "gzip data; unpack it first";
  if (text.slice(257, 262) === "ustar")
    return "a tar archive; unpack it first, or save it with PyTorch ≥ 1.6";
  if (head[0] === 0x80 && head[1]! <= 5) return "a Python pickle without PyTorch's marks";
  return undefined;
}
