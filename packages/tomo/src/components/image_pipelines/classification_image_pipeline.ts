import { defineImagePipeline } from "../define.ts";
import {
  checkClassification,
  classificationArgs,
  classificationNotes,
  classificationSettings,
} from "./classification_args.ts";
import { cacheArgs, cacheNotes, cacheOf } from "./pipeline_args.ts";

const plain = (name: string, notes: readonly string[]) =>
  defineImagePipeline({
    name,
    task: "classification",
    summary: "Makes batches of images and label vectors from the cases of a datalist.",
    notes: [...notes, ...classificationNotes],
    args: classificationArgs,
    check: checkClassification,
    build: (args) => classificationSettings(name, args, null),
  });

const cached = (name: string, notes: readonly string[]) =>
  defineImagePipeline({
    name,
    task: "classification",
    summary: "Makes batches of images and label vectors, with the loaded cases kept in memory (Smart Cache).",
    notes: [...notes, ...cacheNotes, ...classificationNotes],
    args: { ...classificationArgs, ...cacheArgs },
    check: checkClassification,
    build: (args) => classificationSettings(name, args, cacheOf(args)),
  });

const sameAs = (name: string) => [`The same as ${name}: Clara's two kinds differed in their workers.`];

export const ClassificationImagePipeline = plain("ClassificationImagePipeline", []);
export const ClassificationImagePipelineWithCache = cached("ClassificationImagePipelineWithCache", []);
export const ClassificationKerasImagePipeline = plain(
  "ClassificationKerasImagePipeline",
  sameAs("ClassificationImagePipeline"),
);
export const ClassificationKerasImagePipelineWithCache = cached(
  "ClassificationKerasImagePipelineWithCache",
  sameAs("ClassificationImagePipelineWithCache"),
);
