import type { CatalogueEntry } from "./entry.ts";

export const dataErrors = {
  TOMO_FILE_MISSING: {
    exit: 4,
    meaning: "A file that the datalist or the config names does not exist.",
    remedy: "Check DATA_ROOT, DATASET_JSON and the item paths.",
  },
  TOMO_FIELD_NOT_IMAGE: {
    exit: 4,
    meaning: "A transform was given a field that does not hold a loaded image.",
    remedy: "Put the loader before the transform, and check the names in `fields` against the datalist.",
  },
  TOMO_FIELD_NOT_PATH: {
    exit: 4,
    meaning: "A loader was given a field that does not hold a path or a list of paths.",
    remedy: "Check the names in `fields` against the datalist, and load each field only once.",
  },
  TOMO_FIELD_NOT_NUMBERS: {
    exit: 4,
    meaning:
      "A metric, writer or transform for classification was given a field that holds no number or list of numbers.",
    remedy:
      "Check the name in `field` or `label_field`: the outputs of aux_ops, `model` and `label` hold numbers.",
  },
  TOMO_DATA_LAYOUT: {
    exit: 4,
    meaning:
      "In the folder given to `tomo init` it cannot be told which files are images, and what their labels are.",
    remedy: "Lay the files out in one of the ways that the message lists, or write a datalist and name it.",
  },
  TOMO_DATALIST_KEY: {
    exit: 4,
    meaning: "The datalist has no list under the key that the config asks for.",
    remedy: "Use one of the keys that the message lists (data_list_key, DATA_LIST_KEY).",
  },
  TOMO_DATALIST_FORMAT: {
    exit: 4,
    meaning: "The datalist is not an object of lists of cases, or a case has no image.",
    remedy: 'Write `{"training": [{"image": "a.nii.gz", "label": "b.nii.gz"}, …]}`.',
  },
  TOMO_FILE_UNREADABLE: {
    exit: 4,
    meaning: "A file exists but cannot be read: no permission, a folder, or an error of the disk.",
    remedy: "Check the permissions of the file and of the folders above it.",
  },
  TOMO_FILE_TRUNCATED: {
    exit: 4,
    meaning: "A file ends before the data that its own header announces.",
    remedy: "Copy or download the file again; the transfer was cut.",
  },
  TOMO_FILE_DAMAGED: {
    exit: 4,
    meaning: "A file contradicts itself: a bad checksum, or header values that cannot be.",
    remedy: "Copy the file again or export it again from the source.",
  },
  TOMO_FILE_TOO_LARGE: {
    exit: 4,
    meaning: "A file holds more data than one array can take in this Node version.",
    remedy: "Crop or split the image, or store it uncompressed.",
  },
  TOMO_NOT_NIFTI: {
    exit: 4,
    meaning: "A file that should be NIfTI-1 or NIfTI-2 is something else.",
    remedy: "Convert the image to .nii or .nii.gz.",
  },
  TOMO_NIFTI_UNSUPPORTED: {
    exit: 4,
    meaning: "The voxel type of a NIfTI file has no meaning as network input, for example complex numbers.",
    remedy: "Convert the image to an integer or floating-point type, for example its magnitude.",
  },
  TOMO_NOT_IMAGE: {
    exit: 4,
    meaning: "A file that should be PNG or JPEG is something else.",
    remedy: "Convert the image to PNG, or load it with the transform for its format (LoadNifti).",
  },
  TOMO_FILE_UNSUPPORTED: {
    exit: 4,
    meaning:
      "A PNG or JPEG file is of a rare kind that is not decoded, for example a JPEG of four channels (CMYK).",
    remedy: "Convert it to PNG, grey or RGB, with 8 or 16 bits.",
  },
  TOMO_SHAPE_MISMATCH: {
    exit: 4,
    meaning: "Arrays of one case that must have the same size differ, for example an image and its label.",
    remedy: "Check that the files belong together; resample one of them to the grid of the other.",
  },
  TOMO_IMAGE_UNFIT: {
    exit: 4,
    meaning: "A transform cannot work on an image of this layout, number of axes or number of channels.",
    remedy: "Put the transform that the hint names before it, or remove it for this field.",
  },
  TOMO_TRANSFORM_FAILED: {
    exit: 4,
    meaning: "A transform failed on a case in a way that Tomo did not foresee.",
    remedy: "Look at the case that the message names; take it out of the datalist to go on without it.",
  },
  TOMO_BATCH_SHAPE: {
    exit: 4,
    meaning: "Images that should form one batch have different shapes, or no channel axis.",
    remedy: "Crop to a fixed size, use output_batch_size 1, or add ConvertToChannelsFirst after the loader.",
  },
  TOMO_NO_AFFINE: {
    exit: 4,
    meaning: "An image that should be written does not know where it lies in the world.",
    remedy: "Copy the affine from the input with CopyProperties, or set use_identity.",
  },
  TOMO_LABEL_RANGE: {
    exit: 4,
    meaning: "A label has class indices outside the channels of the network or of label_format.",
    remedy:
      "Set num_classes of the model (or label_format) to the number of classes, with background, or map the labels.",
  },
  TOMO_LABEL_FORMAT: {
    exit: 4,
    meaning:
      "A classification list has no usable label_format, or a case's label does not fit it: another number of entries, or not numbers.",
    remedy:
      'Write `"label_format": [1, 1, 3]` at the top of the datalist (1 = binary, k = k classes) and one number an entry in each label.',
  },
  TOMO_VALUE_RANGE: {
    exit: 4,
    meaning: "A field has values that the voxel type of the file cannot hold.",
    remedy: "Choose a wider dtype in the writer.",
  },
  TOMO_WEIGHTS_UNREADABLE: {
    exit: 4,
    meaning:
      "A file of pretrained weights is of no known format, damaged, or holds things that are not weights, which are never executed.",
    remedy:
      "Use a Keras HDF5 file, a PyTorch state dict, safetensors or a Tomo checkpoint; copy or save it again.",
  },
  TOMO_WEIGHTS_UNFIT: {
    exit: 4,
    meaning: "A file of pretrained weights is readable, but belongs to another network.",
    remedy: "Use a file for one of the networks that the message lists, or remove pretrain_weight_name.",
  },
} as const satisfies Record<string, CatalogueEntry>;
