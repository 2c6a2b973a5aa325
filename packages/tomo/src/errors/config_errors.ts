import type { CatalogueEntry } from "./entry.ts";

export const configErrors = {
  TOMO_USAGE: {
    exit: 2,
    meaning: "The command line has an unknown command, option or a word in the wrong place.",
    remedy: "Use the suggested word, or run `tomo --help`.",
  },
  TOMO_INIT_FOLDER: {
    exit: 2,
    meaning: "The folder that `tomo init` was given for the new MMAR is not empty, or is a file.",
    remedy: "Name a new folder, or let `--force` replace the files of an MMAR there; no others are touched.",
  },
  TOMO_CONFIG_MISSING: {
    exit: 3,
    meaning: "The MMAR folder or the config file that the command names does not exist.",
    remedy: "Give the MMAR with `-m`, and the config with `-c` relative to the MMAR.",
  },
  TOMO_JSON_SYNTAX: {
    exit: 3,
    meaning: "A file is not valid JSON (comments and trailing commas are accepted).",
    remedy: "Mend the text at the line and column of the message.",
  },
  TOMO_DUPLICATE_KEY: {
    exit: 3,
    meaning: "An object has the same key twice, so one of the two values would silently be lost.",
    remedy: "Remove or rename one of the two.",
  },
  TOMO_SET_SYNTAX: {
    exit: 2,
    meaning: "A word after `--set` is not of the form name=value.",
    remedy: "Write `--set epochs=100 learning_rate=0.001`, without blanks around `=`.",
  },
  TOMO_UNDEFINED_VARIABLE: {
    exit: 3,
    meaning: "A placeholder {NAME} is used, but no variable has this name.",
    remedy: "Define it in environment.json, with `--set NAME=value`, or as a top-level value of the config.",
  },
  TOMO_BAD_PLACEHOLDER: {
    exit: 3,
    meaning: "A string has a brace that is not part of a placeholder {NAME}.",
    remedy: "Write {{ and }} for literal braces.",
  },
  TOMO_UNKNOWN_KEY: {
    exit: 3,
    meaning: "A section has a key that it does not know and that looks like a misspelt one.",
    remedy: "Use the suggested key.",
  },
  TOMO_MISSING_SECTION: {
    exit: 3,
    meaning: "A section or component that the workflow needs is not in the config, or is disabled.",
    remedy: "Add it; docs/components.md lists what can stand there.",
  },
  TOMO_WRONG_TYPE: {
    exit: 3,
    meaning: "A value has another type than its place in the config needs.",
    remedy: "Write a value of the expected type.",
  },
  TOMO_BAD_VALUE: {
    exit: 3,
    meaning: "A value has the right type but is outside what is allowed.",
    remedy: "Write a value in the expected range.",
  },
  TOMO_UNKNOWN_COMPONENT: {
    exit: 3,
    meaning: "A component `name` is not one that Tomo has for this place in the config.",
    remedy: "Use the suggested name, or run `tomo list`.",
  },
  TOMO_WRONG_KIND: {
    exit: 3,
    meaning: "The component exists, but it is of another kind than this place in the config needs.",
    remedy: "Move it to its section, or use a component of the right kind (`tomo list KIND`).",
  },
  TOMO_NOT_YET: {
    exit: 3,
    meaning: "Clara Train has this component or feature, Tomo does not have it yet.",
    remedy: "Disable or replace it; the hint names a way round where there is one.",
  },
  TOMO_PATH_FORM: {
    exit: 3,
    meaning: "The `path` of a component is not of a form that names a file and one of its exports.",
    remedy: 'Write "custom/my_loss.ts#MyLoss", or with dots "custom.my_loss.MyLoss".',
  },
  TOMO_PATH_REFUSED: {
    exit: 3,
    meaning: "The `path` of a component leads out of the folders that code may be loaded from.",
    remedy: "Put the file into the MMAR, or its folder into the environment variable TOMO_PATH.",
  },
  TOMO_PATH_MISSING: {
    exit: 3,
    meaning:
      "The `path` of a component names a file that is neither in the MMAR nor in a folder of TOMO_PATH.",
    remedy: "Use the suggested file, or add its folder to the environment variable TOMO_PATH.",
  },
  TOMO_OWN_COMPONENT: {
    exit: 3,
    meaning: "A file with an own component cannot be loaded, or what it exports is not a sound component.",
    remedy: "Mend the file as the message says; docs/byoc.md shows a component of each kind.",
  },
  TOMO_OWN_CHANGED: {
    exit: 3,
    meaning:
      "A file with an own component was changed between the check of the config and its use in the run.",
    remedy: "Start the run again.",
  },
  TOMO_UNKNOWN_ARGUMENT: {
    exit: 3,
    meaning: "A component was given an argument that it does not have.",
    remedy: "Use the suggested argument, or run `tomo list` to see what it takes.",
  },
  TOMO_MISSING_ARGUMENT: {
    exit: 3,
    meaning: "A component was not given an argument that it needs.",
    remedy: "Add the argument to `args`.",
  },
  TOMO_UNKNOWN_REF: {
    exit: 3,
    meaning: "A `ref` does not name a transform of train.pre_transforms.",
    remedy: "Use the class name or the alias (`Class#alias`) of a training transform.",
  },
  TOMO_ONE_OF_LIST: {
    exit: 3,
    meaning: "A list of candidates (losses, optimizers) does not have exactly one that is enabled.",
    remedy: 'Set `"disabled": true` in all but one.',
  },
  TOMO_KEY_METRIC: {
    exit: 3,
    meaning: "No metric, or more than one, could decide which model is the best.",
    remedy: 'Set `"is_key_metric": true` in exactly one metric of validate.metrics.',
  },
  TOMO_BATCHING: {
    exit: 3,
    meaning: "A transform makes batches of patches, but the image pipeline does not expect them.",
    remedy: "Set `batched_by_transforms: true`, or add MergeBatchDims to train.batch_transforms.",
  },
  TOMO_STATIC_SHAPE: {
    exit: 3,
    meaning: "Validation uses another window size than training without dynamic_input_shape.",
    remedy: "Set `dynamic_input_shape: true`, or make roi_size equal to output_crop_size.",
  },
  TOMO_NETWORK_SIZE: {
    exit: 3,
    meaning: "The network cannot take images of this size.",
    remedy: "Use the nearest size that the message names, in the crop, output_crop_size or roi_size.",
  },
  TOMO_UNKNOWN_FIELD: {
    exit: 3,
    meaning: "A component names a field that neither the datalist nor another component makes.",
    remedy: "Use one of the fields that the message lists; the outputs of aux_ops are named by their tags.",
  },
  TOMO_NOT_LOADED: {
    exit: 3,
    meaning: "A component works on a field that still holds a path: no loader has read it before.",
    remedy: "Name the field in a loader such as LoadNifti, and put the loader first.",
  },
  TOMO_LOADED_TWICE: {
    exit: 3,
    meaning: "A loader is given a field that another loader has read already.",
    remedy: "Take the field out of one of the two loaders.",
  },
  TOMO_FIELD_KIND: {
    exit: 3,
    meaning: "A field holds numbers where a component works on images, or the other way round.",
    remedy: "Take the field out of this component, or use the component for the other task.",
  },
  TOMO_AXES: {
    exit: 3,
    meaning: "A size has another number of entries than the images spatial axes, or 2-D meets 3-D.",
    remedy: "Give as many sizes as the data has spatial axes, and a network of as many.",
  },
  TOMO_NO_CHANNELS: {
    exit: 3,
    meaning: "Images reach the network, or a transform of channels, without a channel axis.",
    remedy: "Put ConvertToChannelsFirst (or ConvertToChannelsLast) after the loader, for images and labels.",
  },
  TOMO_CHANNELS: {
    exit: 3,
    meaning: "The transforms deliver another number of channels than a later part of the config expects.",
    remedy: "Set output_image_channels to what the transforms deliver, or add or remove RepeatChannel.",
  },
  TOMO_LAYOUT: {
    exit: 3,
    meaning:
      "Images are channels-first where the network or the loss is channels-last, or the other way round.",
    remedy: "Use the ConvertToChannels… transform that fits data_format, and one data_format everywhere.",
  },
  TOMO_PATCH_SIZE: {
    exit: 3,
    meaning: "The transforms deliver images of another size than output_crop_size says, or of no fixed size.",
    remedy: "Set output_crop_size to the size of the crop, or crop or resize to it.",
  },
  TOMO_VALUE_KIND: {
    exit: 3,
    meaning:
      "A component is given values of the wrong kind: logits for probabilities, interpolated class indices, a second argmax.",
    remedy: "Follow the hint: resample labels with is_label, activate and take the argmax once.",
  },
  TOMO_DIFFERENT_GRIDS: {
    exit: 3,
    meaning:
      "Image and label, or prediction and label, did not pass through the same crops, flips and resampling, so their voxels do not belong together.",
    remedy:
      "Name both fields in every spatial transform, or bring the prediction back with RestoreOriginalShape.",
  },
  TOMO_AFFINE_LOST: {
    exit: 3,
    meaning: "A field is written as NIfTI, but nothing gives it an affine.",
    remedy: 'Add CopyProperties with from_field "image" to post_transforms, or set use_identity.',
  },
  TOMO_WRONG_TASK: {
    exit: 3,
    meaning: "A component belongs to another task than the image pipeline: segmentation or classification.",
    remedy: "Use a component of the pipeline's task, or the other kind of image pipeline.",
  },
} as const satisfies Record<string, CatalogueEntry>;
