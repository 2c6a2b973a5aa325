import type { ModelLoaderContext } from "../../components/contracts.ts";
import { type OwnModule, ownLoader } from "../../components/own/load.ts";
import { find, instantiate } from "../../components/registry.ts";
import type { ComponentSpec, ModuleRef } from "../../config/component_spec.ts";
import { findOwn, ownFolders } from "../../config/own_path.ts";
import type { ValidationPlan } from "../../config/plans.ts";
import type { JsonObject } from "../../config/source/json.ts";
import { TomoError } from "../../errors/tomo_error.ts";

type Model = Parameters<ModelLoaderContext["buildNetwork"]>[0];

/**
 * Builds models that checkpoints name; their arguments are checked like those of a config. The file of a user's own
 * model is looked for in the MMAR of the run and in TOMO_PATH.
 * @param loaded Receives what was loaded
 */
export function networkBuilder(
  { mmar }: Pick<ValidationPlan, "mmar">,
  warn: (message: string) => void,
  loaded: (module: ModuleRef) => void,
): ModelLoaderContext["buildNetwork"] {
  return async (model, context) => {
    const module = model.module && (await moduleOf(model.module, mmar, warn));
    if (module !== undefined) loaded(module.module);
    const component = module?.component ?? find("models", model.name);
    const parsed = component?.args.safeParse(model.args);
    if (component?.kind !== "models" || parsed?.success !== true)
      throw unfit(model, parsed?.error?.issues[0]?.message);
    const spec: ComponentSpec<"models"> = {
      kind: "models",
      name: component.name,
      args: parsed.data as JsonObject,
      where: {},
      module: module?.module,
    };
    return instantiate(spec)(context);
  };
}

async function moduleOf(
  { path, sha256 }: NonNullable<Model["module"]>,
  mmar: string,
  warn: (message: string) => void,
): Promise<OwnModule> {
  const load = await ownLoader();
  const found = await load(findOwn(path, ownFolders({ mmar, cwd: process.cwd() })));
  if (found.module.sha256 !== sha256)
    warn(`${path} is not as it was when the checkpoint was written: the model may be another one`);
  return found;
}

const unfit = ({ name, args }: Model, reason: string | undefined): TomoError =>
  new TomoError("TOMO_CHECKPOINT_UNFIT", `the checkpoint's model ${name} cannot be built`, {
    given: JSON.stringify(args),
    expected: reason ?? "a model that `tomo list models` names",
    hint: "was it written by another version of Tomo?",
  });
