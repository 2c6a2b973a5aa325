import type { ModuleRef } from "../../config/component_spec.ts";
import type { Component } from "../define.ts";

/** Own components that this thread has loaded, and the files that belong to them. */
interface Loaded {
  readonly sha256: string;
  readonly component: Component;
}

const loaded = new Map<string, Loaded>();
const files = new Set<string>();
const keyOf = ({ file, export: name }: Pick<ModuleRef, "file" | "export">): string => `${file}#${name}`;

/** The component of a file that this thread has loaded. */
export function ownComponent(module: ModuleRef): Component | undefined {
  const known = loaded.get(keyOf(module));
  return known?.sha256 === module.sha256 ? known.component : undefined;
}

export function keepOwn(module: ModuleRef, component: Component): void {
  loaded.set(keyOf(module), { sha256: module.sha256, component });
}

/** Files of users: those with components, and those that they import. */
export const ownFiles = {
  add: (file: string): void => void files.add(file),
  has: (file: string): boolean => files.has(file),
};
