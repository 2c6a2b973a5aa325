import type { Hdf5File } from "../hdf5/file.ts";
import { type Hdf5Node, nodeAt } from "../hdf5/node.ts";
import type { NamedDataset } from "./keras.ts";

/** Groups that Keras 3 (and Keras 2.13) put layers into. */
const containers = ["layers", "_layer_checkpoint_dependencies"];
const deepest = 16;

/**
 * Datasets of Keras 3's own layout, or null where a file has another: `layers/conv2d_3/vars/0`, with the layer's own
 * name in an attribute of `vars` (early Keras 3 has none; then the name is `conv2d_3`, which tells its place).
 */
export function kerasStore(file: Hdf5File, root: Hdf5Node): Iterable<NamedDataset> | null {
  return containers.some((name) => root.members.has(name)) ? within(file, root, 0) : null;
}

function* within(file: Hdf5File, node: Hdf5Node, depth: number): Generator<NamedDataset> {
  if (depth > deepest) file.refuse("its layers are nested too deeply");
  for (const [key, address] of [...node.members].sort(([a], [b]) => inNumberOrder(a, b))) {
    if (key === "optimizer" || key === "vars") continue;
    const child = nodeAt(file, address);
    if (child.dataset !== null) continue;
    yield* variables(file, child, key);
    yield* within(file, child, depth + 1);
  }
}

function* variables(file: Hdf5File, layer: Hdf5Node, key: string): Generator<NamedDataset> {
  const address = layer.members.get("vars");
  if (address === undefined) return;
  const vars = nodeAt(file, address);
  const name = vars.attributes.get("name")?.[0] ?? key;
  const indices = [...vars.members].sort(([a], [b]) => inNumberOrder(a, b));
  for (const [i, [index, at]] of indices.entries())
    yield { name: `${name}/${roleOf(key, i, indices.length) ?? index}`, node: nodeAt(file, at) };
}

/** Variables stand in the order in which the layer's class makes them. */
function roleOf(key: string, index: number, count: number): string | undefined {
  if (/^(conv\dd(_transpose)?|dense)(_\d+)?$/.test(key)) return ["kernel", "bias"][index];
  if (/^batch_normalization(_\d+)?$/.test(key) && count === 4)
    return ["gamma", "beta", "moving_mean", "moving_variance"][index];
  return undefined;
}

/** conv2d, conv2d_1, conv2d_2, … conv2d_10. */
const inNumberOrder = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });
