import type { ComponentSpec } from "../component_spec.ts";
import type { Json } from "../source/json.ts";
import type { ConfigPath } from "../source/path.ts";
import { locateData } from "../variables/layers.ts";
import type { CheckContext } from "./context.ts";
import { requiredComponent } from "./sections.ts";

const pathArguments = ["data_list_file_path", "data_file_base_dir"];

/** The image pipeline at `path`, with the paths of datalist and data made absolute; null after an error. */
export function locatedPipeline(
  context: CheckContext,
  path: ConfigPath,
): ComponentSpec<"image_pipelines"> | null {
  const spec = requiredComponent(context, "image_pipelines", path);
  if (spec === null) return null;
  const located = pathArguments.flatMap((name): [string, Json][] => {
    const value = spec.args[name];
    return typeof value === "string" && value !== "" ? [[name, locateData(value, context.resolved)]] : [];
  });
  return { ...spec, args: { ...spec.args, ...Object.fromEntries(located) } };
}
