import type { Command } from "commander";
import type { DiffOptions } from "./diff.ts";
import type { InitCommandOptions } from "./init.ts";
import type { Io } from "./io.ts";
import type { MigrateOptions } from "./migrate.ts";
import type { RunOptions } from "./options.ts";
import type { SchemaOptions } from "./schema.ts";

const migrateExits = `
Exit codes: 0 all is translated, or there was nothing to do; 1 some places need
a person, or the file could not be written; 2 usage; 3 no workflow config.`;

const diffExits = `
Exit codes: 0 the two mean the same; 1 they differ; 2 usage; 3 no workflow config.`;

const explainHelp = `
Without a path it prints all variables. In a list a component's name can stand
for its index:
  tomo explain learning_rate -m MMAR
  tomo explain train.optimizer.args -m MMAR
  tomo explain train.pre_transforms.ScaleIntensityRange.args.a_min -m MMAR`;

const schemaHelp = `
Kinds: train, validation, environment, datalist; all writes the four into the
folder of --out (default: here, with -m the MMAR's .vscode/tomo) and prints the
settings of VS Code that bind them to the files of every MMAR, with -m of this.
With -m the schemas know the MMAR's own components; their files are loaded.
  tomo schema -m MMAR --kind all`;

const initHelp = `
FOLDER holds one of these, or is a datalist or table itself:
  dataset.json                     a datalist of the Decathlon or of Clara
  imagesTr/, labelsTr/             NIfTI files of equal names; also images/ and
                                   labels/ or masks/, and a_image beside a_label
  labels.csv                       file names and columns of 0 and 1
  a folder for each class          with PNG or JPEG pictures
The new MMAR runs as it is; what was decided, and why, is printed and in its
README.md.
  tomo init liver --task segmentation --data /data/Task03_Liver`;

/** Commands that work on config files alone. */
export function addConfigCommands(
  program: Command,
  common: (command: Command) => Command,
  io: Io,
  exitWith: (code: number) => void,
): void {
  common(
    program
      .command("migrate")
      .description("translate a config of the Transfer Learning Toolkit into one of Clara Train 3.x"),
  )
    .argument("<file>", "the old config")
    .option("--write", "replace the file; the old one stays beside it as FILE.bak")
    .addHelpText("after", migrateExits)
    .action(async (file: string, options: MigrateOptions) => {
      const { migrateCommand } = await import("./migrate.ts");
      exitWith(migrateCommand(file, options, io));
    });
  common(
    program.command("diff").description("compare two workflow configs by what they mean, defaults filled in"),
  )
    .argument("<a>", "a config")
    .argument("<b>", "another one")
    .option("-m, --mmar <folder>", "replace placeholders as a run of this MMAR would")
    .option("-e, --environment <file>", "variables, relative to the MMAR (default: config/environment.json)")
    .addHelpText("after", diffExits)
    .action(async (a: string, b: string, options: DiffOptions) => {
      const { diffCommand } = await import("./diff.ts");
      exitWith(await diffCommand(a, b, options, io));
    });
  common(
    program.command("explain").description("a value of a config, what it means, and which layers gave it"),
  )
    .argument("[path]", "such as train.model.args or epochs")
    .option("-m, --mmar <folder>", "the MMAR", ".")
    .option("-c, --config <file>", "workflow, relative to the MMAR", "config/config_train.json")
    .option("-e, --environment <file>", "variables, relative to the MMAR (default: config/environment.json)")
    .option("--set <name=value...>", "variables that win over all files; give it last")
    .addHelpText("after", explainHelp)
    .action(async (path: string | undefined, options: RunOptions) => {
      const { explainCommand } = await import("./explain.ts");
      await explainCommand(path, options, io);
    });
  common(program.command("init").description("write a new MMAR for a folder of images and labels"))
    .argument("<folder>", "the new MMAR; must not exist, or be empty")
    .option("--task <task>", "segmentation or classification")
    .option("--data <folder>", "where images and labels lie; or a datalist, or a table")
    .option("--model <name>", "SegResnet (default) or SegAhnet; DenseNet121 for classification")
    .option("--force", "write into a folder that is not empty; only files of init are replaced")
    .addHelpText("after", initHelp)
    .action(async (folder: string, options: InitCommandOptions) => {
      const { initCommand } = await import("./init.ts");
      initCommand(folder, options, io);
    });
  common(program.command("schema").description("JSON Schema of an MMAR's files, for editors"))
    .option("--kind <kind>", "which file", "train")
    .option("--out <folder>", "write the schemas of all kinds into it")
    .option("-m, --mmar <folder>", "an MMAR whose own components the schemas shall know")
    .option("-c, --config <file...>", "workflows, relative to the MMAR (default: all that tomo check takes)")
    .addHelpText("after", schemaHelp)
    .action(async (options: SchemaOptions) => {
      const { schemaCommand } = await import("./schema.ts");
      await schemaCommand(options, io);
    });
}
