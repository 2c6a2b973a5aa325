import type { ComponentLookup, OwnComponent } from "../../config/component_spec.ts";
import { findOwn, type OwnPlace, ownFolders } from "../../config/own_path.ts";
import { places } from "../../config/places.ts";
import type { ResolvedConfig } from "../../config/resolve.ts";
import { isList, isObject, type Json } from "../../config/source/json.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import { registry } from "../registry.ts";
import { firstLine, ownLine } from "./failure.ts";
import type { OwnModule } from "./load.ts";

/**
 * The components that configs of one MMAR can name: built-in ones, and those of the user that it names by `path`, which are loaded
 * here. No file is looked at that no `path` names.
 */
export async function componentsFor(
  ...configs: readonly Pick<ResolvedConfig, "value" | "mmar" | "cwd">[]
): Promise<ComponentLookup> {
  const paths = [...new Set(configs.flatMap(({ value }) => ownPathsIn(value)))];
  const [first] = configs;
  if (paths.length === 0 || first === undefined) return registry;
  const { ownLoader } = await import("./load.ts");
  const load = await ownLoader();
  const folders = ownFolders(first);
  const own = new Map<string, OwnComponent>();
  for (const path of paths) own.set(path, await loaded(() => findOwn(path, folders), load));
  return { ...registry, own: (path) => own.get(path), ownPaths: paths };
}

type Load = (place: OwnPlace) => Promise<OwnModule>;

async function loaded(find: () => OwnPlace, load: Load): Promise<OwnComponent> {
  try {
    const { component, module } = await load(find());
    const failure = (error: unknown): string => {
      const line = ownLine(error);
      const place = line === undefined ? "" : ` at ${line.file}:${line.line}`;
      return `${module.path} failed${place}: ${firstLine(error)}`;
    };
    return { declaration: component, module, failure };
  } catch (error) {
    if (error instanceof TomoError) return { error };
    throw error;
  }
}

/** Paths of the components that take part, in the order of the places. */
function ownPathsIn(config: Json): string[] {
  return places.flatMap(({ path }) => {
    const value = path.reduce<Json | undefined>(
      (at, step) => (isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined),
      config,
    );
    return (isList(value) ? value : [value]).flatMap((element) =>
      isObject(element) && typeof element.path === "string" && element.disabled !== true
        ? [element.path]
        : [],
    );
  });
}
