import { type Kind, kinds } from "./kinds.ts";

/**
 * Every component that Clara Train 3.x documents or its published configs use, by kind. What Tomo has not
 * declared of these is answered by "not yet" instead of "unknown".
 */
export const claraComponents: Readonly<Record<Kind, readonly string[]>> = {
  models: words("SegAhnet SegResnet Unet UnetParallel DenseNet121 Alexnet"),
  losses:
    words(`Dice BinaryClassificationLoss MulticlassClassificationLoss WeightedMulticlassClassificationLoss
    CrossEntropy Focal FocalDice CrossEntropyDice`),
  optimizers: words("Adam Momentum NovoGrad"),
  lr_policies: words("DecayOnStep ReducePoly ReduceCosine ReduceOnPlateau"),
  transforms: words(`
    LoadNifti LoadPng LoadJpg LoadImageMasksFromNumpy SaveAsNifti
    ConvertToChannelsFirst ConvertToChannelsLast RepeatChannel CopyProperties
    ScaleByResolution ScaleBySpacing ScaleByFactor ScaleToShape RestoreOriginalShape
    FastCropByPosNegRatio CropByPosNegRatio CropByPosNegRatioLabelOnly ClassificationFastCropByPosNegRatio
    FastPosNegRatioCropROI CropFixedSizeRandomCenter CropRandomSizeWithDisplacement CropSubVolumeCenter
    CropForegroundObject CropImageAndLabel SymmetricPadderDiv
    ScaleIntensityRange ScaleIntensityOscillation ScaleShiftIntensity AddGaussianNoise
    NormalizeNonzeroIntensities CenterData AdjustContrast RandomGaussianSmooth RandomMRBiasField
    RandomAxisFlip RandomSpatialFlip RandomRotate2D RandomRotate3D RandomZoom
    ArgmaxAcrossChannels SplitBasedOnLabel SplitAcrossChannels SplitBasedOnBratsClasses ThresholdValues
    ConvertToMultiChannelBasedOnLabel ConvertToMultiChannelBasedOnBratsClasses KeepLargestCC
    ProcessMulticlassPreds AddExtremePointsChannel FetchExtremePoints AddLabelPoints MergeBatchDims`),
  image_pipelines: words(`
    SegmentationImagePipeline SegmentationImagePipelineWithCache
    ClassificationImagePipeline ClassificationImagePipelineWithCache
    SegmentationKerasImagePipeline SegmentationKerasImagePipelineWithCache
    ClassificationKerasImagePipeline ClassificationKerasImagePipelineWithCache`),
  aux_ops: words(`ComputeAccuracy ComputeBinaryPreds ComputeMulticlassAccuracy ComputeMulticlassPreds
    ComputeDice DiceMaskedOutput NegLoss ReduceMeanMasked`),
  metrics: words("ComputeAverageDice ComputeAverage ComputeAUC ComputeMulticlassAverage"),
  inferers: words("TFScanWindowInferer TFSimpleInferer TRTISScanWindowInferer"),
  writers: words("WriteNifti WriteClassificationResult WritePng"),
  model_loaders: words("FrozenGraphModelLoader CheckpointLoader TRTISModelLoader"),
  handlers: words("StatsHandler EarlyStop AdjustLayerLRs"),
};

/** A way round for components that are not there yet. */
export const wayRound: Readonly<Record<string, string>> = {
  FrozenGraphModelLoader:
    "run with -c config/config_validation_ckpt.json, the same workflow with CheckpointLoader in place of a frozen graph",
  SegmentationKerasImagePipeline: "SegmentationImagePipeline does the same work",
  SegmentationKerasImagePipelineWithCache: "SegmentationImagePipelineWithCache does the same work",
  ClassificationKerasImagePipeline: "ClassificationImagePipeline does the same work",
  ClassificationKerasImagePipelineWithCache: "ClassificationImagePipelineWithCache does the same work",
  TRTISScanWindowInferer: "TFScanWindowInferer runs the network in this process",
  TRTISModelLoader: "CheckpointLoader loads the model into this process",
};

