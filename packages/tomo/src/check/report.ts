import type { ConfigWarning } from "../config/check/findings.ts";
import type { ModuleRef } from "../config/component_spec.ts";
import type { WorkflowKind } from "../config/workflow_kind.ts";
import type { TomoError } from "../errors/tomo_error.ts";

/** What the check of one workflow config found. */
export interface FileCheck {
  /** Absolute. */
  readonly file: string;
  /** Null where the file is no workflow config, or cannot be read. */
  readonly kind: WorkflowKind | null;
  readonly errors: readonly TomoError[];
  readonly warnings: readonly ConfigWarning[];
  /** Files of the user's own components that were loaded. */
  readonly ownComponents: readonly ModuleRef[];
  /** Null where the config could not be read. */
  readonly summary: Summary | null;
}

/** What a config comes to; parts that are not known are null. */
export interface Summary {
  readonly model: string | null;
  readonly cases: { readonly training: number | null; readonly validation: number | null };
  /** One training step, or one call of the network. */
  readonly step: string | null;
  /** Estimates in bytes, from the headers of some cases. */
  readonly memory: {
    /** All cases that Smart Cache is to keep, of training and validation. */
    readonly cache: number | null;
    /** What they may take; where not all fit, what is kept. Null: no cache_memory is given, and half of what is free is enough. */
    readonly cacheLimit: number | null;
    /** Output of the network for the largest validation case: classes × voxels × 4. */
    readonly output: number | null;
  };
}
