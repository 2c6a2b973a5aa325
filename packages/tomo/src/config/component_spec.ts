import type { Kind } from "../components/contracts.ts";
import type { Where } from "../errors/tomo_error.ts";

/** A checked component of the config: plain data, so that it can cross threads and be written into checkpoints. */
export interface ComponentSpec<K extends Kind = Kind> {
  readonly kind: K;
  readonly name: string;
  /** The part after `#` in `"name": "Class#alias"`. */
  readonly alias?: string;
  /** Arguments after defaults and conversions. */
  readonly args: Readonly<Record<string, unknown>>;
  readonly where: Where;
}
