import { type Io, style } from "./io.ts";
import { type Machine, machine } from "./machine.ts";
import type { CommonOptions } from "./options.ts";
import { version } from "./version.ts";

export interface EngineState {
  readonly loaded: boolean;
  /** Why it could not be loaded, or null. */
  readonly problem: string | null;
  readonly libtorch: string | null;
  /** Folder of libtorch, and how set-up found it. */
  readonly path: string | null;
  readonly source: string | null;
  readonly addon: string | null;
  /** Widest vector instructions that libtorch's kernels use here. */
  readonly cpuCapability: string | null;
  readonly cuda: { readonly devices: number; readonly problem: string | null };
}

export interface Diagnosis {
  readonly tomo: string;
  readonly node: string;
  readonly engine: EngineState;
  readonly machine: Machine;
}

/** Prints what is there; exit code 5 when the engine cannot be loaded. */
export async function doctor({ json }: CommonOptions, io: Io, examine = examineEngine): Promise<number> {
  const diagnosis: Diagnosis = {
    tomo: version(),
    node: process.versions.node,
    engine: await examine(),
    machine: machine(),
  };
  io.out(json ? `${JSON.stringify(diagnosis, null, 2)}\n` : text(diagnosis, io));
  return diagnosis.engine.loaded ? 0 : 5;
}

const noEngine: EngineState = {
  loaded: false,
  problem: null,
  libtorch: null,
  path: null,
  source: null,
  addon: null,
  cpuCapability: null,
  cuda: { devices: 0, problem: "the engine is not loaded" },
};

/** Loads the engine; a failure is an answer, not an error. */
async function examineEngine(): Promise<EngineState> {
  let known = noEngine;
  try {
    const torch = await import("@tomo/torch");
    const record = torch.engineRecord();
    known = {
      ...known,
      libtorch: record?.version ?? null,
      path: record?.libtorch ?? null,
      source: record?.source ?? null,
      addon: record?.addon ?? null,
    };
    const info = torch.engineInfo();
    return {
      ...known,
      loaded: true,
      libtorch: info.version,
      cpuCapability: info.cpuCapability,
      cuda: torch.cuda(),
    };
  } catch (thrown) {
    return { ...known, problem: thrown instanceof Error ? thrown.message.split("\n")[0]! : String(thrown) };
  }
}

function text({ tomo, node, engine, machine }: Diagnosis, io: Io): string {
  const { bold } = style(io);
  const { features, memory } = machine;
  const present = Object.entries(features ?? {}).flatMap(([name, has]) => (has ? [name] : []));
  const rows: [string, string][] = [
    ["tomo", `${tomo} on Node ${node}, ${machine.platform}`],
    ["libtorch", libtorchText(engine)],
    ["addon", engine.addon ?? "not built"],
    ["engine", engine.loaded ? "loads and answers" : `does not load: ${engine.problem}`],
    [
      "cpu",
      `${machine.cpu}, ${machine.cores} cores${engine.cpuCapability === null ? "" : `, kernels for ${engine.cpuCapability}`}`,
    ],
    [
      "features",
      features === null ? "not known on this system" : present.join(" ") || "none of avx2, avx512, amx",
    ],
    ["memory", memoryText(memory)],
    ["cuda", engine.cuda.devices > 0 ? `${engine.cuda.devices} device(s)` : `none: ${engine.cuda.problem}`],
    [
      "tensorboard",
      machine.tensorboard === null
        ? "not found; `pip install tensorboard` to watch curves"
        : `${machine.tensorboard} --logdir MMAR/models`,
    ],
  ];
  const hint = engine.loaded ? "" : "\nRun `npm run setup` in the checkout, then `npx tomo doctor` again.\n";
  return `${rows.map(([label, value]) => `${bold(label.padEnd(13))}${value}`).join("\n")}\n${hint}`;
}

const libtorchText = ({ libtorch, path, source }: EngineState): string =>
  libtorch === null ? "not found" : `${libtorch} in ${path} (found by ${source})`;

function memoryText({ total, free, limit }: Machine["memory"]): string {
  const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  return `${gib(total)}, ${gib(free)} free${limit === null ? "" : `, this process may use ${gib(limit)}`}`;
}
