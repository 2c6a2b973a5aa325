import type { Where } from "../../errors/tomo_error.ts";
import type { Place } from "../places.ts";
import type { Json } from "../source/json.ts";
import { canonical, normalOf, type Part, type Reading, type Readings } from "./normal.ts";
import { identityOf, movedPairs, pairUp } from "./pairing.ts";
import type { Side } from "./side.ts";

/** What one side says. */
export interface Said {
  readonly value: Json;
  /** False for a default. */
  readonly written: boolean;
  readonly where: Where;
}

/** One thing in which two configs mean something else. */
export interface Difference {
  /** `variables`, `train.loss`, …; `others` for sections that Tomo does not know. */
  readonly section: string;
  /** Variable, component, or `Component.argument`. */
  readonly what: string;
  /**
   * `value`: one value is another; `component`: one class stands in the place of another; `only`: one side has it;
   * `order`: the places, counted from 1, where a component stands.
   */
  readonly kind: "value" | "component" | "only" | "order";
  readonly a: Said | null;
  readonly b: Said | null;
}

/** Compares two workflow configs by what they mean. Equal ones give an empty list. */
export function diffConfigs(a: Side, b: Side): Difference[] {
  const sides: Sides = { a, b };
  const [left, right] = [normalOf(a), normalOf(b)];
  return [
    ...compareReadings(sides, "variables", "", left.variables, right.variables),
    ...[...left.parts].flatMap(([place, parts]) =>
      compareParts(sides, place, parts, right.parts.get(place) ?? []),
    ),
    ...compareReadings(sides, "others", "", left.others, right.others),
  ];
}

interface Sides {
  readonly a: Side;
  readonly b: Side;
}

function compareReadings(
  { a, b }: Sides,
  section: string,
  prefix: string,
  left: Readings,
  right: Readings,
): Difference[] {
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((name) => {
    const [one, other] = [left.get(name), right.get(name)];
    const isEqual =
      one !== undefined && other !== undefined && canonical(one.value) === canonical(other.value);
    // a default of the one workflow is no difference from the other, which has no such variable
    if (isEqual || !(one?.written || other?.written)) return [];
    const said = { a: saidOf(a, one), b: saidOf(b, other) };
    const kind = one === undefined || other === undefined ? "only" : "value";
    return [{ section, what: `${prefix}${name}`, kind, ...said } satisfies Difference];
  });
}

const saidOf = (side: Side, reading: Reading | undefined): Said | null =>
  reading === undefined
    ? null
    : { value: reading.value, written: reading.written, where: side.where(reading.path) };

function compareParts(
  sides: Sides,
  place: Place,
  left: readonly Part[],
  right: readonly Part[],
): Difference[] {
  const section = place.path.join(".");
  const [one, other] = [left[0], right[0]];
  const isSingle = place.holds !== "list" && left.length === 1 && right.length === 1;
  return isSingle ? compareSingle(sides, section, one!, other!) : compareLists(sides, section, left, right);
}

/** A user's own component of one path whose files differ, which may be anything. */
function compareFiles({ a, b }: Sides, section: string, one: Part, other: Part): Difference[] {
  if (one.sha256 === undefined || other.sha256 === undefined || one.sha256 === other.sha256) return [];
  const said = (side: Side, { sha256 = "", path }: Part): Said => ({
    value: `sha256 ${sha256.slice(0, 12)}…`,
    written: true,
    where: side.where(path),
  });
  const what = `code of ${one.name}`;
  return [{ section, what, kind: "value", a: said(a, one), b: said(b, other) }];
}

/** One component against one; of another class only the arguments that both have are compared. */
function compareSingle(sides: Sides, section: string, one: Part, other: Part): Difference[] {
  if (one.name === other.name)
    return [
      ...compareFiles(sides, section, one, other),
      ...compareReadings(sides, section, "", one.args, other.args),
    ];
  const what = section.split(".").at(-1)!;
  const shared = ({ args }: Part): Readings =>
    new Map([...args].filter(([name]) => one.args.has(name) && other.args.has(name)));
  return [
    { section, what, kind: "component", a: nameSaid(sides.a, one), b: nameSaid(sides.b, other) },
    ...compareReadings(sides, section, "", shared(one), shared(other)),
  ];
}

function compareLists(
  sides: Sides,
  section: string,
  left: readonly Part[],
  right: readonly Part[],
): Difference[] {
  const pairing = pairUp(left, right);
  const label = labeller(left, right);
  const moved = movedPairs(pairing, ([a, b]) => [keyOf(left[a]!), keyOf(right[b]!)].toSorted().join("\n"));
  const rows = pairing.pairs.flatMap(([at, b]) => {
    const [one, other] = [left[at]!, right[b]!];
    const what = label(one, other);
    const said = { a: placeSaid(sides.a, one, at), b: placeSaid(sides.b, other, b) };
    const order: Difference[] = moved.has(at) ? [{ section, what, kind: "order", ...said }] : [];
    const values = compareReadings(sides, section, `${what}.`, one.args, other.args);
    const files = compareFiles(sides, section, one, other);
    return [...order, ...files, ...values].map((row) => ({ at, row }));
  });
  const gone = pairing.onlyA.map((at) => {
    const part = left[at]!;
    return { at, row: onlyIn(section, label(part), partSaid(sides.a, part), null) };
  });
  const added = pairing.onlyB.map((at) => {
    const part = right[at]!;
    return { at, row: onlyIn(section, label(part), null, partSaid(sides.b, part)) };
  });
  return [...rows, ...gone, ...added].toSorted((x, y) => x.at - y.at).map(({ row }) => row);
}

const onlyIn = (section: string, what: string, a: Said | null, b: Said | null): Difference => ({
  section,
  what,
  kind: "only",
  a,
  b,
});

/** Everything in which components of one list can differ. */
const keyOf = ({ name, alias = "", args }: Part): string =>
  canonical([name, alias, ...[...args].map(([key, { value }]) => [key, value])]);

/** Names of components; where a list has several of one name, with what tells them apart. */
function labeller(left: readonly Part[], right: readonly Part[]): (one: Part, other?: Part) => string {
  const isRepeated = (name: string): boolean =>
    [left, right].some((parts) => parts.filter((part) => part.name === name).length > 1);
  return (one, other = one) => {
    if (one.alias !== undefined && one.alias === other.alias) return `${one.name}#${one.alias}`;
    const identity = identityOf(one);
    if (!isRepeated(one.name) || identity !== identityOf(other) || identity === "[]") return one.name;
    return `${one.name}(${identity
      .slice(1, -1)
      .replaceAll(/["[\]]/g, "")
      .replaceAll(",", ", ")})`;
  };
}

const nameSaid = (side: Side, part: Part): Said => ({
  value: part.name,
  written: part.written,
  where: side.where(part.path),
});

const placeSaid = (side: Side, part: Part, index: number): Said => ({
  value: index + 1,
  written: true,
  where: side.where(part.path),
});

/** What is written of a component. */
const partSaid = (side: Side, { args, path }: Part): Said => ({
  value: Object.fromEntries(
    [...args].flatMap(([name, { value, written }]) => (written ? [[name, value]] : [])),
  ),
  written: true,
  where: side.where(path),
});
