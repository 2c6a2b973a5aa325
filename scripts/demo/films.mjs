import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { filmFindings, filmPhantom } from "../../packages/tomo/dist/data/film_phantom.js";
import { writePng16 } from "./png16.mjs";

/** Writes synthetic chest films and their datalist: `counts` says how many films each list gets. */
export function makeFilms(folder, counts) {
  mkdirSync(join(folder, "images"), { recursive: true });
  const lists = {};
  let seed = 1;
  for (const [key, count] of Object.entries(counts))
    lists[key] = Array.from({ length: count }, () => {
      const item = { image: `images/film_${String(seed).padStart(3, "0")}.png` };
      const film = filmPhantom(seed++);
      writePng16(join(folder, item.image), film);
      return { ...item, label: film.label };
    });
  const head = {
    name: "synthetic chest films",
    classes: filmFindings,
    label_format: filmFindings.map(() => 1),
  };
  writeFileSync(join(folder, "dataset_0.json"), `${datalistText({ ...head, ...lists })}\n`);
}

/** JSON with a film a line. */
const datalistText = (list) =>
  `{\n${Object.entries(list)
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${entryText(value)}`)
    .join(",\n")}\n}`;

const entryText = (value) =>
  Array.isArray(value) && typeof value[0] === "object"
    ? `[\n${value.map((item) => `    ${JSON.stringify(item)}`).join(",\n")}\n  ]`
    : JSON.stringify(value);
