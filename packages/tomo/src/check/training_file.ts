import type { NetworkFacts } from "../components/effects/effect.ts";
import { cacheLimits } from "../components/image_pipelines/cache_memory.ts";
import { instantiate, isRandom } from "../components/registry.ts";
import type { CheckContext } from "../config/check/context.ts";
import { Findings } from "../config/check/findings.ts";
import type { ComponentLookup, ComponentSpec } from "../config/component_spec.ts";
import type { ResolvedConfig } from "../config/resolve.ts";
import type { ConfigPath } from "../config/source/path.ts";
import { draftTraining, type TrainDraft } from "../config/train_config.ts";
import type { TomoError } from "../errors/tomo_error.ts";
import { checkCacheOrder } from "./cache_order.ts";
import { imageIn, sizeText } from "./chain/delivered.ts";
import { type Host, pathOf } from "./chain/host.ts";
import { followTraining, type TrainingChain } from "./chain/training.ts";
import { type CheckedList, checkedList, noList, type ReadSource } from "./checked_list.ts";
import { type ListFacts, readDataFacts, readOnce } from "./data_facts.ts";
import { compareWithTraining } from "./differences.ts";
import { meanOfKnown, samplesBehind, storedBytesOf, voxelsOf } from "./memory.ts";
import { checkLeaks, checkRepeatedFiles } from "./repeated_files.ts";
import type { Summary } from "./report.ts";

/** A training config, checked: what validation configs of the same MMAR are compared with. */
export interface TrainingCheck {
  readonly context: CheckContext;
  readonly draft: TrainDraft;
  readonly network: NetworkFacts | null;
  readonly lists: { readonly training: CheckedList; readonly validation: CheckedList };
  /** Faults of datalists and files. */
  readonly dataErrors: readonly TomoError[];
  readonly summary: Summary;
}

/** A training config with what its checks need. */
export interface PreparedTraining {
  readonly context: CheckContext;
  readonly host: Host;
  readonly draft: TrainDraft;
  readonly lists: { readonly training: ListFacts | null; readonly validation: ListFacts | null };
  readonly read: ReadSource;
}

/** @param most How many cases of each list are looked at */
export function prepareTraining(
  resolved: ResolvedConfig,
  lookup: ComponentLookup,
  most?: number,
): PreparedTraining {
  const context: CheckContext = { resolved, lookup, findings: new Findings(resolved) };
  const draft = draftTraining(context);
  const { train, validate } = draft;
  const read = readOnce();
  const training = train && listOf(train.image_pipeline, read, most);
  const validation = validate && listOf(validate.image_pipeline, read, most);
  const host: Host = {
    check: context,
    labels: labelNames(draft),
    labelFormat: labelFormatOf(train?.image_pipeline ?? null, training),
    unreadable: [],
    model: train?.model == null ? null : pathOf(train.model),
  };
  return { context, host, draft, lists: { training, validation }, read };
}

/** Everything that can be known of a training config without loading a voxel; findings are in the context. */
export function checkTraining(resolved: ResolvedConfig, lookup: ComponentLookup): TrainingCheck {
  const { context, host, draft, lists, read } = prepareTraining(resolved, lookup);
  const { train, validate } = draft;
  const { training, validation } = lists;
  checkLabelFormats(context, draft, lists);
  const chain = train && followTraining(host, train, validate, { training, validation });
  if (train?.image_pipeline != null) checkCacheOrder(context, train.image_pipeline, train.pre_transforms);
  if (train !== null && validate !== null)
    compareWithTraining(
      context,
      { resolved, path: ["train", "pre_transforms"], specs: train.pre_transforms },
      { resolved, path: ["validate", "pre_transforms"], specs: validate.pre_transforms },
    );
  const listIn = (section: typeof train | typeof validate, list: ListFacts | null): CheckedList =>
    section === null
      ? noList
      : checkedList(context, section.image_pipeline, section.pre_transforms, list, read);
  const checked = { training: listIn(train, training), validation: listIn(validate, validation) };
  checkRepeated(context, validate?.image_pipeline ?? null, checked, read);
  return {
    context,
    draft,
    network: chain?.network ?? null,
    lists: checked,
    dataErrors: [...checked.training.errors, ...checked.validation.errors, ...host.unreadable],
    summary: summaryOf(host, draft, chain, { training, validation }),
  };
}

/** Files and cases that stand in the lists more than once. */
function checkRepeated(
  context: CheckContext,
  validating: ComponentSpec<"image_pipelines"> | null,
  checked: TrainingCheck["lists"],
  read: ReadSource,
): void {
  const [training, validation] = [checked.training.list, checked.validation.list];
  checkRepeatedFiles(context, training, read);
  checkRepeatedFiles(context, validation, read);
  if (validating === null) return;
  checkLeaks(context, { training, validation }, [...pathOf(validating), "args", "data_list_key"], read);
}

function listOf(
  pipeline: ComponentSpec<"image_pipelines"> | null,
  read: ReadSource,
  most?: number,
): ListFacts | null {
  if (pipeline === null) return null;
  const { dataListFilePath, dataListKey, dataFileBaseDir } = instantiate(pipeline);
  return readDataFacts(dataListFilePath, dataListKey, dataFileBaseDir, most, read).list;
}