/** Names of the Transfer Learning Toolkit and what Clara Train 3.x calls them. */
export const renamed: Readonly<Record<string, string>> = {
  LoadNifty: "LoadNifti",
  VolumeTo4DArray: "ConvertToChannelsFirst",
  TransformVolumeCropROIFastPosNegRatio: "FastPosNegRatioCropROI",
  CropSubVolumeBatchPosNegRatio: "CropByPosNegRatio (with fast_crop: FastCropByPosNegRatio)",
  CropSubVolumeRandomWithinBounds: "CropFixedSizeRandomCenter",
  FlipAxisRandom: "RandomSpatialFlip",
  AugmentIntensityRandomScaleShift: "ScaleShiftIntensity",
  BratsConvertLabels: "ConvertToMultiChannelBasedOnBratsClasses",
  ReduceLRPoly: "ReducePoly",
  MetricAverage: "ComputeAverage",
  MetricAverageFromArrayDice: "ComputeAverageDice",
  ImagePipeline: "SegmentationImagePipeline",
  ScanWindowInferer: "TFScanWindowInferer",
  SimpleInferer: "TFSimpleInferer",
  NiftyWriter: "WriteNifti",
};

/** Names of MONAI and what Clara Train calls the like; dictionary transforms also without their last letter. */
export const monaiNames: Readonly<Record<string, string>> = {
  AHNet: "SegAhnet",
  DiceLoss: "Dice",
  DiceCELoss: "CrossEntropyDice",
  FocalLoss: "Focal",
  LoadImaged: "LoadNifti",
  EnsureChannelFirstd: "ConvertToChannelsFirst",
  AddChanneld: "ConvertToChannelsFirst",
  Spacingd: "ScaleByResolution",
  Resized: "ScaleToShape",
  NormalizeIntensityd: "NormalizeNonzeroIntensities",
  RandCropByPosNegLabeld: "FastCropByPosNegRatio",
  RandSpatialCropd: "CropFixedSizeRandomCenter",
  CenterSpatialCropd: "CropSubVolumeCenter",
  DivisiblePadd: "SymmetricPadderDiv",
  RandFlipd: "RandomSpatialFlip",
  RandRotate90d: "RandomRotate3D",
  RandGaussianNoised: "AddGaussianNoise",
  RandShiftIntensityd: "ScaleIntensityOscillation",
  AsDiscreted: "ArgmaxAcrossChannels",
  DiceMetric: "ComputeAverageDice",
  ROCAUCMetric: "ComputeAUC",
  SlidingWindowInferer: "TFScanWindowInferer",
  SaveImaged: "WriteNifti",
  SmartCacheDataset: "SegmentationImagePipelineWithCache",
  CacheDataset: "SegmentationImagePipelineWithCache",
  Rotated: "RandomRotate2D",
  RandRotated: "RandomRotate2D",
  RandZoomd: "RandomZoom",
  RandScaleIntensityd: "ScaleShiftIntensity",
  KeepLargestConnectedComponentd: "KeepLargestCC",
};

/** Names of PyTorch, Keras and scikit-learn. */
export const otherNames: Readonly<Record<string, string>> = {
  SGD: "Momentum",
  StepLR: "DecayOnStep",
  MultiStepLR: "DecayOnStep",
  ExponentialLR: "DecayOnStep",
  PolynomialLR: "ReducePoly",
  CosineAnnealingLR: "ReduceCosine",
  ReduceLROnPlateau: "ReduceOnPlateau",
  CrossEntropyLoss: "CrossEntropy",
  BCEWithLogitsLoss: "BinaryClassificationLoss",
  BCELoss: "BinaryClassificationLoss",
  BinaryCrossentropy: "BinaryClassificationLoss",
  CategoricalCrossentropy: "MulticlassClassificationLoss",
  EarlyStopping: "EarlyStop",
  roc_auc_score: "ComputeAUC",
  Normalize: "CenterData",
  CenterCrop: "CropSubVolumeCenter",
};

/** Kinds under which Clara has a component of this name. */
export const claraKindsOf = (name: string): readonly Kind[] =>
  kinds.filter((kind) => claraComponents[kind].includes(name));

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
