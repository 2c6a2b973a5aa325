import { spawn, spawnSync } from "node:child_process";
import { SetupError } from "./say.mjs";

/** Runs a command; its output is kept and shown only when it fails. */
export function run(command, args, { onLine, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    let output = "";
    const take = (chunk) => {
      output += chunk;
      const line = String(chunk).trim().split("\n").at(-1);
      if (line && onLine) onLine(line.slice(0, 90));
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("error", (error) => reject(new SetupError(`${command} could not be started: ${error.message}`)));
    child.on("close", (code) => {
      if (code === 0) resolve(output);
      else
        reject(
          Object.assign(
            new SetupError(`${command} ${args[0] ?? ""} failed (exit ${code}):\n${tail(output)}`),
            { output },
          ),
        );
    });
  });
}

const tail = (text) =>
  text
    .trim()
    .split("\n")
    .slice(-25)
    .map((line) => `    ${line}`)
    .join("\n");

/** First of the commands that exists, or null. */
export const which = (...commands) =>
  commands.find((command) => spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0) ?? null;
