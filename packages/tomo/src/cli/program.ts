import { Command, type CommanderError } from "commander";
import { TomoError } from "../errors/tomo_error.ts";
import type { CheckOptions } from "./check.ts";
import { addConfigCommands } from "./config_commands.ts";
import type { Io } from "./io.ts";
import type { CommonOptions, RunOptions } from "./options.ts";
import { version } from "./version.ts";

type Workflow = "train" | "validate" | "infer";

const summaries: Readonly<Record<Workflow, string>> = {
  train: "train a network as config/config_train.json says",
  validate: "measure a trained model on labelled cases",
  infer: "write predictions for cases, with or without labels",
};

const exitCodes = `
Exit codes: 0 done, 1 run failed, 2 usage, 3 config, 4 data, 5 engine, 130/143 stopped by a signal.
Variables of the config are set last: tomo train -m MMAR --set epochs=100 learning_rate=0.001`;

/**
 * Runs one command line and returns the exit code. Commands load what they need themselves, so that `--help` does not
 * wait for it.
 * @throws TomoError TOMO_USAGE, and whatever the command throws.
 */
export async function runProgram(argv: readonly string[], io: Io): Promise<number> {
  let exit = 0;
  const program = root(io);
  for (const workflow of ["train", "validate", "infer"] as const)
    runCommand(program, workflow, async (options) => {
      const { runWorkflow } = await import("./run.ts");
      exit = await runWorkflow(workflow, options, io);
    });
  common(program.command("list").description("every component with its arguments, types and defaults"))
    .argument("[kind]", "a kind such as transforms, or the name of one component")
    .action(async (kind: string | undefined, options: CommonOptions) => {
      const { list } = await import("./list.ts");
      list(kind, options, io);
    });
  common(
    program.command("doctor").description("what Tomo found on this machine: engine, CPU, GPU, memory"),
  ).action(async (options: CommonOptions) => {
    const { doctor } = await import("./doctor.ts");
    exit = await doctor(options, io);
  });
  checkCommand(program, async (options) => {
    const { check } = await import("./check.ts");
    exit = await check(options, io);
  });
  addConfigCommands(program, common, io, (code) => {
    exit = code;
  });
  if (argv.length === 0) {
    io.err(program.helpInformation() + exitCodes.trimStart());
    return 2;
  }
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (thrown) {
    if (!isCommanderError(thrown)) throw thrown;
    if (thrown.exitCode !== 0) throw usageError(thrown, argv);
  }
  return exit;
}

function root(io: Io): Command {
  const program = new Command("tomo")
    .description("Trains and validates medical-imaging networks from JSON (Clara Train MMARs).")
    .version(version(), "-V, --version")
    .addHelpText("after", exitCodes)
    .exitOverride()
    // usage errors are printed like all others
    .configureOutput({ writeOut: io.out, writeErr: () => undefined });
  return program;
}

const common = (command: Command): Command =>
  command
    .option("--json", "print results, events and errors as JSON")
    .option("--debug", "print the stack of internal errors");

function runCommand(
  program: Command,
  workflow: Workflow,
  action: (options: RunOptions) => Promise<void>,
): void {
  const config = workflow === "train" ? "config/config_train.json" : "config/config_validation.json";
  const command = program
    .command(workflow)
    .description(summaries[workflow])
    .option("-m, --mmar <folder>", "the MMAR", ".")
    .option("-c, --config <file>", "workflow, relative to the MMAR", config)
    .option("-e, --environment <file>", "variables, relative to the MMAR (default: config/environment.json)")
    .option("--set <name=value...>", "variables that win over all files; give it last");
  if (workflow === "train")
    command
      .option("--profile", "write where the time goes, by step, transform and operator, into models/profile")
      .option("--write_train_stats", "accepted for Clara's scripts; train_stats.json is always written");
  common(command).option("--quiet", "print no progress").action(action);
}

function checkCommand(program: Command, action: (options: CheckOptions) => Promise<void>): void {
  const command = program
    .command("check")
    .description("all that can be known of an MMAR's configs before a run")
    .option("-m, --mmar <folder>", "the MMAR", ".")
    .option(
      "-c, --config <file...>",
      "workflows, relative to the MMAR (default: all config_train*, config_validation* and config_inference*)",
    )
    .option("-e, --environment <file>", "variables, relative to the MMAR (default: config/environment.json)")
    .option("--deep", "read every header, and do one step and one validation case on the CPU")
    .option("--set <name=value...>", "variables that win over all files; give it last");
  common(command).action(action);
}

const isCommanderError = (thrown: unknown): thrown is CommanderError =>
  thrown instanceof Error && "code" in thrown && String(thrown.code).startsWith("commander.");

/** Commander writes "error: what happened\n(Did you mean X?)". */
function usageError(error: CommanderError, argv: readonly string[]): TomoError {
  const [message = "", suggestion] = error.message.replace(/^error: /, "").split("\n");
  const pair = argv.find((word) => /^\w+=/.test(word));
  const hint =
    suggestion?.replace(/^\(Did you mean (.*)\?\)$/, 'did you mean "$1"?') ??
    (error.code === "commander.excessArguments" && pair !== undefined
      ? `variables stand after --set: --set ${pair}`
      : "tomo --help shows the commands, tomo COMMAND --help its options");
  return new TomoError("TOMO_USAGE", message.replace(/\.$/, ""), { hint });
}
