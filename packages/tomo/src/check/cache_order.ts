import { isRandom } from "../components/registry.ts";
import type { CheckContext } from "../config/check/context.ts";
import type { ComponentSpec } from "../config/component_spec.ts";
import { pathOf } from "./chain/host.ts";
import { preparationOf } from "./differences.ts";

/**
 * Warns where a cache keeps less than it could: behind the first random transform nothing is kept, but what changes each
 * voxel by itself could as well stand before it.
 */
export function checkCacheOrder(
  { findings }: CheckContext,
  pipeline: ComponentSpec<"image_pipelines">,
  transforms: readonly ComponentSpec<"transforms">[],
): void {
  if (typeof pipeline.args.num_cache_objects !== "number") return;
  const first = transforms.findIndex(isRandom);
  const random = transforms[first];
  if (random === undefined) return;
  const late = transforms.slice(first).filter((spec) => preparationOf(spec) === "voxels");
  if (first > 0 && late.length === 0) return;
  const kept = transforms.slice(0, first).map(({ name }) => name);
  findings.warn(
    "TOMO_CACHE_ORDER",
    `${pipeline.name} keeps ${kept.length === 0 ? "nothing" : `only what ${kept.join(", ")} made`}: ${random.name}, which comes next, is random`,
    [...pathOf(random), "name"],
    {
      hint:
        late.length === 0
          ? "put loaders and other deterministic transforms before it"
          : `put ${late.map(({ name }) => name).join(" and ")} before ${random.name}, so that it is done once a case`,
    },
  );
}
