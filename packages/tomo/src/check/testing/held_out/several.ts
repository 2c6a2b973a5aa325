import { environment, type HeldOut, together, train, validation } from "./slip.ts";

export const several: HeldOut[] = [
  together("segmentation_mr_hippocampus", "a slip in a name, another in an argument", [
    [
      train,
      '"name": "NormalizeNonzeroIntensities"',
      '"name": "NormaliseNonzeroIntensities"',
      /NormalizeNonzeroIntensities/,
    ],
    [train, '"init_filters": 8', '"init_filter": 8', /init_filters/],
  ]),
  together("segmentation_mr_hippocampus", "two commas left out", [
    [train, '"epochs": 30,', '"epochs": 30', /comma/],
    [train, '"data_list_key": "training",', '"data_list_key": "training"', /comma/],
  ]),
  together("segmentation_mr_hippocampus", "a name and an argument of one transform", [
    [
      train,
      '"name": "CropSubVolumeCenter", "args": { "fields"',
      '"name": "CropSubvolumeCentre", "args": { "fields"',
      /CropSubVolumeCenter/,
    ],
    [train, '"num_classes": 3', '"num_classes": "3"', /quot|integer|number/],
  ]),
  together("segmentation_mr_hippocampus", "one in each config", [
    [train, '"decay_ratio": 0.5', '"decay_rate": 0.5', /decay_ratio/],
    [validation, '"name": "ArgmaxAcrossChannels"', '"name": "ArgMaxAcrossChannels"', /ArgmaxAcrossChannels/],
  ]),
  together("segmentation_ct_spleen", "Python's True and its quotes", [
    [train, '"clip": true', '"clip": True', /\btrue\b/],
    [train, '"name": "RandomAxisFlip"', "'name': 'RandomAxisFlip'", /double quot|"/],
  ]),
  together("segmentation_ct_spleen", "a slip in environment.json and one in the config", [
    [environment, '"DATA_LIST_KEY": "validation"', '"DATA_LIST_KEY": "valid"', /validation/],
    [train, '"plane": "z"', '"plane": "zz"', /\bz\b/],
  ]),
  together("segmentation_ct_spleen", "three numbers as texts", [
    [train, '"decay_freq": 50000', '"decay_freq": "50000"', /quot|integer|number/],
    [train, '"n_spatial_dim": 3', '"n_spatial_dim": "3"', /quot|3|number/],
    [train, '"num_cache_objects": 20', '"num_cache_objects": "20"', /quot|integer|number/],
  ]),
  together("segmentation_ct_spleen", "two cases whose files have slips", [
    ["config/dataset_0.json", '"image_0.nii.gz"', '"image0.nii.gz"', /image_0\.nii\.gz/],
    ["config/dataset_0.json", '"label_5.nii.gz"', '"label5.nii.gz"', /label_5\.nii\.gz/],
  ]),
  together("classification_chestxray", "a wrong loss and a wrong field", [
    [
      train,
      '"name": "BinaryClassificationLoss"',
      '"name": "BinaryClassification"',
      /BinaryClassificationLoss/,
    ],
    [train, '"field": "accuracy"', '"field": "acc"', /"?accuracy"?/],
  ]),
  together("segmentation_ct_phantom", "a config of MONAI's words", [
    [
      train,
      '{ "name": "LoadNifti", "args": { "fields": ["image", "label"] } }',
      '{ "name": "LoadImaged", "args": { "keys": ["image", "label"] } }',
      /LoadNifti/,
    ],
    [
      train,
      '"name": "ScaleIntensityRange",\n        "args": { "fields": "image"',
      '"name": "ScaleIntensityRange",\n        "args": { "keys": "image"',
      /"?fields"?/,
      { lines: ['"args": { "keys": "image"'] },
    ],
    [train, '"name": "SegResnet"', '"name": "SegResNet"', /SegResnet/],
    [train, '"name": "TFScanWindowInferer"', '"name": "SlidingWindowInferer"', /TFScanWindowInferer/],
  ]),
];
