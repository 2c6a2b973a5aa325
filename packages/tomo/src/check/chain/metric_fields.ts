import { effectOf, instantiate } from "../../components/registry.ts";
import type { ComponentSpec } from "../../config/component_spec.ts";
import { didYouMean } from "../../errors/nearest.ts";
import { argumentPath, effectContext, type Host, reportError, stepOf } from "./host.ts";
import type { Point } from "./point.ts";

/** What a metric or writer asks of the sample that it gets. One without an effect must at least find its fields. */
export function checkMetricFields(
  host: Host,
  spec: ComponentSpec<"metrics"> | ComponentSpec<"writers">,
  point: Point,
): void {
  const step = stepOf(spec);
  const effect = effectOf(spec);
  if (effect !== undefined) {
    effect(point.sample, effectContext(host, step, point));
    return;
  }
  const { fields, open } = point.sample;
  const wanted =
    spec.kind === "metrics"
      ? instantiate(spec as ComponentSpec<"metrics">).fields
      : [instantiate(spec as ComponentSpec<"writers">).field];
  for (const field of open ? [] : wanted)
    if (!fields.has(field))
      reportError(
        host,
        "TOMO_UNKNOWN_FIELD",
        `nothing makes the field "${field}"`,
        argumentPath(host, step.path, [argumentWith(spec, field)]),
        { expected: `one of ${[...fields.keys()].join(", ")}`, hint: didYouMean(field, fields.keys()) },
      );
}

const argumentWith = ({ args }: ComponentSpec, field: string): string =>
  Object.keys(args).find((name) => args[name] === field) ?? "field";
