import { z } from "zod";
import type { ArgFault, NotYet, Task } from "../config/component_spec.ts";
import type { Built, Kind } from "./contracts.ts";
import type { Effects } from "./effects/effect.ts";

export type { ArgFault };

/** Arguments of a component: one zod type each, with a description that says meaning and unit. */
export type ArgShape = z.ZodRawShape;
export type ArgsOf<Shape extends ArgShape> = { readonly [Key in keyof Shape]: z.output<Shape[Key]> };

/**
 * How a transform prepares images: by how a file is read, each voxel by itself, by statistics of the image, or by
 * resampling.
 */
export type Preparation = "reading" | "voxels" | "statistics" | "resampling";

/**
 * The one declaration of a component. From it come the run-time check with positions, the static type of its
 * arguments, the JSON Schema, the page in docs/components.md and the row of `tomo list`.
 */
export interface Component<K extends Kind = Kind, Shape extends ArgShape = ArgShape> {
  readonly kind: K;
  /** As the config writes it. */
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** Facts a user needs: choices taken where Clara is undefined, sizes, formats. */
  readonly notes: readonly string[];
  /** The only task that it can be part of; undefined = any. */
  readonly task?: Task;
  /** Of one that cannot run yet. */
  readonly notYet?: NotYet;
  readonly args: z.ZodObject<Shape>;
  /** Checks that need several arguments at once; returns messages keyed by the argument they concern. */
  check?(args: ArgsOf<Shape>): readonly ArgFault[];
  /** Whether a component with these arguments is random: it cannot be cached and is handed a random stream. */
  isRandom(args: ArgsOf<Shape>): boolean;
  /** What the static check may know of it; left out = it may do anything, and the check is silent about it. */
  effect?(args: ArgsOf<Shape>): Effects[K];
  /** A transform that prepares images, so that validation must do what training does; null or left out = it does not. */
  prepares?(args: ArgsOf<Shape>): Preparation | null;
  /** Of loaders: fields that hold paths, whose files it reads. */
  reads?(args: ArgsOf<Shape>): readonly string[];
  build(args: ArgsOf<Shape>): Built[K];
}

export interface ComponentInput<K extends Kind, Shape extends ArgShape> {
  name: string;
  summary: string;
  notes?: readonly string[];
  task?: Task;
  notYet?: NotYet;
  args: Shape;
  check?: (args: ArgsOf<Shape>) => readonly ArgFault[];
  random?: boolean | ((args: ArgsOf<Shape>) => boolean);
  effect?: (args: ArgsOf<Shape>) => Effects[K];
  prepares?: (args: ArgsOf<Shape>) => Preparation | null;
  reads?: (args: ArgsOf<Shape>) => readonly string[];
  build: (args: ArgsOf<Shape>) => Built[K];
}

/** Declares a component of the given kind; the `define…` functions of each kind are thin names for it. */
export function define<K extends Kind, Shape extends ArgShape>(
  kind: K,
  input: ComponentInput<K, Shape>,
): Component<K, Shape> {
  const random = input.random ?? false;
  return {
    kind,
    name: input.name,
    summary: input.summary,
    notes: input.notes ?? [],
    ...(input.task === undefined ? {} : { task: input.task }),
    ...(input.notYet === undefined ? {} : { notYet: input.notYet }),
    args: z.strictObject(input.args) as z.ZodObject<Shape>,
    check: input.check,
    isRandom: typeof random === "function" ? random : () => random,
    ...(input.effect === undefined ? {} : { effect: input.effect }),
    ...(input.prepares === undefined ? {} : { prepares: input.prepares }),
    ...(input.reads === undefined ? {} : { reads: input.reads }),
    build: input.build,
  };
}

type Definer<K extends Kind> = <Shape extends ArgShape>(
  input: ComponentInput<K, Shape>,
) => Component<K, Shape>;
const definer =
  <K extends Kind>(kind: K): Definer<K> =>
  (input) =>
    define(kind, input);

export const defineLoss = definer("losses");
export const defineOptimizer = definer("optimizers");
export const defineLrPolicy = definer("lr_policies");
export const defineModel = definer("models");
export const defineImagePipeline = definer("image_pipelines");
export const defineAuxOp = definer("aux_ops");
export const defineMetric = definer("metrics");
export const defineInferer = definer("inferers");
export const defineWriter = definer("writers");
export const defineModelLoader = definer("model_loaders");
export const defineHandler = definer("handlers");
