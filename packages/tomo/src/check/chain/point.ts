import {
  channelPlace,
  type FieldFacts,
  type ImageFacts,
  type SampleFacts,
} from "../../components/effects/facts.ts";
import type { ConfigPath } from "../../config/source/path.ts";

/** A component of the config, for messages that name what is to blame. */
export interface Step {
  readonly name: string;
  readonly path: ConfigPath;
}

/** A part of what is known of an image; `place` is the side of its channel axis. */
export type Part = keyof ImageFacts | "place";

/** Who changed what of a field last, and every step that moved its voxels. */
export interface FieldTrail {
  readonly last: Readonly<Partial<Record<Part, Step>>>;
  /** Steps in order, each with the name of the grid that it led to. */
  readonly grids: readonly { readonly grid: string | null; readonly step: Step }[];
}

/** A place in a chain of transforms: what is known of the sample there, and how it came to be so. */
export interface Point {
  readonly sample: SampleFacts;
  readonly trails: ReadonlyMap<string, FieldTrail>;
}

const noTrail: FieldTrail = { last: {}, grids: [] };

export const trailOf = ({ trails }: Point, field: string): FieldTrail => trails.get(field) ?? noTrail;

/** The point after a step that led to `sample`. */
export function after(point: Point, sample: SampleFacts, step: Step): Point {
  const trails = new Map(point.trails);
  for (const [field, facts] of sample.fields) {
    const before = point.sample.fields.get(field);
    if (before === facts) continue;
    const trail = changed(trailOf(point, field), before, facts, step);
    trails.set(field, before === undefined ? { ...trail, ...gridOfSource(point, facts, trail) } : trail);
  }
  return { sample, trails };
}

/** A new field lies on the grid of the one that it was made of, and came there in the same way. */
function gridOfSource(point: Point, facts: FieldFacts, { last }: FieldTrail): Partial<FieldTrail> {
  if (facts.holds !== "image" || facts.grid === null) return {};
  for (const [field, source] of point.sample.fields)
    if (
      source.holds === "image" &&
      source.grid === facts.grid &&
      trailOf(point, field).last.grid !== undefined
    )
      return { last: { ...last, grid: trailOf(point, field).last.grid }, grids: trailOf(point, field).grids };
  return {};
}

function changed(trail: FieldTrail, before: FieldFacts | undefined, now: FieldFacts, step: Step): FieldTrail {
  if (now.holds !== "image") return { ...trail, last: { values: step } };
  const old = before?.holds === "image" ? before : null;
  const parts: Part[] = (Object.keys(now) as (keyof ImageFacts)[]).filter(
    (part) => old === null || String(old[part]) !== String(now[part]),
  );
  if (old === null || channelPlace(old) !== channelPlace(now)) parts.push("place");
  const moved = old !== null && old.grid !== now.grid;
  return {
    last: { ...trail.last, ...Object.fromEntries(parts.map((part) => [part, step])) },
    grids: moved ? [...trail.grids, { grid: now.grid, step }] : trail.grids,
  };
}

/** The point with a field more, which goes on where another field stands: the prediction lies where its image lies. */
export const withField = (point: Point, field: string, facts: FieldFacts, from: string): Point => ({
  sample: { ...point.sample, fields: new Map([...point.sample.fields, [field, facts]]) },
  trails: new Map([
    ...point.trails,
    [field, { last: { grid: trailOf(point, from).last.grid }, grids: trailOf(point, from).grids }],
  ]),
});

/** The first step that moved one of two fields and not, or not so, the other. */
export function firstParting(point: Point, left: string, right: string): Step | undefined {
  const [ours, theirs] = [trailOf(point, left).grids, trailOf(point, right).grids];
  const length = Math.max(ours.length, theirs.length);
  for (let n = 0; n < length; n++) if (ours[n]?.grid !== theirs[n]?.grid) return (ours[n] ?? theirs[n])!.step;
  return undefined;
}
