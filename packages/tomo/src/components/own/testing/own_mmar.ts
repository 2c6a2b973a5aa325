import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { OwnComponent } from "../../../config/component_spec.ts";

import { temporaryFolder } from "../../../testing/temporary_folder.ts";
import type { Component } from "../../define.ts";
import { componentsFor } from "../lookup.ts";

/** A folder for files with own components, far from this package. */
export function ownMmar() {
  const root = realpathSync(temporaryFolder());
  /** What the config's loss is with this path, after its files were written. */
  const load = async (path: string, files: Readonly<Record<string, string>> = {}) => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
    const lookup = await componentsFor({ value: { train: { loss: { path } } }, mmar: root, cwd: root });
    return lookup.own!(path)!;
  };
  return {
    root,
    component: async (path: string, files?: Readonly<Record<string, string>>) =>
      componentIn(await load(path, files)),
    fault: async (path: string, files?: Readonly<Record<string, string>>) => {
      const own = await load(path, files);
      if ("error" in own) return own.error;
      throw new Error(`${path} was loaded`);
    },
  };
}

function componentIn(own: OwnComponent) {
  if ("error" in own) throw own.error;
  return { component: own.declaration as Component, module: own.module };
}

/** A loss in the text of a file; `body` may throw. */
export const lossText = (name: string, body = "return predictions;", more = "") =>
  `import { defineLoss, number } from "tomo";
export const ${name} = defineLoss({
  name: "${name}",
  summary: "For tests.",
  args: { weight: number("Weight.").default(1) },
  ${more}
  build: (args) => (predictions: unknown, targets: unknown) => {
    ${body}
  },
});
`;
