import type { NetworkFacts } from "../../components/effects/effect.ts";
import { ranksOf } from "../../components/effects/facts.ts";
import type { ComponentSpec, Task } from "../../config/component_spec.ts";
import type { ValidationDraft } from "../../config/validation_config.ts";
import type { ListFacts } from "../data_facts.ts";
import { imageIn } from "./delivered.ts";
import { follow } from "./follow.ts";
import { type Host, reportError } from "./host.ts";
import { checkMetricFields } from "./metric_fields.ts";
import { checkNetworkSize, outputFacts, windowOf, windowPath } from "./network.ts";
import { type Point, withField } from "./point.ts";
import { startOf } from "./start.ts";

/** What is known of the model of a validation config, by the checkpoint or the training config of the same MMAR. */
export interface ModelFacts {
  readonly name: string;
  readonly network: NetworkFacts | null;
  readonly task: Task;
  readonly inChannels: number;
  readonly trainingSize: readonly number[] | null;
}

/** Follows a validation config from the datalist through the network to writers and, where labels are there, to metrics. */
export function followEvaluation(
  host: Host,
  draft: ValidationDraft,
  { list, model, labelled }: { list: ListFacts | null; model: ModelFacts | null; labelled: boolean },
): { readonly point: Point; readonly window: readonly number[] | null | undefined } {
  const start = startOf(list, model?.task ?? null, host.labelFormat);
  const prepared = follow(host, start, ["pre_transforms"], draft.pre_transforms);
  const window = draft.inferer === null ? undefined : windowOf(draft.inferer, model?.trainingSize ?? null);
  if (draft.inferer !== null && window != null)
    checkNetworkSize(host, model?.network ?? null, {
      model: model?.name ?? "the network",
      name: "roi_size",
      size: window,
      mode: { training: false, batch: 1 },
      path: windowPath(draft.inferer),
    });
  checkImage(host, prepared);
  if (draft.inferer !== null && window != null) checkWindowAxes(host, draft.inferer, window, prepared);
  const image = imageIn(prepared, "image");
  const output = outputFacts(image, model?.network ?? null, isClassifier(model, draft));
  const predicted = withField(prepared, "model", output, "image");
  const finished = follow(host, predicted, ["post_transforms"], draft.post_transforms);
  for (const writer of draft.writers) checkMetricFields(host, writer, finished);
  if (!labelled) return { point: finished, window };
  const scored = follow(host, finished, ["label_transforms"], draft.label_transforms);
  for (const metric of draft.val_metrics) checkMetricFields(host, metric, scored);
  return { point: finished, window };
}

/** The window has as many axes as the image. */
function checkWindowAxes(
  host: Host,
  inferer: ComponentSpec<"inferers">,
  window: readonly number[],
  point: Point,
): void {
  const image = imageIn(point, "image");
  const ranks = image === null ? [] : ranksOf(image);
  if (ranks.length !== 1 || ranks[0] === window.length) return;
  reportError(
    host,
    "TOMO_AXES",
    `roi_size has ${window.length} entries, the images are ${ranks[0]}-D`,
    windowPath(inferer),
    { expected: `${ranks[0]} sizes in voxels` },
  );
}

/** The network sees the field `image`. */
function checkImage(host: Host, { sample }: Point): void {
  const facts = sample.fields.get("image");
  const section = ["pre_transforms"];
  if (facts?.holds === "path")
    reportError(
      host,
      "TOMO_NOT_LOADED",
      'no transform loads the field "image", which the network sees',
      section,
      {
        at: "key",
        hint: 'add a loader such as LoadNifti with "image" among its fields',
      },
    );
  else if (facts === undefined && !sample.open)
    reportError(
      host,
      "TOMO_UNKNOWN_FIELD",
      'nothing makes the field "image", which the network sees',
      section,
      {
        at: "key",
        expected: `a case of the datalist has ${[...sample.fields.keys()].join(", ")}`,
      },
    );
}

/** By the model, or else by the inferer that only one task has; null when both are possible. */
function isClassifier(model: ModelFacts | null, { inferer }: ValidationDraft): boolean | null {
  if (model !== null) return model.task === "classification";
  return inferer?.name === "TFScanWindowInferer" ? false : null;
}
