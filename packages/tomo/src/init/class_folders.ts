import { type Folder, type FoundCase, type FoundData, some } from "./found.ts";
import { patientOf } from "./split.ts";

export const isPicture = (path: string): boolean => /\.(png|jpe?g)$/i.test(path);

const sides = { training: /^train(ing)?$/i, validation: /^val(id|idation)?$/i, test: /^test(ing)?$/i };
type Side = keyof typeof sides;

/** A folder a class, with pictures in it; above them perhaps train, val and test. Null where it is not so. */
export function classFolders({ root, files }: Folder): FoundData | null {
  const pictures = files.filter(isPicture).map((path) => placed(path));
  const loose = pictures.filter(({ folder }) => folder === null).map(({ path }) => path);
  const tally = new Map<string, number>();
  for (const { folder } of pictures) if (folder !== null) tally.set(folder, (tally.get(folder) ?? 0) + 1);
  const classes = [...tally.keys()].sort();
  if (classes.length < 2 || classes.every((name) => /^(images?|labels?|masks?|full_?res)$/i.test(name)))
    return null;
  const casesOn = (side: Side): FoundCase[] =>
    pictures.flatMap(({ path, folder, on }) =>
      folder === null || on !== side
        ? []
        : [{ image: path, label: [classes.indexOf(folder)], group: patientOf(path) }],
    );
  const validation = casesOn("validation");
  return {
    root,
    layout: `${classes.length} folders of pictures, one a class: ${some(classes, 6)}`,
    training: casesOn("training"),
    validation: validation.length === 0 ? null : validation,
    test: casesOn("test").map(({ image }) => image),
    labelFormat: [classes.length],
    classNames: classes,
    modality: null,
    warnings: loose.length === 0 ? [] : [`left out, in no folder of a class: ${some(loose)}`],
  };
}

function placed(path: string): { readonly path: string; readonly folder: string | null; readonly on: Side } {
  const parts = path.split("/").slice(0, -1);
  const on = (Object.keys(sides) as Side[]).find((side) => sides[side].test(parts[0] ?? ""));
  return { path, folder: parts[on === undefined ? 0 : 1] ?? null, on: on ?? "training" };
}
