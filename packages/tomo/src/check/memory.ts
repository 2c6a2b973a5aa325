import type { ImageFacts, SampleFacts } from "../components/effects/facts.ts";
import { Findings } from "../config/check/findings.ts";
import type { ComponentSpec } from "../config/component_spec.ts";
import type { ConfigPath } from "../config/source/path.ts";
import { follow } from "./chain/follow.ts";
import type { Host } from "./chain/host.ts";
import type { Point } from "./chain/point.ts";
import type { CaseFacts } from "./data_facts.ts";

type Transforms = readonly ComponentSpec<"transforms">[];

/** The samples of some cases behind the transforms, or before one of them, by their headers; nothing is reported. */
export function samplesBehind(
  host: Host,
  section: ConfigPath,
  specs: Transforms,
  cases: readonly CaseFacts[],
  before?: ComponentSpec<"transforms">,
): SampleFacts[] {
  const silent: Host = {
    ...host,
    unreadable: [],
    check: { ...host.check, findings: new Findings(host.check.resolved) },
  };
  return cases.map(({ fields }) => {
    const start: Point = { sample: { fields, open: true }, trails: new Map() };
    return follow(silent, start, section, specs, before).sample;
  });
}

/** Bytes of the images of a sample as a cache stores them; null where a size is not known. */
export function storedBytesOf({ fields }: SampleFacts): number | null {
  let total = 0;
  for (const facts of fields.values()) {
    if (facts.holds !== "image") continue;
    const voxels = voxelsOf(facts);
    if (voxels === null || facts.channels === null) return null;
    total += voxels * facts.channels * (facts.patches ?? 1) * storedWidth(facts);
  }
  return total === 0 ? null : total;
}

/** Bytes a voxel in the smallest element type that holds every value, or the numbers of all values. */
function storedWidth({ integers, levels, values, channels, patches }: ImageFacts): number {
  if (integers === true || values === "class_index" || values === "mask") return 1;
  if (levels === null) return 4;
  const count = levels.count * (channels ?? 1) * (patches ?? 1);
  if (count < 2 ** 8 || (levels.whole && levels.count <= 2 ** 8)) return 1;
  return count < 2 ** 15 || (levels.whole && levels.count <= 2 ** 16) ? 2 : 4;
}

export function voxelsOf({ size }: ImageFacts): number | null {
  if (size === null || !size.every((length) => typeof length === "number")) return null;
  return (size as readonly number[]).reduce((product, length) => product * length, 1);
}

/** Mean of the values that are known; null where none is. */
export function meanOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** `3.8 GB`, `210 MB`. */
export function bytesText(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${Math.max(1, Math.round(bytes / 1e3))} kB`;
}
