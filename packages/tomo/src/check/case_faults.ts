import { Findings } from "../config/check/findings.ts";
import type { ComponentLookup } from "../config/component_spec.ts";
import type { ResolvedConfig } from "../config/resolve.ts";
import { TomoError } from "../errors/tomo_error.ts";
import { followEvaluation } from "./chain/evaluation.ts";
import type { Host } from "./chain/host.ts";
import { followTraining } from "./chain/training.ts";
import type { CaseFacts, ListFacts } from "./data_facts.ts";
import { prepareTraining, type TrainingCheck } from "./training_file.ts";
import { prepareEvaluation } from "./validation_file.ts";

/** Follows the chain for one case; what goes wrong is in the findings of the host. */
type FollowCase = (host: Host, list: ListFacts) => void;

/** What goes wrong with single cases of a training config, as far as the headers of their files tell. */
export function trainingCaseFaults(resolved: ResolvedConfig, lookup: ComponentLookup): TomoError[] {
  const { host, draft, lists } = prepareTraining(resolved, lookup, Number.POSITIVE_INFINITY);
  const { train, validate } = draft;
  if (train === null) return [];
  const { training, validation } = lists;
  return [
    ...faultsOf(host, training, (own, list) =>
      followTraining(own, train, null, { training: list, validation: null }),
    ),
    ...faultsOf(host, validation, (own, list) =>
      followTraining(own, train, validate, { training, validation: list }),
    ),
  ];
}

/** The same of a validation config. */
export function evaluationCaseFaults(
  resolved: ResolvedConfig,
  training: TrainingCheck | null,
  lookup: ComponentLookup,
): TomoError[] {
  const { host, draft, list, model, labelled } = prepareEvaluation(
    resolved,
    training,
    lookup,
    Number.POSITIVE_INFINITY,
  );
  return faultsOf(host, list, (own, one) => followEvaluation(own, draft, { list: one, model, labelled }));
}

/** One error for each kind of fault, at the first case that has it, with the number of the others. */
function faultsOf(host: Host, list: ListFacts | null, follow: FollowCase): TomoError[] {
  const found = new Map<string, { readonly error: TomoError; readonly cases: CaseFacts[] }>();
  for (const one of list?.samples ?? []) {
    const findings = new Findings(host.check.resolved);
    follow({ ...host, unreadable: [], check: { ...host.check, findings } }, { ...list!, samples: [one] });
    for (const error of findings.errors) {
      const key = `${error.code} ${error.where.configPath}`;
      const known = found.get(key);
      if (known === undefined) found.set(key, { error, cases: [one] });
      else known.cases.push(one);
    }
  }
  return [...found.values()].map(({ error, cases }) => inCases(error, cases));
}

function inCases(error: TomoError, [first, ...others]: readonly CaseFacts[]): TomoError {
  const { code, message, where, given, expected, hint } = error;
  const more = others.length === 0 ? "" : ` (and in ${others.length} more)`;
  return new TomoError(code, `${message}${more}`, {
    where: { ...where, case: first!.caseId },
    given,
    expected,
    hint,
  });
}
