import type { Json } from "../source/json.ts";
import { type Element, elementsOf, fieldNames, isDisabled, namesOf } from "./elements.ts";
import type { Container, Value } from "./lossless.ts";
import type { Renamed } from "./rename.ts";
import { resampling } from "./rules.ts";
import { entryText, indentOf, oneLine, type Session } from "./session.ts";
import { containerAt, copyOf, insert, jsonOf, keyOf, laidOut, memberOf, remove, setValue } from "./tree.ts";

const channelsAdded = ["ConvertToChannelsFirst", "ConvertToChannelsLast"];

/**
 * LoadNifty gave arrays with a channel axis where no VolumeTo4DArray followed; LoadNifti gives the file's axes, so 3.x
 * configs have an explicit ConvertToChannelsFirst behind it.
 */
export function addChannelAxes(session: Session, renamed: Renamed): void {
  const elements = elementsOf(session.root);
  for (const loader of renamed.keys()) {
    if (namesOf(loader)?.name !== "LoadNifti" || isDisabled(loader) || loader.list === null) continue;
    const later = after(elements, loader).filter((one) => channelsAdded.includes(namesOf(one)?.name ?? ""));
    const added = new Set(later.flatMap((one) => fieldNames(one)));
    const fields = fieldNames(loader).filter((name) => !added.has(name));
    if (fields.length === 0) continue;
    const value = converterLike(session, loader, fields);
    session.change(memberOf(loader.node, "name")!, loader.path, {
      before: null,
      after: oneLine({ name: "ConvertToChannelsFirst", args: { fields } }),
      why: "LoadNifty added a channel axis, LoadNifti does not",
      evidence: "pair",
    });
    const index = loader.list.members.indexOf(loader.member) + 1;
    insert(loader.list, { key: null, value }, { ...session.layout, indent: "" }, index);
  }
}

/** Enabled elements of the same list behind this one. */
const after = (elements: readonly Element[], { list, node }: Element): readonly Element[] =>
  elements
    .slice(elements.findIndex((one) => one.node === node) + 1)
    .filter((one) => one.list === list && !isDisabled(one));

/** Written in the style of the loader. */
function converterLike({ layout }: Session, loader: Element, fields: readonly string[]): Value {
  const node = copyOf(loader.node) as Container;
  for (const member of [...node.members])
    if (!["name", "args"].includes(keyOf(member))) remove(node, member, layout);
  setValue(memberOf(node, "name")!, "ConvertToChannelsFirst");
  const args = containerAt(node, "args", "object")!;
  for (const member of [...args.members]) if (keyOf(member) !== "fields") remove(args, member, layout);
  const list = containerAt(args, "fields", "list");
  for (const member of list?.members.filter((one) => !fields.includes(String(jsonOf(one.value)))) ?? [])
    remove(list!, member, layout);
  return node;
}

/**
 * What a network gives knows nothing of the patient. NiftyWriter took the affine from somewhere; WriteNifti takes it
 * from the field, to which CopyProperties brings it.
 */
export function addGeometry(session: Session, renamed: Renamed): void {
  const writers = [...renamed.keys()].filter(
    (one) => namesOf(one)?.name === "WriteNifti" && one.path[0] === "writers",
  );
  const enabled = writers.filter((one) => !isDisabled(one));
  const [first] = enabled;
  if (first === undefined) return;
  const post = elementsOf(session.root).filter(
    (one) => one.path[0] === "post_transforms" && !isDisabled(one),
  );
  const copied = post
    .filter((one) => namesOf(one)?.name === "CopyProperties")
    .flatMap((one) => fieldNames(one));
  const written = [...new Set(enabled.flatMap((one) => fieldNames(one, "field")))];
  const fields = written.filter((name) => !copied.includes(name));
  if (fields.length > 0) copyAffine(session, first, fields);
  reportResampling(session, first, written, post);
}

function copyAffine(session: Session, writer: Element, fields: readonly string[]): void {
  const { root, layout } = session;
  if (root.type !== "object") return;
  const element: Json = {
    name: "CopyProperties",
    args: { fields: [...fields], from_field: "image", properties: ["affine"] },
  };
  const existing = memberOf(root, "post_transforms");
  if (existing !== undefined && existing.value.type !== "list") {
    session.leave(existing, ["post_transforms"], `add ${oneLine(element)}: WriteNifti needs an affine`);
    return;
  }
  session.change(existing ?? writer.member, ["post_transforms"], {
    before: null,
    after: existing === undefined ? entryText("post_transforms", [element]) : oneLine(element),
    why: "the fields get the affine of the image by CopyProperties before they are written",
    evidence: "pair",
  });
  const section = root.members.findIndex((member) => keyOf(member) === "writers");
  if (existing?.value.type === "list") {
    const indent = indentOf(existing, layout);
    const [neighbour] = existing.value.members;
    const at = neighbour === undefined ? indent + layout.step : indentOf(neighbour, layout);
    insert(existing.value, { key: null, value: laidOut(element, at, layout) }, { ...layout, indent });
  } else {
    const indent = indentOf(root.members[section]!, layout);
    const value = laidOut([element], indent, layout);
    insert(root, { key: "post_transforms", value }, { ...layout, indent: "" }, section);
  }
}

/** Predictions on another grid than the file's must be brought back, in a way that a person must choose. */
function reportResampling(
  session: Session,
  writer: Element,
  written: readonly string[],
  post: readonly Element[],
): void {
  const resampled = elementsOf(session.root).find(
    (one) =>
      one.path[0] === "pre_transforms" && !isDisabled(one) && resampling.includes(namesOf(one)?.name ?? ""),
  );
  const restored = post
    .filter((one) => namesOf(one)?.name === "RestoreOriginalShape")
    .flatMap((one) => fieldNames(one, "field"));
  const missing = written.filter((name) => !restored.includes(name));
  if (resampled === undefined || missing.length === 0) return;
  session.leave(
    writer.member,
    writer.path,
    `${namesOf(resampled)?.name} changes the grid: bring ${missing.join(", ")} back by RestoreOriginalShape (field, src_field "image", is_label) in post_transforms`,
  );
}
