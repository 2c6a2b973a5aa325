import { type SampleFacts, unknown, withoutLevels } from "../../components/effects/facts.ts";
import { effectOf } from "../../components/registry.ts";
import { valueAt } from "../../config/check/context.ts";
import { isMisspelt } from "../../config/check/sections.ts";
import type { ComponentSpec } from "../../config/component_spec.ts";
import { isList, isObject, type Json } from "../../config/source/json.ts";
import { type ConfigPath, formatPath } from "../../config/source/path.ts";
import { effectContext, type Host, stepOf } from "./host.ts";
import { after, type Point, type Step } from "./point.ts";

/**
 * The point behind a list of transforms that stands at `section`; what goes wrong on the way is reported.
 * @param before Where to stop; left out: at the end
 */
export function follow(
  host: Host,
  start: Point,
  section: ConfigPath,
  specs: readonly ComponentSpec<"transforms">[],
  before?: ComponentSpec<"transforms">,
): Point {
  // a section whose name is misspelt may do anything
  if (isMisspelt(host.check, section)) return { ...start, sample: anything(start.sample) };
  const elements = elementsOf(host, section, specs);
  const end = elements.findIndex(({ spec }) => spec !== null && spec === before);
  return elements.slice(0, end < 0 ? undefined : end).reduce((point, { spec, step, given }) => {
    if (spec === null) return after(point, withUnknown(point.sample, namesIn(given)), step);
    const effect = effectOf(spec);
    const sample =
      effect === undefined ? anything(point.sample) : effect(point.sample, effectContext(host, step, point));
    return after(point, spec.module === undefined ? sample : withoutLevels(sample), step);
  }, start);
}

interface Element {
  /** Null for one that is faulty or not known. */
  readonly spec: ComponentSpec<"transforms"> | null;
  readonly step: Step;
  readonly given: Json;
}

/** The enabled elements of a section in their order, faulty ones among them. */
function elementsOf(
  { check }: Host,
  section: ConfigPath,
  specs: readonly ComponentSpec<"transforms">[],
): Element[] {
  const list = valueAt(check, section);
  const byPath = new Map(specs.map((spec) => [spec.where.configPath, spec]));
  return (isList(list) ? list : []).flatMap((given, index): Element[] => {
    const path = [...section, index];
    const spec = byPath.get(formatPath(path));
    if (spec !== undefined) return [{ spec, step: stepOf(spec), given }];
    if (!isObject(given) || given.disabled === true) return [];
    const { name, ref, path: own, ...rest } = given;
    return [{ spec: null, step: { name: String(name ?? ref ?? own), path }, given: rest }];
  });
}

/** All texts in the arguments of a faulty transform: the fields that it would change or make. */
function namesIn(value: Json): string[] {
  if (typeof value === "string") return [value];
  if (isList(value)) return value.flatMap(namesIn);
  return isObject(value) ? Object.values(value).flatMap(namesIn) : [];
}

const withUnknown = ({ fields }: SampleFacts, names: readonly string[]): SampleFacts => ({
  fields: new Map([...fields, ...names.map((name) => [name, unknown] as const)]),
  open: true,
});

/** Behind a transform that declares nothing. */
const anything = (sample: SampleFacts): SampleFacts => withUnknown(sample, [...sample.fields.keys()]);
