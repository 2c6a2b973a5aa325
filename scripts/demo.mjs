// npm run demo [-- segmentation|chestxray] [--data FOLDER] [--epochs N]: makes synthetic images (or takes real ones),
// trains, validates, shows pictures.
import { parseArgs } from "node:util";
import { say } from "./demo/stage.mjs";

const demos = {
  segmentation: () => import("./demo/segmentation.mjs"),
  chestxray: () => import("./demo/chestxray.mjs"),
};
const usage = `usage: npm run demo [-- ${Object.keys(demos).join("|")}] [--data FOLDER] [--epochs N]`;

const { name, options } = readArguments();
const { demo, title } = await demos[name]();
say(`
Tomo demo: ${title}.
Everything lands in results/. It takes a few minutes on two cores.
`);
demo(options);

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { data: { type: "string" }, epochs: { type: "string" } },
    });
    const [name = "segmentation", ...others] = positionals;
    if (!Object.hasOwn(demos, name) || others.length > 0)
      throw new Error(`there is no demo "${positionals.join(" ")}"`);
    const { data, epochs } = values;
    if (epochs !== undefined && !/^[1-9]\d*$/.test(epochs))
      throw new Error(`--epochs is a number of epochs from 1 on, not "${epochs}"`);
    return { name, options: { data, epochs: epochs === undefined ? null : Number(epochs) } };
  } catch (error) {
    say(`${error.message}\n${usage}`);
    process.exit(2);
  }
}
