import type { TransformSpec } from "../../pipeline/transform_list.ts";
import type { WorkerTask } from "../../pipeline/workers/inbox.ts";
import type { LoaderTask } from "../events.ts";

export const loaderTask = (
  loader: LoaderTask["loader"],
  specs: readonly TransformSpec[],
  { worker, case: name, start, seconds, from, transforms }: WorkerTask,
): LoaderTask => ({
  type: "loader_task",
  loader,
  worker,
  case: name,
  start,
  seconds,
  transforms: transforms.map((spent, n) => ({ name: specs[from + n]!.name, seconds: spent })),
});
