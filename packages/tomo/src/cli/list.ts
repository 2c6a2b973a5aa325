import type { Component } from "../components/define.ts";
import { components } from "../components/registry.ts";
import { type Kind, kinds } from "../config/kinds.ts";
import type { JsonObject } from "../config/source/json.ts";
import { type ArgumentDoc, argumentsOf, jsonSchemaOf } from "../config/type_text.ts";
import { didYouMean } from "../errors/nearest.ts";
import { TomoError } from "../errors/tomo_error.ts";
import { type Io, style, wrap } from "./io.ts";
import type { CommonOptions } from "./options.ts";

/** One component as `tomo list --json` prints it. */
interface ListedComponent {
  readonly kind: Kind;
  readonly name: string;
  readonly summary: string;
  readonly notes: readonly string[];
  /** JSON Schema of `args`. */
  readonly args: JsonObject;
}

/** Prints all components, those of one kind, or one component by name. */
export function list(what: string | undefined, { json }: CommonOptions, io: Io): void {
  const chosen = choose(what);
  if (json) io.out(`${JSON.stringify(chosen.map(listed), null, 2)}\n`);
  else
    io.out(chosen.length === 0 ? `Tomo has no ${what} yet.\n` : text(chosen, what === chosen[0]?.name, io));
}

function choose(what: string | undefined): readonly Component[] {
  const all = kinds.flatMap((kind) => components[kind] as readonly Component[]);
  if (what === undefined) return all;
  if (kinds.includes(what as Kind)) return components[what as Kind];
  const byName = all.filter(({ name }) => name === what);
  if (byName.length > 0) return byName;
  throw new TomoError("TOMO_USAGE", `there is neither a kind nor a component named ${what}`, {
    given: what,
    expected: kinds.join(", "),
    hint: didYouMean(what, [...kinds, ...all.map(({ name }) => name)]),
  });
}

const listed = ({ kind, name, summary, notes, args }: Component): ListedComponent => ({
  kind,
  name,
  summary,
  notes,
  args: jsonSchemaOf(args),
});

function text(chosen: readonly Component[], withNotes: boolean, io: Io): string {
  const { bold } = style(io);
  let kind: Kind | undefined;
  return chosen
    .map((component) => {
      const heading = component.kind === kind ? "" : `${bold(component.kind)}\n\n`;
      kind = component.kind;
      return `${heading}${componentText(component, withNotes, io)}\n`;
    })
    .join("\n");
}

function componentText({ name, summary, notes, args }: Component, withNotes: boolean, io: Io): string {
  const { bold } = style(io);
  const rows = argumentsOf(args);
  const nameWidth = Math.max(0, ...rows.map((row) => row.name.length));
  return [
    `  ${bold(name)}`,
    wrap(summary, io.columns, "    "),
    ...(withNotes ? notes.map((note) => wrap(note, io.columns, "    ")) : []),
    ...rows.map((row) => argumentText(row, nameWidth, io)),
  ].join("\n");
}

function argumentText({ name, type, fallback, description }: ArgumentDoc, nameWidth: number, io: Io): string {
  const { dim } = style(io);
  const head = `      ${name.padEnd(nameWidth)}  ${type}${fallback === undefined ? ", required" : ` = ${fallback}`}`;
  const indent = " ".repeat(nameWidth + 8);
  return description === "" ? head : `${head}\n${dim(wrap(description, io.columns, indent))}`;
}
