import type { Entry, Explanation, Origin, VariableOrigins, VariableRow } from "../config/explain/index.ts";
import type { ResolvedConfig } from "../config/resolve.ts";
import { isObject, type Json, show } from "../config/source/json.ts";
import { formatPlace } from "../errors/format.ts";
import type { Where } from "../errors/tomo_error.ts";
import { type Io, style, wrap } from "./io.ts";

/** A value, what it means, and under it each layer that gave it. */
export function explanationText(explanation: Explanation, io: Io): string {
  const { description, remarks, origins, entries, usedBy, component } = explanation;
  const { dim } = style(io);
  const isComponent = explanation.about === "component";
  const isElement = isComponent && !explanation.path.endsWith(".args");
  const blocks = [
    [
      headText(explanation, io),
      ...(description === "" ? [] : [wrap(description, io.columns, "  ")]),
      ...(factsText(explanation) === "" ? [] : [dim(wrap(factsText(explanation), io.columns, "  "))]),
      ...remarks.map((remark) => wrap(remark, io.columns, "  ! ").replaceAll("\n  ! ", "\n    ")),
    ],
    isComponent || explanation.about === "section" ? [] : originsText(origins, io),
    entriesText(entries, io),
    isElement ? (component?.notes ?? []).map((note) => dim(bullet(note, io))) : [],
    usedBy.length === 0 ? [] : [wrap(`used by ${usedBy.join(", ")}`, io.columns, "  ")],
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function headText({ path, about, value, component, origins }: Explanation, io: Io): string {
  const { bold } = style(io);
  if (about === "component") return `${bold(path)}  ${component?.name ?? ""}${placeSuffix(origins, io)}`;
  if (about === "section") return `${bold(path)}${placeSuffix(origins, io)}`;
  const line = show(value, Number.POSITIVE_INFINITY);
  if (path.length + 3 + line.length <= io.columns || !isNested(value))
    return `${bold(path)} = ${value === null ? "none" : line}`;
  return `${bold(path)} =\n${indent(JSON.stringify(value, null, 2), "  ")}`;
}

const isNested = (value: Json): boolean => isObject(value) || Array.isArray(value);

const placeSuffix = ([origin]: readonly Origin[], io: Io): string =>
  origin === undefined ? "" : `\n  ${style(io).dim(placeText(origin, io))}`;

function factsText({ about, valueType: type, component, entries }: Explanation): string {
  if (about === "argument" && component !== null)
    return `${type === "" ? "" : `${type}; `}argument of ${component.name}`;
  if (about === "component") return entries.length === 0 ? type : "";
  return about === "variable" ? type : "";
}

const bullet = (text: string, io: Io): string => wrap(text, io.columns, "    ").replace(/^ {4}/, "  - ");

const indent = (text: string, by: string): string => text.replaceAll(/^/gm, by);

interface Row {
  readonly label: string;
  readonly value: string;
  readonly place: string;
  readonly wins: boolean;
}

/** One row a layer, the strongest first; under it the variables of its placeholders. */
function originsText(origins: readonly Origin[], io: Io): string[] {
  const { dim } = style(io);
  const rows = origins.flatMap((origin) => rowsOf(origin, "  ", io));
  const placed = rows.filter(({ place }) => place !== "");
  const labels = Math.max(0, ...rows.map(({ label }) => label.length));
  const values = Math.max(0, ...placed.map(({ value }) => value.length));
  const places = Math.max(0, ...placed.map(({ place }) => place.length));
  const isWide = labels + values + places + 4 <= io.columns;
  return rows.map(({ label, value, place, wins }) => {
    const head = `${label.padEnd(labels)}  `;
    const line =
      place === "" ? `${head}${value}` : `${head}${isWide ? value.padEnd(values) : value}  ${place}`;
    const fits = isWide || line.length <= io.columns || place === "";
    const text = fits ? line : `${head}${value}\n${" ".repeat(labels + 4)}${place}`;
    return wins ? text : dim(text);
  });
}

function rowsOf(origin: Origin, by: string, io: Io): Row[] {
  const state = origin.state === "wins" ? "" : ` (${origin.state})`;
  const place = `${placeText(origin, io)}${state}`;
  const row = { label: `${by}${layerText[origin.layer]}`, value: valueText(origin.value), place };
  return [
    { ...row, wins: origin.state === "wins" },
    ...origin.variables.flatMap((variable) => variableRows(variable, `${by}  `, io)),
  ];
}

function variableRows({ name, value, origins }: VariableOrigins, by: string, io: Io): Row[] {
  const label = `${by}{${name}}`;
  if (origins.length === 0) return [{ label, value: "no layer gives it", place: "", wins: false }];
  const head = { label, value: valueText(value), place: "", wins: true };
  return [head, ...origins.flatMap((origin) => rowsOf(origin, `${by}  `, io))];
}

const layerText = {
  set: "--set",
  environment: "environment",
  config: "config",
  process: "process",
  default: "default",
} as const;

const valueText = (value: Json): string => (value === null ? "none" : show(value));

function placeText({ where, by, layer }: Origin, io: Io): string {
  if (by !== undefined) return `of ${by}`;
  if (layer === "set") return "the command line";
  return layer === "process" ? (where.configPath ?? "") : filePlace(where, io);
}

const filePlace = ({ file, line, column }: Where, io: Io): string =>
  formatPlace({ file, line, column }, io.cwd);

function entriesText(entries: readonly Entry[], io: Io): string[] {
  const { bold, dim } = style(io);
  const names = Math.max(0, ...entries.map(({ name }) => name.length));
  const margin = " ".repeat(names + 4);
  return entries.map((entry) => {
    const words = originText(entry.origins);
    const suffix = words === "" ? "" : `(${words})`;
    const room = io.columns - margin.length - suffix.length - 2;
    const given = entryValue(entry, Math.max(16, room));
    const head = `  ${bold(entry.name.padEnd(names))}  ${given}`;
    const from = given.length <= room ? `  ${dim(suffix)}` : `\n${dim(wrap(suffix, io.columns, margin))}`;
    const facts = isPart(entry) ? entry.description : `${entry.description} ${entry.valueType}`.trim();
    const lines = [suffix === "" ? head : `${head}${from}`];
    return [...lines, ...(facts === "" ? [] : [dim(wrap(facts, io.columns, margin))])].join("\n");
  });
}

const isPart = ({ valueType }: Entry): boolean => valueType === "component" || valueType === "list";

function entryValue(entry: Entry, width: number): string {
  const { value, origins, required } = entry;
  if (value === null) return required && origins.length === 0 ? "missing" : "none";
  if (!isPart(entry)) return show(value, Math.max(width, 60));
  const names = Array.isArray(value) ? value.join(", ") : String(value);
  return names === "" ? "none" : cut(names, width);
}

/** Where a value comes from, in a few words; the file is known from above. */
function originText(origins: readonly Origin[]): string {
  const winner = origins.find(({ state }) => state === "wins");
  const leftOut = origins.find(({ state }) => state === "left out");
  const from = ((leftOut ?? winner)?.variables ?? []).map(({ name, origins: [first] }) =>
    first === undefined ? `{${name}} is not set` : `{${name}} from ${layerText[first.layer]}`,
  );
  if (winner === undefined) return from.join(", ");
  const line = winner.where.line === undefined ? layerText[winner.layer] : `line ${winner.where.line}`;
  return [line, ...from].join(", ");
}

/** All variables, one a line, with the layer that won. */
export function variablesText(
  rows: readonly VariableRow[],
  { source, environment }: ResolvedConfig,
  io: Io,
): string {
  const { bold, dim } = style(io);
  const files = [
    ["config", source.file],
    ["environment", environment?.file],
  ].flatMap(([label, file]) =>
    file === undefined ? [] : [`${String(label).padEnd(13)}${formatPlace({ file }, io.cwd)}`],
  );
  const names = Math.max(...rows.map(({ name }) => name.length));
  const from = rows.map(({ origins, read }) => `${fromText(origins)}${read ? "" : ", unused"}`);
  const room = io.columns - names - Math.max(...from.map((text) => text.length)) - 4;
  const values = rows.map(({ value }) =>
    cut(value === null ? "none" : JSON.stringify(value), Math.max(12, room)),
  );
  const width = Math.max(5, ...values.map((text) => text.length));
  const lines = rows.map(({ name, read }, index) => {
    const line = `${name.padEnd(names)}  ${values[index]!.padEnd(width)}  ${from[index]}`;
    return read ? line : dim(line);
  });
  const head = bold(`${"variable".padEnd(names)}  ${"value".padEnd(width)}  from`);
  return `${[...files, "", head, ...lines].join("\n")}\n`;
}

function fromText([winner, ...others]: readonly Origin[]): string {
  if (winner === undefined) return "not set";
  const line = winner.where.line === undefined ? "" : `, line ${winner.where.line}`;
  const shadowed = others.filter(({ layer }) => layer !== "default").map(({ layer }) => layerText[layer]);
  return `${layerText[winner.layer]}${line}${shadowed.length === 0 ? "" : ` over ${shadowed.join(", ")}`}`;
}

/** Shortened in front when it is a path, whose end says more, else behind. */
function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  return text.includes("/") ? `…${text.slice(text.length - width + 1)}` : `${text.slice(0, width - 1)}…`;
}
