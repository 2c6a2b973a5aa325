import { describe, expect, it } from "vitest";
import { z } from "zod";
import { claraComponents } from "../config/clara_catalogue.ts";
import { kinds } from "../config/kinds.ts";
import {
  chestTrain,
  faultsOf,
  spleenTrain,
  spleenValidation,
  trainPlanOf,
  validationPlanOf,
} from "../config/testing/plan_of.ts";
import { jsonSchemaOf } from "../config/type_text.ts";
import { tomoErrorOf } from "../testing/tomo_error_of.ts";
import type { Component } from "./define.ts";
import { components, find, instantiate, isRandom, registry } from "./registry.ts";

const all = kinds.flatMap((kind) => components[kind] as readonly Component[]);

describe("the registry", () => {
  it("has every component once a kind, under its own kind", () => {
    for (const kind of kinds) {
      const names = components[kind].map(({ name }) => name);
      expect(new Set(names).size, kind).toBe(names.length);
      for (const component of components[kind]) expect(component.kind).toBe(kind);
    }
  });

  it("finds by kind and name", () => {
    const [first] = components.inferers;
    expect(find("inferers", first!.name)).toBe(first);
    expect(find("losses", first!.name)).toBeUndefined();
    expect(find("losses", "constructor")).toBeUndefined();
    expect(registry.names("inferers")).toContain(first!.name);
  });

  it("says what cannot be instantiated", () => {
    const spec = { kind: "losses", name: "NoSuch", args: {}, where: {} } as const;
    expect(tomoErrorOf(() => instantiate(spec)).code).toBe("TOMO_UNKNOWN_COMPONENT");
    expect(tomoErrorOf(() => isRandom(spec)).code).toBe("TOMO_UNKNOWN_COMPONENT");
  });

  it("has only names of Clara's, so that configs stay exchangeable", () => {
    for (const { kind, name } of all) expect(claraComponents[kind], `${kind}.${name}`).toContain(name);
  });
});

describe.each(all.map((component) => [component.name, component] as const))("%s", (_, component) => {
  const schema = jsonSchemaOf(component.args);

  it("is documented: summary, and every argument with a meaning", () => {
    expect(component.summary).toMatch(/^[A-Z0-9].*\.$/s);
    for (const note of component.notes) expect(note).toMatch(/\.$/);
    const properties = schema.properties as Record<string, { description?: string }>;
    for (const [name, argument] of Object.entries(properties))
      expect(argument.description ?? "", `${component.name}.${name}`).not.toBe("");
  });

  it("has a JSON Schema that zod reads back", () => {
    expect(() => z.fromJSONSchema(schema as never)).not.toThrow();
  });

  it("fills defaults that pass its own check and survive JSON", () => {
    for (const [name, type] of Object.entries(component.args.shape)) {
      const result = (type as z.ZodType).safeParse(undefined);
      if (!result.success || result.data === undefined) continue;
      expect(JSON.parse(JSON.stringify(result.data)), name).toEqual(result.data);
    }
  });

  it("refuses an argument that it does not have", () => {
    const result = component.args.safeParse({ no_such_argument: 1 });
    expect(result.error?.issues.map(({ code }) => code)).toContain("unrecognized_keys");
  });
});

describe("the seed's configs with the components that exist", () => {
  it.each([
    ["spleen training", () => trainPlanOf(spleenTrain, { lookup: registry })],
    ["spleen validation", () => validationPlanOf(spleenValidation, { lookup: registry })],
    ["chest X-ray training", () => trainPlanOf(chestTrain, { lookup: registry })],
  ])("%s: nothing wrong but what is not there yet", (_, act) => {
    for (const error of faultsOf(act)) expect(error).toMatchObject({ code: "TOMO_NOT_YET" });
  });
});
