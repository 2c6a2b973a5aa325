import { describe, expect, it } from "vitest";
import { registry } from "../components/registry.ts";
import { checkComponent } from "./check/check_component.ts";
import type { CheckContext } from "./check/context.ts";
import { Findings } from "./check/findings.ts";
import { claraComponents } from "./clara_catalogue.ts";
import { type Kind, kinds } from "./kinds.ts";
import { resolveConfig } from "./resolve.ts";
import type { JsonObject } from "./source/json.ts";
import { claraArguments } from "./testing/clara_arguments.ts";
import { testMmar } from "./testing/mmar.ts";

/** Codes and config paths of what is found in one component. */
function findingsOf(kind: Kind, element: JsonObject): string[] {
  const mmar = testMmar({ "config/one.json": { it: element } });
  try {
    const resolved = resolveConfig({ mmar: mmar.root, cwd: mmar.root, config: "config/one.json" });
    const context: CheckContext = { resolved, lookup: registry, findings: new Findings(resolved) };
    checkComponent(context, kind, ["it"]);
    const { errors, warnings } = context.findings;
    return [...errors, ...warnings].map(
      ({ code, where, message }) => `${code} ${where.configPath}: ${message}`,
    );
  } finally {
    mmar.remove();
  }
}

const all = kinds.flatMap((kind) =>
  Object.entries(claraArguments[kind]).map(([name, args]) => ({ kind, name, args })),
);
const isThere = ({ kind, name }: { kind: Kind; name: string }) => registry.find(kind, name) !== undefined;

describe("the components of clara-reference 3", () => {
  it("are those of the catalogue", () => {
    for (const kind of kinds)
      expect(Object.keys(claraArguments[kind]).sort(), kind).toEqual([...claraComponents[kind]].sort());
  });

  it.each(all.filter(isThere))("$name takes every argument that Clara documents", ({ kind, name, args }) => {
    expect(findingsOf(kind, { name, args })).toEqual([]);
  });

  const absent = all.filter((one) => !isThere(one));

  it.each(absent)("$name is said to be absent, and nothing else", ({ kind, name, args }) => {
    expect(findingsOf(kind, { name, args })).toEqual([expect.stringMatching(/^TOMO_NOT_YET it\.name/)]);
  });

  it("are told from typos, there or not", () => {
    for (const { kind, name } of all) {
      const written = `${name.slice(0, 3)}q${name.slice(3)}`;
      expect(findingsOf(kind, { name: written })[0], name).toMatch(/^TOMO_UNKNOWN_COMPONENT it\.name/);
    }
  });
});
