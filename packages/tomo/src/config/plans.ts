import type { ConfigWarning } from "./check/findings.ts";
import type { ComponentSpec } from "./component_spec.ts";
import type { TrainGlobals, ValidationGlobals } from "./globals.ts";
import type { JsonObject } from "./source/json.ts";

/** Everything a training run needs to know from its config: plain data, checked. */
export interface TrainPlan {
  readonly workflow: "train";
  /** Absolute. */
  readonly mmar: string;
  readonly configFile: string;
  readonly globals: Omit<TrainGlobals, "use_amp"> & { readonly use_amp: boolean };
  readonly train: TrainSection;
  readonly validate: ValidateSection | null;
  /** To be written beside the results. */
  readonly resolved: JsonObject;
  readonly warnings: readonly ConfigWarning[];
}

export interface TrainSection {
  readonly loss: ComponentSpec<"losses">;
  readonly optimizer: ComponentSpec<"optimizers">;
  readonly lr_policy: ComponentSpec<"lr_policies"> | null;
  readonly model: ComponentSpec<"models">;
  readonly pre_transforms: readonly ComponentSpec<"transforms">[];
  readonly image_pipeline: ComponentSpec<"image_pipelines">;
  readonly aux_ops: readonly ComponentSpec<"aux_ops">[];
  readonly batch_transforms: readonly ComponentSpec<"transforms">[];
  readonly handlers: readonly ComponentSpec<"handlers">[];
}

export interface ValidateSection {
  readonly metrics: readonly ComponentSpec<"metrics">[];
  readonly pre_transforms: readonly ComponentSpec<"transforms">[];
  readonly image_pipeline: ComponentSpec<"image_pipelines">;
  readonly inferer: ComponentSpec<"inferers">;
}

/** Everything a validation or inference run needs to know from its config: plain data, checked. */
export interface ValidationPlan {
  readonly workflow: "validate";
  /** Absolute. */
  readonly mmar: string;
  readonly configFile: string;
  readonly globals: Omit<ValidationGlobals, "use_amp"> & { readonly use_amp: boolean };
  readonly pre_transforms: readonly ComponentSpec<"transforms">[];
  readonly post_transforms: readonly ComponentSpec<"transforms">[];
  readonly label_transforms: readonly ComponentSpec<"transforms">[];
  readonly val_metrics: readonly ComponentSpec<"metrics">[];
  readonly writers: readonly ComponentSpec<"writers">[];
  readonly inferer: ComponentSpec<"inferers">;
  readonly model_loader: ComponentSpec<"model_loaders">;
  /** To be written beside the results. */
  readonly resolved: JsonObject;
  readonly warnings: readonly ConfigWarning[];
}

/** The same with what is faulty left out as null, until all faults are known. */
export type Draft<Section> = {
  readonly [Key in keyof Section]: Section[Key] extends readonly unknown[]
    ? Section[Key]
    : Section[Key] | null;
};
