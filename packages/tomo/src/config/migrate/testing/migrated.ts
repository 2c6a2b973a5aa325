import { readFileSync } from "node:fs";
import { registry } from "../../../components/registry.ts";
import type { Kind } from "../../kinds.ts";
import { places } from "../../places.ts";
import type { Json, JsonObject } from "../../source/json.ts";
import { parseSource } from "../../source/read.ts";
import { type Migration, migrate } from "../migrate.ts";

/** With the arguments that Tomo's components take. */
export const migrated = (config: unknown): Migration =>
  migrate(
    typeof config === "string" ? config : JSON.stringify(config, null, 2),
    "/mmar/config.json",
    registry,
  );

/** The plain value of a migrated config. */
export const valueOfMigrated = (config: unknown): JsonObject =>
  parseSource(migrated(config).text, "/mmar/config.json").value;

export const goldenNames = [
  "ea_spleen_train",
  "ga_spleen_train",
  "ga_spleen_validation",
  "ga_tumour_train",
] as const;

export const golden = (name: (typeof goldenNames)[number], side: "before" | "after"): string =>
  readFileSync(new URL(`../golden/${name}.${side}.json`, import.meta.url), "utf8");

/** A config that holds one component at a place for its kind. */
export function configWith(kind: Kind, component: Json): JsonObject {
  const { path, holds } = places.find((place) => place.kind === kind)!;
  const value = holds === "list" ? [component] : component;
  return path.toReversed().reduce<Json>((inner, key) => ({ [key]: inner }), value) as JsonObject;
}

/** What stands at that place. */
export function componentIn(kind: Kind, config: JsonObject): Json {
  const { path, holds } = places.find((place) => place.kind === kind)!;
  const value = path.reduce<Json>((at, key) => (at as JsonObject)[key]!, config);
  return holds === "list" ? (value as readonly Json[])[0]! : value;
}