/** In classification; null elsewhere and where nothing states it. */
function labelFormatOf(
  pipeline: ComponentSpec<"image_pipelines"> | null,
  list: ListFacts | null,
): readonly number[] | null {
  const settings = pipeline && instantiate(pipeline);
  if (settings?.task !== "classification") return null;
  return settings.labelFormat ?? list?.labelFormat ?? null;
}

/** A classifier has one label format. */
function checkLabelFormats(
  { findings }: CheckContext,
  { train, validate }: TrainDraft,
  { training, validation }: { training: ListFacts | null; validation: ListFacts | null },
): void {
  if (validate?.image_pipeline == null) return;
  const trained = labelFormatOf(train?.image_pipeline ?? null, training);
  const validated = labelFormatOf(validate.image_pipeline, validation);
  if (trained === null || validated === null || String(trained) === String(validated)) return;
  findings.error(
    "TOMO_LABEL_FORMAT",
    "training and validation have different label formats",
    [...pathOf(validate.image_pipeline), "args", "data_list_file_path"],
    { given: validated, expected: JSON.stringify(trained), hint: "the datalists must have one label_format" },
  );
}

/** Fields that transforms and metrics take as labels. */
function labelNames({ train, validate }: TrainDraft): ReadonlySet<string> {
  const specs: readonly ComponentSpec[] = [
    ...(train?.pre_transforms ?? []),
    ...(validate?.pre_transforms ?? []),
    ...(validate?.metrics ?? []),
  ];
  return new Set(
    specs.flatMap(({ args }) => (typeof args.label_field === "string" ? [args.label_field] : [])),
  );
}

function summaryOf(
  host: Host,
  { train, validate }: TrainDraft,
  chain: TrainingChain | null,
  { training, validation }: { training: ListFacts | null; validation: ListFacts | null },
): Summary {
  return {
    model: train?.model?.name ?? null,
    cases: { training: training?.cases ?? null, validation: validation?.cases ?? null },
    step: train === null || chain === null ? null : stepText(train.image_pipeline, chain),
    memory: {
      ...cacheMemory(host, [
        { section: ["train", "pre_transforms"], list: training, of: train },
        { section: ["validate", "pre_transforms"], list: validation, of: validate },
      ]),
      output:
        validate === null
          ? null
          : outputBytes(host, ["validate", "pre_transforms"], validate.pre_transforms, {
              list: validation,
              classes: chain?.network?.outChannels ?? null,
            }),
    },
  };
}

/** `3 patches of 96×96×96 a step`. */
function stepText(
  pipeline: ComponentSpec<"image_pipelines"> | null,
  { training }: TrainingChain,
): string | null {
  if (pipeline === null) return null;
  const { batchSize, batchedByTransforms, cropSize, task } = instantiate(pipeline);
  const image = imageIn(training, "image");
  const patches = image?.patches ?? 1;
  const count = batchedByTransforms ? patches : patches * batchSize;
  const size = cropSize ?? image?.size ?? null;
  const noun = task === "classification" ? "image" : cropSize === null ? "volume" : "patch";
  const plural = noun === "patch" ? "patches" : `${noun}s`;
  const of = size === null ? "" : ` of ${sizeText(size).replaceAll("x", "×")}`;
  return `${count} ${count === 1 ? noun : plural}${of} a step`;
}

interface CachedPart {
  readonly section: ConfigPath;
  readonly list: ListFacts | null;
  readonly of: {
    readonly image_pipeline: ComponentSpec<"image_pipelines"> | null;
    readonly pre_transforms: readonly ComponentSpec<"transforms">[];
  } | null;
}

/** What the cases of all caches take, and what they may take. */
function cacheMemory(
  host: Host,
  parts: readonly CachedPart[],
): Pick<Summary["memory"], "cache" | "cacheLimit"> {
  const caches = parts.map(({ list, of }) => {
    const cache = of?.image_pipeline == null ? null : instantiate(of.image_pipeline).cache;
    return cache && list && { ...cache, objects: Math.min(cache.objects, list.cases) };
  });
  const limits = cacheLimits(caches);
  const known = parts.flatMap(({ section, list, of }, n) => {
    const cache = caches[n];
    if (cache == null || list === null || of === null) return [];
    const random = of.pre_transforms.find(isRandom);
    const mean = meanOfKnown(
      samplesBehind(host, section, of.pre_transforms, list.samples, random).map(storedBytesOf),
    );
    return mean === null
      ? []
      : [{ bytes: mean * cache.objects, limit: limits[n]!, given: cache.memory !== null }];
  });
  if (known.length === 0) return { cache: null, cacheLimit: null };
  const full = known.some(({ bytes, limit }) => bytes > limit);
  const matters = full || known.some(({ given }) => given);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    cache: sum(known.map(({ bytes }) => bytes)),
    cacheLimit: matters
      ? sum(known.map(({ bytes, limit }) => (full ? Math.min(bytes, limit) : limit)))
      : null,
  };
}

/** Of the largest of the cases that were looked at. */
export function outputBytes(
  host: Host,
  section: readonly string[],
  specs: readonly ComponentSpec<"transforms">[],
  { list, classes }: { readonly list: ListFacts | null; readonly classes: number | null },
): number | null {
  if (list === null || classes === null || host.labelFormat !== null) return null;
  const sizes = samplesBehind(host, section, specs, list.samples).flatMap(({ fields }) => {
    const image = fields.get("image");
    return image?.holds === "image" ? (voxelsOf(image) ?? []) : [];
  });
  return sizes.length === 0 ? null : Math.max(...sizes) * classes * 4;
}
