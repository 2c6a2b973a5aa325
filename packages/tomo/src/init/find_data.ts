import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { didYouMean } from "../errors/nearest.ts";
import { TomoError } from "../errors/tomo_error.ts";
import { classFolders, isPicture } from "./class_folders.ts";
import { existingList } from "./existing_list.ts";
import type { Folder, FoundData, InitTask } from "./found.ts";
import { labelTable } from "./label_table.ts";
import { listFolder } from "./listing.ts";
import { isVolume, volumePairs } from "./volume_pairs.ts";

const layouts: Readonly<Record<InitTask, string>> = {
  segmentation:
    "a datalist (dataset.json); imagesTr/ and labelsTr/, or images/ and labels/ (masks/), with NIfTI files of equal names; or a_image.nii.gz beside a_label.nii.gz",
  classification:
    "a datalist (dataset.json); a table (labels.csv) with a column of file names and columns of 0 and 1; or a folder of PNG or JPEG pictures for each class",
};

/**
 * Finds images and labels in a folder, or in a datalist or table that is named.
 * @param data absolute path of a folder, a .json or a .csv
 * @param except absolute folder to leave out: the MMAR
 * @throws TomoError TOMO_FILE_MISSING, TOMO_DATA_LAYOUT, and as the readers of datalists
 */
export function findData(data: string, task: InitTask, except: string): FoundData {
  const stat = statSync(data, { throwIfNoEntry: false });
  if (stat === undefined) throw missing(data);
  if (stat.isDirectory()) return inFolder(listFolder(data, except), task);
  const found = /\.json$/i.test(data)
    ? existingList(data, task)
    : /\.(csv|tsv)$/i.test(data) && task === "classification"
      ? labelTable(data, listFolder(dirname(data), except))
      : null;
  if (found !== null) return found;
  throw new TomoError("TOMO_DATA_LAYOUT", `${basename(data)} has no labelled cases for ${task}`, {
    where: { file: data },
    expected: layouts[task],
  });
}

function inFolder(folder: Folder, task: InitTask): FoundData {
  const top = folder.files.filter((file) => !file.includes("/"));
  const lists = top.filter((file) => /^(dataset|datalist|.*_datalist).*\.json$/i.test(file));
  const tables = task === "classification" ? top.filter((file) => /\.(csv|tsv)$/i.test(file)) : [];
  const tries: (readonly [name: string, read: () => FoundData | null])[] = [
    ...lists
      .toSorted(byPlainness)
      .map((file) => [file, () => existingList(join(folder.root, file), task)] as const),
    ...tables.map((file) => [file, () => labelTable(join(folder.root, file), folder)] as const),
    ["", () => (task === "segmentation" ? volumePairs(folder) : classFolders(folder))],
  ];
  for (const [name, read] of tries) {
    const found = read();
    if (found === null || found.training.length === 0) continue;
    const others = [...lists, ...tables].filter((file) => file !== name);
    const note = `not used: ${others.join(", ")}; name one with --data to take it instead`;
    return others.length === 0 || name === "" ? found : { ...found, warnings: [...found.warnings, note] };
  }
  throw notFound(folder, task);
}

/** dataset.json before dataset_0.json before dataset_binary.json. */
const byPlainness = (a: string, b: string): number => {
  const rank = (name: string) => (/^dataset\.json$/i.test(name) ? 0 : /\d\.json$/.test(name) ? 1 : 2);
  return rank(a) - rank(b);
};

function notFound({ root, files }: Folder, task: InitTask): TomoError {
  const volumes = files.filter(isVolume).length;
  const pictures = files.filter(isPicture).length;
  const kinds = `${files.length} files, ${volumes} of them NIfTI, ${pictures} PNG or JPEG`;
  const hint =
    task === "segmentation"
      ? volumes === 0 && pictures > 0
        ? "init writes segmentations of volumes: convert pictures and their masks to NIfTI, or is --task classification meant?"
        : volumes > 0
          ? "no file could be told to be the label of another"
          : undefined
      : pictures === 0 && volumes > 0
        ? "classification is of PNG or JPEG pictures; is --task segmentation meant?"
        : undefined;
  return new TomoError("TOMO_DATA_LAYOUT", `no labelled cases for ${task} were recognised`, {
    where: { file: root },
    given: files.length === 0 ? "a folder without files" : kinds,
    expected: layouts[task],
    hint,
  });
}

function missing(data: string): TomoError {
  const folder = dirname(data);
  return new TomoError("TOMO_FILE_MISSING", "there is no such folder or file of data", {
    where: { file: data },
    hint: existsSync(folder)
      ? (didYouMean(basename(data), readdirSync(folder)) ?? `${folder} has no such name`)
      : `there is no folder ${folder}`,
  });
}
