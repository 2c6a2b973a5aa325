import { describe, expect, it } from "vitest";
import { claraComponents, renamed } from "../clara_catalogue.ts";
import type { Json } from "../source/json.ts";
import { migrate } from "./migrate.ts";
import {
  type ComponentRule,
  componentRules,
  outsideRules,
  resampling,
  sectionRule,
  sharedArgumentRules,
  taskOfModel,
} from "./rules.ts";
import { componentIn, configWith } from "./testing/migrated.ts";

/** Without declarations: the table alone. */
const translate = (config: unknown) => {
  const result = migrate(JSON.stringify(config), "/c.json");
  return { ...result, value: JSON.parse(result.text) };
};

/** Arguments that the row speaks of, as the old config has them, and as the new one should. */
function argumentsFor({ when, args = {} }: ComponentRule): { before: Record<string, Json>; after: Json } {
  const before: Record<string, Json> = { kept: "as it is" };
  const after: Record<string, Json> = { kept: "as it is" };
  for (const [name, rule] of Object.entries(args)) {
    const value = when?.argument === name ? when.is[0] : "only" in rule ? rule.only?.[0] : name;
    if (value === undefined) continue;
    before[name] = value;
    if ("to" in rule) after[rule.to] = value;
  }
  return { before, after };
}

describe("every row of the table", () => {
  it.each(componentRules.map((rule) => [rule.old, rule.now, rule] as const))("%s -> %s", (old, now, rule) => {
    const { before, after } = argumentsFor(rule);
    // batch transforms take no loader's place: nothing is added behind LoadNifty in a section of one that has it
    const { value, unresolved } = translate(configWith(rule.kind, { name: old, args: before }));
    expect(componentIn(rule.kind, value)).toEqual({ name: now, args: after });
    expect(unresolved).toEqual([]);
  });

  it.each(sharedArgumentRules.map((rule) => [rule.kind, rule.old, rule.now, rule] as const))(
    "%s: %s -> %s",
    (kind, old, now, { except = {} }) => {
      const renamedIn = (name: string): Json =>
        componentIn(kind, translate(configWith(kind, { name, args: { [old]: "x" } })).value);
      const usual = claraComponents[kind].find((name) => !Object.hasOwn(except, name))!;
      for (const [name, argument] of Object.entries({ [usual]: now, ...except }))
        expect(renamedIn(name)).toEqual({ name, args: { [argument]: "x" } });
    },
  );

  it.each(outsideRules)(
    "$parameter outside of $section",
    ({ parameter, from, section: [outer, inner], takenBy }) => {
      for (const above of from)
        for (const name of takenBy) {
          const model = { [inner]: { name, args: { kept: 1 } } };
          const before =
            above.length === 0
              ? { [parameter]: 3, [outer]: model }
              : { [outer]: { [parameter]: 3, ...model } };
          expect(translate(before).value).toEqual({
            [outer]: { [inner]: { name, args: { [parameter]: 3, kept: 1 } } },
          });
        }
    },
  );

  it(`${sectionRule.section}.${sectionRule.old} -> ${sectionRule.now}`, () => {
    const op = { name: "ComputeAccuracy", args: { tag: "accuracy" } };
    expect(translate({ train: { metrics: [op] } }).value).toEqual({ train: { aux_ops: [op] } });
  });

  it("val_ goes from the outputs of aux-ops", () => {
    const metric = (field: string) => ({ name: "ComputeAverage", args: { name: "d", field } });
    const train = { aux_ops: [{ name: "DiceMaskedOutput", args: { tags: ["dice", "val_own"] } }] };
    const { value } = translate({ train, validate: { metrics: [metric("val_dice"), metric("val_own")] } });
    expect(value.validate.metrics).toEqual([metric("dice"), metric("val_own")]);
  });
});

describe("the table", () => {
  it("leads to components of Clara Train 3.x only", () => {
    for (const { kind, now } of componentRules) expect(claraComponents[kind]).toContain(now);
    for (const { kind, except = {} } of sharedArgumentRules)
      for (const name of Object.keys(except)) expect(claraComponents[kind]).toContain(name);
    for (const name of resampling) expect(claraComponents.transforms).toContain(name);
    for (const name of [...Object.keys(taskOfModel), ...outsideRules.flatMap(({ takenBy }) => takenBy)])
      expect(claraComponents.models).toContain(name);
  });

  it("has every old name that the check of names knows", () => {
    const old = new Set(componentRules.map((rule) => rule.old));
    for (const name of Object.keys(renamed)) expect([...old]).toContain(name);
  });

  it("says of each row why and how it is known", () => {
    for (const { why, evidence } of [...componentRules, ...sharedArgumentRules, ...outsideRules]) {
      expect(why).not.toBe("");
      expect(["documented", "pair", "inferred"]).toContain(evidence);
    }
  });
});
