import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { BatchNorm, type Module, noGrad, ops, scope } from "@tomo/torch";
import { TomoError } from "../../../errors/tomo_error.ts";
import { readWeightFile, type WeightFile } from "../../../io/weights/weight_file.ts";
import type { Network, NetworkContext } from "../../contracts.ts";
import { converted } from "./convert.ts";
import { bestFit, type Fit, isComplete, type Shapes } from "./fit.ts";
import { loadedText, unfitError } from "./messages.ts";
import type { Scheme } from "./scheme.ts";

/** A network that can start from weights of others. */
export interface PretrainedTarget {
  /** For messages: SegAhnet. */
  readonly model: string;
  readonly module: Module;
  /** From the names of the network's tensors. */
  readonly schemes: (ownNames: readonly string[]) => readonly Scheme[];
  /** What keeps its random weights, by the scheme's reach: "the decoder". */
  readonly rest: string;
  /** The last layer: "the classifier". */
  readonly head: string;
}

/** `loadPretrained` of a network: null, with a note, when the file does not exist. Nothing is downloaded. */
export function pretrainedLoader(
  path: string | null,
  target: PretrainedTarget,
  { note }: NetworkContext,
): Network["loadPretrained"] {
  if (path === null || path === "") return null;
  if (!existsSync(path)) {
    note?.(`no pretrained weights: ${path} does not exist; ${target.model} starts from random weights`);
    return null;
  }
  return async () => loadInto(target, readWeightFile(path, note));
}

/**
 * Copies the weights of a file into the network.
 * @returns what was loaded, in a line for the log
 * @throws TomoError TOMO_WEIGHTS_UNREADABLE, TOMO_WEIGHTS_UNFIT
 */
export function loadInto(target: PretrainedTarget, file: WeightFile): string {
  const state = target.module.stateDict();
  const shapes: Shapes = new Map(
    Object.entries(state).map(([name, tensor]) => [name, tensor.shape] as const),
  );
  const schemes = target.schemes(Object.keys(state));
  const fit = bestFit(file, schemes, shapes);
  if (fit === null || !isComplete(fit)) throw unfitError({ file, fit, schemes, shapes, model: target.model });
  assign(target.module, fit, file);
  return loadedText({ file, fit, target });
}

function assign(module: Module, fit: Fit, file: WeightFile): void {
  const state = module.stateDict();
  const epsilons = epsilonsOf(module);
  for (const match of [...fit.matches, ...(fit.head?.matches ?? [])])
    scope(() => {
      const { source, target } = match.pair;
      const own = state[target]!;
      const epsilon = epsilons.get(target.slice(0, target.lastIndexOf("."))) ?? fit.scheme.epsilon;
      const value = converted(match, fit.scheme, own.shape, epsilon);
      if (value === null)
        throw new TomoError(
          "TOMO_WEIGHTS_UNREADABLE",
          `${file.path}: ${source} has values that are not finite`,
          {
            where: { file: resolve(file.path) },
            hint: "use another file: these weights come from a training that diverged",
          },
        );
      noGrad(() => ops.copy_(ops.detach(own), value));
    });
}

const epsilonsOf = (module: Module): ReadonlyMap<string, number> =>
  new Map(
    [...module.namedModules()].flatMap(([name, part]) =>
      part instanceof BatchNorm ? [[name, part.eps] as const] : [],
    ),
  );
