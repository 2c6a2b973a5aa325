// load_ours.mjs LOADER FILES.json ROUNDS: reads every file ROUNDS times with a loader as a config would build it.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { scope, setThreads } from "@tomo/torch";
import { find } from "../../packages/tomo/dist/components/registry.js";

const [loader, list, rounds] = process.argv.slice(2);
const files = JSON.parse(readFileSync(list, "utf8"));
setThreads(1);
const component = find("transforms", loader);
const transform = component.build(component.args.parse({ fields: "image" }));
const context = { warn: () => {} };

function repeat() {
  const start = process.cpuUsage();
  for (let round = 0; round < Number(rounds); round++)
    for (const image of files)
      scope(() => {
        transform.apply({ caseId: image, fields: { image } }, context);
      });
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e3;
}

console.log("ready");
for await (const _ of createInterface({ input: process.stdin })) console.log(repeat().toFixed(3));
