import { basename } from "node:path";
import type { Preparation } from "../components/define.ts";
import { componentOf, isRandom } from "../components/registry.ts";
import { type CheckContext, valueAt } from "../config/check/context.ts";
import type { ComponentSpec } from "../config/component_spec.ts";
import type { ResolvedConfig } from "../config/resolve.ts";
import { isList, isObject, show } from "../config/source/json.ts";
import type { ConfigPath } from "../config/source/path.ts";
import { pathOf } from "./chain/host.ts";

type Transforms = readonly ComponentSpec<"transforms">[];

/** A list of transforms in its config. */
export interface Section {
  readonly resolved: ResolvedConfig;
  readonly path: ConfigPath;
  readonly specs: Transforms;
}

/** Preparation of the field `image` that does not depend on chance. */
const preparations = ({ specs }: Section): Transforms =>
  specs.filter((spec) => preparationOf(spec) !== null && isOfImage(spec));

export function preparationOf(spec: ComponentSpec<"transforms">): Preparation | null {
  if (isRandom(spec)) return null;
  return componentOf(spec).prepares?.(spec.args) ?? null;
}

const isOfImage = ({ args }: ComponentSpec): boolean => isList(args.fields) && args.fields.includes("image");

/**
 * Warns where validation prepares images in another way than training: the network would see other images than those
 * it was trained on.
 */
export function compareWithTraining(
  { findings }: CheckContext,
  training: Section,
  validation: Section,
): void {
  // what a faulty transform was meant to do is not known
  if (hasHoles(training) || hasHoles(validation)) return;
  const [ours, theirs] = [preparations(validation), preparations(training)];
  for (const trained of theirs) {
    const own = ours.filter(({ name }) => name === trained.name);
    if (own.some((spec) => differingArgument(spec, trained) === undefined)) continue;
    const place = `${trained.name} of training (${lineOf(training, trained)})`;
    if (own[0] === undefined) {
      if (preparationOf(trained) !== "reading")
        findings.warn("TOMO_OTHER_PREPARATION", `validation does not do ${place}`, validation.path, {
          at: "key",
          hint: "the network would see other images than in training; add it here, or take it out there",
        });
      continue;
    }
    const name = differingArgument(own[0], trained)!;
    findings.warn(
      "TOMO_OTHER_PREPARATION",
      `${own[0].name} has ${name} ${show(own[0].args[name])} here, ${show(trained.args[name])} in training (${lineOf(training, trained)})`,
      argumentOf(validation, own[0], name),
      { hint: `set "${name}": ${show(trained.args[name])}, as in training` },
    );
  }
  for (const own of ours)
    if (preparationOf(own) !== "reading" && !theirs.some(({ name }) => name === own.name))
      findings.warn(
        "TOMO_OTHER_PREPARATION",
        `${own.name} prepares images of validation only`,
        [...pathOf(own), "name"],
        {
          hint: "the network would see other images than in training; add it to train.pre_transforms, or take it out here",
        },
      );
}

const hasHoles = ({ resolved, path, specs }: Section): boolean => {
  const list = valueAt({ resolved }, path);
  const enabled = (isList(list) ? list : []).filter((one) => !isObject(one) || one.disabled !== true);
  return enabled.length !== specs.length;
};

function differingArgument(left: ComponentSpec, right: ComponentSpec): string | undefined {
  const names = [...new Set([...Object.keys(left.args), ...Object.keys(right.args)])];
  return names.find((name) => name !== "fields" && !sameValue(left.args[name], right.args[name]));
}

/** A list of equal numbers means what the number alone means. */
const sameValue = (left: unknown, right: unknown): boolean =>
  JSON.stringify(unrolled(left)) === JSON.stringify(unrolled(right));
const unrolled = (value: unknown): unknown =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((entry) => typeof entry === "number" && entry === value[0])
    ? value[0]
    : value;

function lineOf({ resolved }: Section, { where }: ComponentSpec): string {
  const file = basename(where.file ?? resolved.source.file);
  return where.line === undefined ? file : `${file}:${where.line}`;
}

/** An argument that is not written out has its place at the component. */
function argumentOf({ resolved }: Section, spec: ComponentSpec, name: string): ConfigPath {
  const path = [...pathOf(spec), "args", name];
  if (valueAt({ resolved }, path) !== undefined) return path;
  const isRef = valueAt({ resolved }, [...pathOf(spec), "ref"]) !== undefined;
  return [...pathOf(spec), isRef ? "ref" : "name"];
}
