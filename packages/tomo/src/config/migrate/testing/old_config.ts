import fc from "fast-check";
import { places } from "../../places.ts";
import type { Json } from "../../source/json.ts";
import { componentRules, outsideRules, sharedArgumentRules } from "../rules.ts";

/** Values that no rule expects. */
export const strange: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    null,
    [],
    {},
    "",
    "{X}",
    "LoadNifty",
    [null],
    [[]],
    -1,
    { name: {} },
    { name: "Nobody" },
  ),
  fc.constantFrom<Json>(
    { ref: "LoadNifty" },
    { name: "LoadNifty", fields: [1] },
    { name: "toString", args: { constructor: 1 } },
    { name: "NiftyWriter", args: [] },
    { name: "ImagePipeline", args: { task: {} } },
    { path: "medical.tlt2.src.X", a: 1 },
  ),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
);

const oldNames = [
  ...componentRules.flatMap(({ old, now }) => [old, now]),
  "ScaleToShape",
  "Dice",
  "Nobody",
  "constructor",
];
const argumentNames = [
  ...componentRules.flatMap(({ args = {} }) => Object.keys(args)),
  ...sharedArgumentRules.flatMap(({ old, now }) => [old, now]),
  "tag",
  "tags",
  "fields",
  "size",
  "constructor",
];
const argumentValue = fc.oneof(
  fc.constantFrom<Json>("image", "val_a", "a", ["image", "label"], true, [0, 1, 2], [0], "segmentation", 1),
  { arbitrary: strange, weight: 1 },
);
const args = fc.dictionary(fc.constantFrom(...argumentNames), argumentValue, {
  maxKeys: 4,
  noNullPrototype: true,
});
const name = fc
  .tuple(fc.constantFrom(...oldNames), fc.constantFrom("", "", "", "#one"))
  .map(([text, alias]) => text + alias);
const attributes = fc.constantFrom<{ [key: string]: Json }>({}, {}, {}, { disabled: true }, { _note: 1 });

const component = fc.oneof(
  {
    arbitrary: fc
      .tuple(name, attributes, args)
      .map(([one, more, found]): Json => ({ name: one, ...more, args: found })),
    weight: 6,
  },
  {
    arbitrary: fc
      .tuple(args, name, attributes)
      .map(([found, one, more]): Json => ({ ...found, name: one, ...more })),
    weight: 3,
  },
  { arbitrary: strange, weight: 1 },
);

/** Configs that look old, some of them nearly right. */
export const oldConfig: fc.Arbitrary<Json> = fc
  .tuple(
    fc.array(
      fc.tuple(
        fc.constantFrom(...places.map(({ path }) => path), ["train", "metrics"]),
        fc.oneof(fc.array(component, { maxLength: 3 }), component),
      ),
      { minLength: 1, maxLength: 6 },
    ),
    fc.constantFrom<{ [key: string]: Json }>(
      {},
      { use_scanning_window: true },
      { [outsideRules[0]!.parameter]: 2 },
    ),
  )
  .map(([sections, globals]) => {
    const config: { [key: string]: Json } = { validate: {}, ...globals };
    for (const [[first, second], value] of sections as [readonly [string, string?], Json][])
      if (second === undefined) config[first] = value;
      else config[first] = { ...(config[first] as { [key: string]: Json }), [second]: value };
    return config;
  });
