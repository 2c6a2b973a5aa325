import { join } from "node:path";
import { readLargeSource } from "../config/source/read.ts";
import { statedNames } from "./existing_list.ts";
import { type Folder, type FoundCase, type FoundData, firstPath, type ImagePath, some } from "./found.ts";
import { patientOf } from "./split.ts";

export const isVolume = (path: string): boolean => /\.nii(\.gz)?$/i.test(path);

const imageFolders = /^(imagesTr|images?|imgs?|scans?|volumes?)$/i;
const labelFolders = /^(labelsTr|labels?|masks?|segmentations?|segs?|annotations?)$/i;
const testFolders = /^imagesT[se]$/i;
const otherFolders = /^labelsT[se]$/i;
const imageSuffix = /(^|[_-])(image|img|scan)$/i;
const labelSuffix = /(^|[_-])(labels?|seg|segmentation|mask|gt)$/i;
/** nnU-Net's channel. */
const channelSuffix = /_(\d{4})$/;

/** A NIfTI file with what its folders and its name say of it. */
interface Volume {
  readonly path: string;
  readonly role: "image" | "label" | "test" | "other" | null;
  /** Names under which its partner may know it: folders without the one that tells the role, then the stem. */
  readonly keys: readonly string[];
}

/**
 * Pairs images with labels: imagesTr and labelsTr, images and labels or masks, or side by side as a_image and a_label.
 * Names are equal but for such a suffix, or nnU-Net's _0000 of each channel.
 * @returns null where no image has a label
 */
export function volumePairs({ root, files }: Folder): FoundData | null {
  const volumes = files.filter(isVolume).map(volumeOf);
  const labels = new Map<string, string>();
  for (const { path, role, keys } of volumes)
    if (role === "label") for (const key of keys) if (!labels.has(key)) labels.set(key, path);
  const channels = new Map<string, string[]>();
  const unmatched: string[] = [];
  for (const { path, role, keys } of volumes) {
    if (role !== "image" && role !== null) continue;
    const label = keys.map((key) => labels.get(key)).find((one) => one !== undefined);
    if (label === undefined) unmatched.push(path);
    else channels.set(label, [...(channels.get(label) ?? []), path]);
  }
  if (channels.size === 0) return null;
  for (const { path, role } of volumes) if (role === "label" && !channels.has(path)) unmatched.push(path);
  const { kept, warnings } = casesOf(channels);
  if (unmatched.length > 0) warnings.push(`left out, without a partner: ${some(unmatched)}`);
  const { classNames, modality } = namesBeside(root, files);
  return {
    root,
    layout: `images and labels of equal names (${firstPath(kept[0]!.image)} with ${kept[0]!.label})`,
    training: kept,
    validation: null,
    test: testCases(volumes),
    labelFormat: null,
    classNames,
    modality,
    warnings,
  };
}

function volumeOf(path: string): Volume {
  const parts = path.split("/");
  const stem = parts.pop()!.replace(/\.nii(\.gz)?$/i, "");
  const at = parts.findLastIndex((part) => roleOfFolder(part) !== null);
  const fromFolder = at < 0 ? null : roleOfFolder(parts[at]!);
  const role = fromFolder ?? (labelSuffix.test(stem) ? "label" : imageSuffix.test(stem) ? "image" : null);
  const folders = parts.filter((_, n) => n !== at).join("/");
  const bare = stem.replace(role === "label" ? labelSuffix : imageSuffix, "");
  const stems = role === "label" ? [stem, bare] : [stem, bare, stem.replace(channelSuffix, "")];
  return { path, role, keys: [...new Set(stems)].map((one) => `${folders}/${one}`) };
}

function roleOfFolder(name: string): Volume["role"] {
  if (testFolders.test(name)) return "test";
  if (otherFolders.test(name)) return "other";
  if (imageFolders.test(name)) return "image";
  return labelFolders.test(name) ? "label" : null;
}

/** Cases with as many channels as most have. */
function casesOf(channels: ReadonlyMap<string, readonly string[]>): {
  kept: FoundCase[];
  warnings: string[];
} {
  const counts = [...channels.values()].map((paths) => paths.length);
  const tally = (count: number) => counts.filter((one) => one === count).length;
  const usual = [...new Set(counts)].toSorted((a, b) => tally(b) - tally(a))[0]!;
  const odd: string[] = [];
  const kept: FoundCase[] = [];
  for (const [label, paths] of channels) {
    if (paths.length !== usual) odd.push(label);
    else kept.push({ image: imagePath(paths), label, group: patientOf(paths[0]!) });
  }
  const warning = `left out, with other than ${usual} image${usual === 1 ? "" : "s"}: ${some(odd)}`;
  return { kept, warnings: odd.length === 0 ? [] : [warning] };
}

const imagePath = (paths: readonly string[]): ImagePath => (paths.length === 1 ? paths[0]! : [...paths]);

function testCases(volumes: readonly Volume[]): ImagePath[] {
  const groups = new Map<string, string[]>();
  for (const { path, role } of volumes)
    if (role === "test") {
      const key = path.replace(/_\d{4}(\.nii(\.gz)?)$/i, "$1");
      groups.set(key, [...(groups.get(key) ?? []), path]);
    }
  return [...groups.values()].map(imagePath);
}

/** nnU-Net's dataset.json has names, but no lists. */
function namesBeside(root: string, files: readonly string[]): Pick<FoundData, "classNames" | "modality"> {
  if (!files.includes("dataset.json")) return { classNames: null, modality: null };
  return statedNames(readLargeSource(join(root, "dataset.json")).value);
}
