import { textAttributes } from "./attributes.ts";
import { type Dataset, datasetOf } from "./dataset.ts";
import type { Hdf5File } from "./file.ts";
import { membersOf } from "./groups.ts";
import { messagesAt } from "./object_header.ts";

/** An object of an HDF5 file: a group with members, or a dataset. */
export interface Hdf5Node {
  /** Where its object header lies; opens it again. */
  readonly address: number;
  /** Attributes that are texts or lists of texts. */
  readonly attributes: ReadonlyMap<string, readonly string[]>;
  /** Addresses by name; empty for a dataset. */
  readonly members: ReadonlyMap<string, number>;
  /** Null for a group. */
  readonly dataset: Dataset | null;
}

/** @throws TomoError TOMO_WEIGHTS_UNREADABLE */
export function nodeAt(file: Hdf5File, address: number = file.root): Hdf5Node {
  const messages = messagesAt(file, address);
  const dataset = datasetOf(file, messages);
  return {
    address,
    attributes: textAttributes(file, messages),
    members: dataset === null ? membersOf(file, messages) : new Map(),
    dataset,
  };
}

/** The object below `node` by the names on the way; null when there is none. */
export function descend(file: Hdf5File, node: Hdf5Node, names: readonly string[]): Hdf5Node | null {
  let at = node;
  for (const name of names) {
    const address = at.members.get(name);
    if (address === undefined) return null;
    at = nodeAt(file, address);
  }
  return at;
}
