import { resolve } from "node:path";
import type { DType, Tensor } from "@tomo/torch";
import { TomoError } from "../../errors/tomo_error.ts";
import { type Hdf5File, type Window, withHdf5 } from "../hdf5/file.ts";
import { descend, type Hdf5Node, nodeAt } from "../hdf5/node.ts";
import { kerasStore } from "./keras_store.ts";
import { printable } from "./printable.ts";
import { type StoredTensor, tensorOfBytes } from "./stored_tensor.ts";

/** A Keras file of either layout. */
export interface KerasWeights {
  /** For messages, for example "Keras 2 HDF5". */
  readonly layout: string;
  /**
   * In the order of the layers, by name `layer/role`: role is kernel, bias, gamma, beta, moving_mean or
   * moving_variance, whatever the version of Keras calls them; or a number, where it says no more.
   */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** A dataset and the name that it goes by here. */
export interface NamedDataset {
  readonly name: string;
  readonly node: Hdf5Node;
}

/**
 * Describes the weights of an HDF5 file that Keras wrote: `save_weights` or `save` of Keras 1 and 2, `save("….h5")` and
 * `save_weights("….weights.h5")` of Keras 3. Weights of an optimizer are left out.
 * @throws TomoError TOMO_WEIGHTS_UNREADABLE
 */
export const readKerasWeights = (window: Window): KerasWeights =>
  withHdf5(window, (file) => {
    const root = nodeAt(file);
    const legacy = textList(root, "layer_names") !== null ? root : descend(file, root, ["model_weights"]);
    const layers = legacy && textList(legacy, "layer_names");
    const { layout, datasets } =
      legacy !== null && layers !== null
        ? { layout: legacyLayout(legacy), datasets: legacyDatasets(file, legacy, layers) }
        : { layout: "Keras 3 weights", datasets: kerasStore(file, root) ?? notKeras(window.path) };
    const tensors = new Map<string, StoredTensor>();
    for (const { name, node } of datasets) {
      const stored = storedTensor(window, node);
      if (stored !== null && !tensors.has(name)) tensors.set(name, stored);
    }
    return { layout, tensors };
  });

const notKeras = (path: string): never => {
  throw new TomoError("TOMO_WEIGHTS_UNREADABLE", `${path} is HDF5, but not a file that Keras wrote`, {
    where: { file: resolve(path) },
    expected: 'the attribute "layer_names" or the group "layers"',
    hint: "save it with Keras: model.save_weights(path)",
  });
};

/** A list in an attribute, or spread over `name0`, `name1` … where it is too long for one. */
function textList(node: Hdf5Node, name: string): readonly string[] | null {
  const whole = node.attributes.get(name);
  if (whole !== undefined) return whole;
  const parts: string[] = [];
  let part = node.attributes.get(`${name}0`);
  if (part === undefined) return null;
  for (let i = 1; part !== undefined; i++) {
    for (const text of part) parts.push(text);
    part = node.attributes.get(`${name}${i}`);
  }
  return parts;
}

/** Keras 1 has no version in its files, or one that begins with 1. */
const legacyLayout = (node: Hdf5Node): string =>
  `Keras ${node.attributes.get("keras_version")?.[0]?.match(/^\d+/)?.[0] ?? 1} HDF5`;

function* legacyDatasets(file: Hdf5File, root: Hdf5Node, layers: readonly string[]): Generator<NamedDataset> {
  for (const layer of layers) {
    const group = descend(file, root, layer.split("/"));
    const weights = group === null ? [] : (textList(group, "weight_names") ?? []);
    if (group === null || weights.length === 0) continue;
    const parsed = weights.map(layerAndRole);
    // a group of several layers is a model within the model; else the group's name is the layer's
    const nested = new Set(parsed.map((names) => names?.layer)).size > 1;
    for (const [i, weight] of weights.entries()) {
      const node = descend(file, group, weight.split("/"));
      if (node === null) file.refuse(`the layer ${printable(layer)} lacks its weight ${printable(weight)}`);
      const own = nested ? parsed[i]?.layer : layer;
      if (node !== null) yield { node, name: `${own ?? layer}/${parsed[i]?.role ?? i}` };
    }
  }
}

/** What Keras 1 called otherwise; its running_std holds the variance. */
const roles: Readonly<Record<string, string>> = {
  W: "kernel",
  b: "bias",
  running_mean: "moving_mean",
  running_std: "moving_variance",
  running_var: "moving_variance",
};
const weightName =
  /^(.+?)[/_](kernel|W|bias|b|gamma|beta|moving_mean|running_mean|moving_variance|running_std|running_var)(?::\d+)?$/;

/** `conv1/conv/kernel:0` of Keras 2, `conv1_W:0` of Keras 1, `conv1_conv/kernel` of Keras 3. */
function layerAndRole(weight: string): { layer: string; role: string } | null {
  const [, layer, role] = weightName.exec(weight) ?? [];
  return layer === undefined || role === undefined ? null : { layer, role: roles[role] ?? role };
}

function storedTensor(window: Window, node: Hdf5Node): StoredTensor | null {
  const { dataset, address } = node;
  const dtype = dtypeOf(node);
  if (dataset === null || dataset.shape === null || dtype === null) return null;
  const { shape } = dataset;
  const read = (): Tensor =>
    withHdf5(window, (file) => {
      const again = nodeAt(file, address).dataset ?? file.refuse("it changed while it was read");
      const bytes = again.bytes();
      return tensorOfBytes(Uint8Array.from(bytes).buffer, shape, dtype);
    });
  return { shape, dtype, read };
}

/** HDF5 has no bfloat16; Keras 3 stores two bytes and says so in an attribute. */
function dtypeOf({ dataset, attributes }: Hdf5Node): DType | null {
  if (dataset?.type.kind === "number") return dataset.type.dtype;
  return dataset?.type.bytes === 2 && attributes.get("dtype")?.[0] === "bfloat16" ? "bfloat16" : null;
}
