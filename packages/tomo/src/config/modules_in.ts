import type { ComponentSpec, ModuleRef } from "./component_spec.ts";
import type { TrainPlan, ValidationPlan } from "./plans.ts";
import type { TrainDraft } from "./train_config.ts";
import type { ValidationDraft } from "./validation_config.ts";

/** Files of a user's own components that a plan needs, each export once. */
export function modulesIn(
  plan: TrainPlan | ValidationPlan | TrainDraft | ValidationDraft,
): readonly ModuleRef[] {
  const sections =
    plan.workflow === "train"
      ? [...Object.values(plan.train ?? {}), ...Object.values(plan.validate ?? {})]
      : [
          plan.pre_transforms,
          plan.post_transforms,
          plan.label_transforms,
          plan.val_metrics,
          plan.writers,
          plan.inferer,
          plan.model_loader,
        ];
  const specs = sections.flat() as readonly (ComponentSpec | null)[];
  const byPath = new Map(
    specs.flatMap((spec) => (spec?.module ? [[spec.module.path, spec.module] as const] : [])),
  );
  return [...byPath.values()];
}

/** `custom/my_loss.ts#MyLoss (sha256 0123456789ab…)`, for logs. */
export const moduleText = ({ path, sha256 }: Pick<ModuleRef, "path" | "sha256">): string =>
  `${path} (sha256 ${sha256.slice(0, 12)}…)`;
