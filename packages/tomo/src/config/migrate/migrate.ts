import { TomoError } from "../../errors/tomo_error.ts";
import type { ComponentLookup } from "../component_spec.ts";
import { parseSource } from "../source/read.ts";
import { requireWorkflow } from "../workflow_kind.ts";
import { addChannelAxes, addGeometry } from "./chain.ts";
import { elementsOf } from "./elements.ts";
import {
  dropValidationPrefix,
  reportMissingInferer,
  reportServerVersion,
  reportToolkitPaths,
  reportUnknown,
} from "./leftovers.ts";
import { print } from "./lossless.ts";
import { renameComponents, renameRefs } from "./rename.ts";
import { type Change, inOrder, Session, type Unresolved } from "./session.ts";
import { moveOutsideParameters, nestArguments, renameTrainMetrics } from "./structure.ts";

export type { Change, Unresolved };

/** What a config looks like once it is translated. */
export interface Migration {
  /** EA: arguments beside `name`; GA: old names; 3.x: nothing of either was found. */
  readonly from: "EA" | "GA" | "3.x";
  /** The new text; the old one where there is nothing to do. */
  readonly text: string;
  readonly changes: readonly Change[];
  /** Each has a comment `tomo migrate: …` in the text. */
  readonly unresolved: readonly Unresolved[];
}

/**
 * Translates a workflow config of the Transfer Learning Toolkit, early access or 2.0, into one of Clara Train 3.x.
 * Comments and layout stay; a config of 3.x comes back as it is, and so does what this function returned.
 * @param text JSON, comments allowed.
 * @param file For messages.
 * @param lookup Tells which arguments the components of 3.x take; without it the table alone decides.
 * @throws TomoErrors TOMO_JSON_SYNTAX, TOMO_DUPLICATE_KEY; TomoError TOMO_MISSING_SECTION if it is no workflow config.
 */
export function migrate(text: string, file: string, lookup?: ComponentLookup): Migration {
  requireWorkflow(parseSource(text, file));
  try {
    return translate(new Session(text, lookup));
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new TomoError("TOMO_JSON_SYNTAX", "the file is nested too deeply", { where: { file }, cause });
  }
}

function translate(session: Session): Migration {
  nestArguments(session, elementsOf(session.root));
  const isFlat = session.changes.length > 0;
  moveOutsideParameters(session);
  const elements = elementsOf(session.root);
  renameTrainMetrics(session);
  const renamed = renameComponents(session, elements);
  renameRefs(session, elements, renamed);
  dropValidationPrefix(session, renamed);
  addChannelAxes(session, renamed);
  addGeometry(session, renamed);
  reportServerVersion(session);
  reportToolkitPaths(session);
  reportUnknown(session);
  reportMissingInferer(session);
  const { changes, unresolved } = session;
  const isOld = changes.length > 0 || unresolved.some(({ path }) => path !== null);
  return {
    from: isFlat ? "EA" : isOld ? "GA" : "3.x",
    text: print(session.document),
    changes: inOrder(changes),
    unresolved,
  };
}
