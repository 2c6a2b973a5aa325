import { isFloating } from "@tomo/torch";
import type { Component } from "../components/define.ts";
import type { EffectContext } from "../components/effects/effect.ts";
import {
  type FieldFacts,
  type ImageFacts,
  loadedImage,
  type SampleFacts,
} from "../components/effects/facts.ts";
import type { MedicalImage } from "../data/medical_image.ts";
import { isImage, type Sample } from "../data/sample.ts";
import { batchAxis, channelAxis } from "../data/shape_format.ts";
import { sizeOf } from "../data/spatial.ts";
import { holds, same } from "./law.ts";

/** What is known of a sample when everything is. */
export const factsOf = ({ fields }: Sample): SampleFacts => ({
  open: false,
  fields: new Map(
    Object.entries(fields).map(([name, value]): [string, FieldFacts] => [
      name,
      isImage(value) ? imageFactsOf(value) : { holds: "unknown" },
    ]),
  ),
});

const imageFactsOf = ({ data, format, properties }: MedicalImage): ImageFacts =>
  loadedImage({
    formats: [format],
    channels: data.shape[channelAxis(format)] ?? 1,
    size: sizeOf({ data, format, properties }),
    integers: !isFloating(data.dtype),
    levels: levelsIn(data.toArray()),
    affine: properties.affine !== undefined || properties.affines !== undefined,
    patches: batchAxis(format) < 0 ? null : data.shape[0]!,
  });

/** Over all channels; the law asks for no more than that. */
function levelsIn(values: readonly number[]): ImageFacts["levels"] {
  const levels = [...new Set(values)].filter((value) => value !== 0);
  return { count: levels.length, whole: levels.every(Number.isInteger) };
}

/** Runs the effect of a transform; the codes of what it reports come with the facts. */
export function runEffect(
  component: Component<"transforms">,
  args: Record<string, unknown>,
  sample: SampleFacts,
): { readonly sample: SampleFacts; readonly errors: readonly string[] } {
  const errors: string[] = [];
  const context: EffectContext = {
    error: ({ code }) => errors.push(code),
    warn: () => {},
    unreadable: () => {},
    key: "this",
    role: (field) => (field === "label" ? "label" : "image"),
    labelFormat: null,
  };
  const effect = component.effect?.(component.args.parse(args));
  holds(effect !== undefined, `${component.name} declares no effect`);
  return { sample: effect(sample, context), errors };
}

/** Everything that the effect claims to know of the result holds of the result. @throws TomoError TOMO_LAW_BROKEN */
export function expectSound(claimed: SampleFacts, result: Sample): void {
  for (const [field, value] of Object.entries(result.fields)) {
    const facts = claimed.fields.get(field);
    if (!isImage(value)) continue;
    holds(facts !== undefined || claimed.open, `the effect knows of no field ${field}`);
    if (facts?.holds !== "image") {
      same(facts?.holds ?? "unknown", "unknown", `what the effect says of ${field}, which holds an image,`);
      continue;
    }
    const actual = imageFactsOf(value);
    const layout = `the effect says that ${field} is ${facts.formats.join(" or ")}, it is ${value.format}`;
    holds(facts.formats.includes(value.format), layout);
    for (const part of ["channels", "integers", "affine", "patches"] as const)
      if (facts[part] !== null) same(actual[part], facts[part], `${part} of ${field}, by its effect,`);
    if (facts.levels !== null) {
      const most = facts.levels.count * (actual.channels ?? 1) * (actual.patches ?? 1);
      holds(
        actual.levels!.count <= most,
        `${field} has ${actual.levels!.count} values, its effect says at most ${most}`,
      );
      if (facts.levels.whole) same(actual.levels!.whole, true, `whole numbers in ${field}, by its effect,`);
    }
    const unsure = (length: unknown) => length === null || length === "varies";
    if (facts.size !== null)
      same(
        actual.size,
        facts.size.map((length, axis) => (unsure(length) ? actual.size![axis] : length)),
        `the size of ${field}, by its effect,`,
      );
  }
}
