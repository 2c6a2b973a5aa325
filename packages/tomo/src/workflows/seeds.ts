import { createHash, randomInt } from "node:crypto";

/** The section `determinism` of a config. */
export interface Determinism {
  readonly python_seed?: string | undefined;
  readonly random_seed?: number | undefined;
  readonly numpy_seed?: number | undefined;
  readonly tf_seed?: number | undefined;
}

export interface RunSeeds {
  /** Of everything that concerns data: order of cases, crops, augmentation. */
  readonly data: number;
  /** Of libtorch's generator: initial weights, dropout. */
  readonly engine: number;
  /** The section that gives these seeds again. */
  readonly determinism: Readonly<Record<string, string | number>>;
  /** False when the seeds were drawn for this run. */
  readonly given: boolean;
}

/**
 * Seeds of a run. Clara's three seeds of Python, its module random and NumPy together seed the data (through a
 * hash, so that each of them matters); tf_seed seeds the engine. Without the section all are drawn, and can be
 * written into the config to repeat the run.
 */
export function seedsOf(section: Determinism | null, draw: () => number = drawSeed): RunSeeds {
  const used = section ?? {
    python_seed: String(draw()),
    random_seed: draw(),
    numpy_seed: draw(),
    tf_seed: draw(),
  };
  const data = hashed([used.python_seed ?? "", used.random_seed ?? "", used.numpy_seed ?? ""]);
  return {
    data,
    engine: used.tf_seed ?? hashed([data, "engine"]),
    determinism: Object.fromEntries(
      Object.entries(used).filter((entry): entry is [string, string | number] => entry[1] !== undefined),
    ),
    given: section !== null,
  };
}

const drawSeed = (): number => randomInt(1, 2 ** 31);

/** 52 bits of the sha256 of the values. */
const hashed = (values: readonly (string | number)[]): number =>
  Number.parseInt(createHash("sha256").update(JSON.stringify(values)).digest("hex").slice(0, 13), 16);
