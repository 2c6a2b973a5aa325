// Writes docs/components.md and docs/errors.md from the declarations in packages/tomo/dist; `--check` only compares.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const dist = new URL("../packages/tomo/dist/", import.meta.url);
const docs = new URL("../docs/", import.meta.url);

if (!existsSync(new URL("index.js", dist))) {
  process.stderr.write("docs: Tomo is not built; run `npm run setup`\n");
  process.exit(1);
}
const load = (path) => import(new URL(path, dist).href);
const { components } = await load("components/registry.js");
const { claraComponents } = await load("config/clara_catalogue.js");
const { kinds } = await load("config/kinds.js");
const { argumentsOf } = await load("config/type_text.js");
const { configWarnings } = await load("config/warnings.js");
const { catalogue } = await load("errors/catalogue.js");

const cell = (text) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
const row = (...cells) => `| ${cells.map(cell).join(" | ")} |`;
const table = (head, rows) => [row(...head), row(...head.map(() => "---")), ...rows].join("\n");

function componentPage() {
  const sections = kinds.flatMap((kind) => [
    `## ${kind}`,
    ...components[kind].map(componentText),
    missingText(kind),
  ]);
  return [
    "# Components",
    "Everything that a config can name, generated from the declarations (`npm run docs`); `npx tomo list` prints the same. Arguments without a default are required.",
    kinds.map((kind) => `[${kind}](#${kind})`).join(" · "),
    ...sections.filter((text) => text !== ""),
  ].join("\n\n");
}

function componentText({ name, summary, notes, args }) {
  const rows = argumentsOf(args).map(({ name: argument, type, fallback, description }) =>
    row(`\`${argument}\``, type, fallback === undefined ? "required" : `\`${fallback}\``, description),
  );
  return [
    `### ${name}`,
    summary,
    rows.length === 0 ? "No arguments." : table(["argument", "type", "default", "meaning"], rows),
    notes.map((note) => `- ${note}`).join("\n"),
  ]
    .filter((text) => text !== "")
    .join("\n\n");
}

function missingText(kind) {
  const names = claraComponents[kind].filter((name) => components[kind].every((one) => one.name !== name));
  return names.length === 0 ? "" : `Clara Train has, Tomo not yet: ${names.join(", ")}.`;
}

function errorPage() {
  const rows = Object.entries(catalogue).map(([code, { exit, meaning, remedy }]) =>
    row(`\`${code}\``, String(exit), meaning, remedy),
  );
  const warnings = Object.entries(configWarnings).map(([code, meaning]) => row(`\`${code}\``, meaning));
  return [
    "# Errors",
    "Every error has a stable code, generated from the catalogue (`npm run docs`). Exit codes of the commands: 0 done, 1 run failed, 2 usage, 3 config, 4 data, 5 engine, 130 and 143 stopped by SIGINT and SIGTERM. Codes that start with `TORCH_` come from the engine and end with 5.",
    table(["code", "exit", "meaning", "remedy"], rows),
    "## Warnings of a config",
    "A warning does not stop a run.",
    table(["code", "meaning"], warnings),
  ].join("\n\n");
}

const pages = { "components.md": componentPage(), "errors.md": errorPage() };
const check = process.argv.includes("--check");
for (const [name, text] of Object.entries(pages)) {
  const file = new URL(name, docs);
  const wanted = `${text}\n`;
  const present = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  if (present === wanted) continue;
  if (check) {
    process.stderr.write(`docs: ${fileURLToPath(file)} is stale; run \`npm run docs\`\n`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, wanted);
    process.stderr.write(`docs: wrote ${name}\n`);
  }
}
