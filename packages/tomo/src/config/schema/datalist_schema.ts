import type { JsonObject } from "../source/json.ts";
import { when } from "./conditions.ts";
import { rootSchema } from "./root_schema.ts";

const text = (description: string): JsonObject => ({ description, type: ["string", "null"] });
const any = (description: string): JsonObject => ({ description });

const path = { type: "string", minLength: 1 };

const item: JsonObject = {
  type: ["object", "string"],
  minLength: 1,
  errorMessage: 'Expected a case: {"image": …, "label": …}, or the path of an image.',
  required: ["image"],
  properties: {
    image: {
      description:
        "Path of the image, or a list of paths: one channel a file, all of one shape. Relative to DATA_ROOT.",
      type: ["string", "array"],
      minLength: 1,
      minItems: 1,
      items: path,
      errorMessage: "Expected a path or a list of paths.",
    },
    label: {
      description:
        "Segmentation: path of the label image. Classification: one number for each entry of label_format. Left out for inference.",
      type: ["string", "array", "number", "null"],
      items: { type: ["string", "number"], errorMessage: "Expected a path or a number." },
      errorMessage: "Expected a path, a list of paths, or a list of numbers.",
    },
  },
  // any other key is a field that transforms can name
  additionalProperties: {
    type: ["string", "number", "boolean", "null", "array"],
    items: { type: ["string", "number", "boolean", "null", "array"] },
    errorMessage: "A field is a path, a number, or a list of them.",
  },
  defaultSnippets: [
    { label: "image and label", body: { image: "$1", label: "$2" } },
    { label: "image", body: { image: "$1" } },
  ],
};

const cases = (description: string): JsonObject => ({
  description,
  type: "array",
  items: { $ref: "#/definitions/item" },
});

/** Schema of a dataset JSON: lists of cases under any key, and the metadata of the Medical Segmentation Decathlon. */
export const datalistSchema = (): JsonObject =>
  rootSchema({
    title: "Datalist of a Clara Train MMAR",
    properties: {
      label_format: {
        description:
          "Classification: one integer for each entry of a label; 1 = binary, k > 1 = index of one of k classes.",
        type: "array",
        minItems: 1,
        items: { type: "integer", minimum: 1 },
        errorMessage: "Expected a list of integers above 0.",
      },
      classes: {
        description: "Classification: names of the label's entries, for reports.",
        type: "array",
        items: { type: "string" },
      },
      training: cases("Cases to train on."),
      validation: cases("Cases to validate on."),
      test: cases("Cases without labels; in files of the Decathlon a list of paths."),
      name: text("Name of the data set."),
      description: text("Words for people."),
      reference: text("Where the data come from."),
      licence: text("Under which licence."),
      release: any("Version and date of the data."),
      tensorImageSize: any('Dimensions, such as "3D"; not read.'),
      modality: any('Names of the channels, such as {"0": "CT"}; not read.'),
      labels: any('Names of the label values, such as {"0": "background"}; not read.'),
      numTraining: any("Number of training cases; not read."),
      numTest: any("Number of test cases; not read."),
    },
    // the config can name any list: data_list_key, DATA_LIST_KEY
    additionalProperties: when(
      { type: "array", contains: { type: "object" } },
      { items: { $ref: "#/definitions/item" } },
    ),
    definitions: { item },
  });
