// What an editor shows of an MMAR's files: asks the JSON language service of VS Code, for the transcript in docs/editor.md.
import service from "vscode-json-languageservice";

const file = "file:///mmar/config/config_train.json";
const most = 6;

/** Completion, hover and faults of a training config, as text; `schema` is that of training configs. */
export async function editorTranscript(schema) {
  const json = service.getLanguageService({ clientCapabilities: service.ClientCapabilities.LATEST });
  json.configure({
    schemas: [{ uri: "train.schema.json", fileMatch: ["**/config/config_train*.json"], schema }],
  });
  const parts = [
    await completion(json, "names of transforms", '{ "train": { "pre_transforms": [{ "name": | }] } }'),
    await completion(
      json,
      "arguments of one",
      '{ "train": { "pre_transforms": [{ "name": "RandomAxisFlip", "args": { | } }] } }',
    ),
    await completion(
      json,
      "values of an argument",
      '{ "train": { "model": { "name": "SegAhnet", "args": { "final_activation": | } } } }',
    ),
    await hover(
      json,
      "a component",
      '{ "train": { "lr_policy": { "name": "DecayOnStep" } } }',
      '"DecayOnStep"',
    ),
    await hover(
      json,
      "an argument",
      '{ "train": { "model": { "name": "SegAhnet", "args": { "if_use_psp": true } } } }',
      '"if_use_psp"',
    ),
    await faults(
      json,
      `{
  "epochs": "many",
  "train": {
    "model": { "name": "SegAhnet", "args": { "num_classes": 2 } },
    "loss": { "name": "Dice", "args": { "smoth": 1e-5, "jaccard": "yes" } },
    "pre_transforms": [
      { "name": "LoadNifty", "args": { "fields": "image" } },
      { "name": "RandomAxisFlip" },
      { "name": "RandomAxisFlop", "args": { "fields": "image" } },
      { "name": "RandomAxisFlip", "args": { "fields": "image", "probability": "{P}" } }
    ],
    "image_pipeline": { "name": "SegmentationImagePipeline", "args": "{PIPELINE}" }
  }
}`,
    ),
  ];
  return parts.join("\n\n");
}

function open(json, text) {
  const document = service.TextDocument.create(file, "json", 1, text);
  return [document, json.parseJSONDocument(document)];
}

async function completion(json, what, marked) {
  const offset = marked.indexOf("|");
  const [document, tree] = open(json, marked.replace("|", ""));
  const { items } = await json.doComplete(document, document.positionAt(offset), tree);
  const width = Math.max(...items.slice(0, most).map(({ label }) => label.length));
  const rows = items
    .slice(0, most)
    .map(({ label, documentation }) =>
      `  ${label.padEnd(width)}  ${firstLine(wordsOf(documentation))}`.trimEnd(),
    );
  const rest = items.length > most ? [`  … ${items.length} in all`] : [];
  return [`completion: ${what}`, `  ${marked}`, "", ...rows, ...rest].join("\n");
}

async function hover(json, what, text, token) {
  const [document, tree] = open(json, text);
  const { contents } = await json.doHover(document, document.positionAt(text.indexOf(token) + 1), tree);
  const words = [contents].flat().map(wordsOf).join("\n");
  const plain = words.replaceAll(/\\([^\w\s])/g, "$1").replaceAll("\\\n", "\n");
  return [`hover: ${what}`, `  ${text}`, "", indent(plain.replaceAll(/\n\n+/g, "\n"))].join("\n");
}

async function faults(json, text) {
  const [document, tree] = open(json, text);
  const found = await json.doValidation(document, tree);
  const rows = found
    .sort((left, right) => left.range.start.line - right.range.start.line)
    .map(
      ({ range, message }) => `  line ${range.start.line + 1}: ${document.getText(range)}\n      ${message}`,
    );
  return ["faults", indent(text), "", ...rows].join("\n");
}

const wordsOf = (text = "") => (typeof text === "string" ? text : text.value);
const firstLine = (text) => text.split("\n", 1)[0];
const indent = (text) => text.replaceAll(/^/gm, "  ");
