import { AddGaussianNoise } from "./add_gaussian_noise.ts";
import { ArgmaxAcrossChannels } from "./argmax_across_channels.ts";
import { CenterData } from "./center_data.ts";
import { ConvertToChannelsFirst } from "./convert_to_channels_first.ts";
import { ConvertToChannelsLast } from "./convert_to_channels_last.ts";
import { CopyProperties } from "./copy_properties.ts";
import { CropByPosNegRatio } from "./crop_by_pos_neg_ratio.ts";
import { CropFixedSizeRandomCenter } from "./crop_fixed_size_random_center.ts";
import { CropRandomSizeWithDisplacement } from "./crop_random_size_with_displacement.ts";
import { CropSubVolumeCenter } from "./crop_sub_volume_center.ts";
import { FastCropByPosNegRatio } from "./fast_crop_by_pos_neg_ratio.ts";
import { LoadJpg } from "./load_jpg.ts";
import { LoadNifti } from "./load_nifti.ts";
import { LoadPng } from "./load_png.ts";
import { MergeBatchDims } from "./merge_batch_dims.ts";
import { NormalizeNonzeroIntensities } from "./normalize_nonzero_intensities.ts";
import { ProcessMulticlassPreds } from "./process_multiclass_preds.ts";
import { RandomAxisFlip } from "./random_axis_flip.ts";
import { RandomRotate2D } from "./random_rotate_2d.ts";
import { RandomRotate3D } from "./random_rotate_3d.ts";
import { RandomSpatialFlip } from "./random_spatial_flip.ts";
import { RepeatChannel } from "./repeat_channel.ts";
import { RestoreOriginalShape } from "./restore_original_shape.ts";
import { SaveAsNifti } from "./save_as_nifti.ts";
import { ScaleIntensityOscillation } from "./scale_intensity_oscillation.ts";
import { ScaleIntensityRange } from "./scale_intensity_range.ts";
import { ScaleShiftIntensity } from "./scale_shift_intensity.ts";
import { ScaleToShape } from "./scale_to_shape.ts";
import { SplitAcrossChannels } from "./split_across_channels.ts";
import { SplitBasedOnLabel } from "./split_based_on_label.ts";
import { SymmetricPadderDiv } from "./symmetric_padder_div.ts";
import { ThresholdValues } from "./threshold_values.ts";

/** In the order of a pipeline: loading, layout, resampling, cropping, intensities, augmentation, predictions. */
export const transforms = [
  LoadNifti,
  LoadPng,
  LoadJpg,
  SaveAsNifti,
  ConvertToChannelsFirst,
  ConvertToChannelsLast,
  RepeatChannel,
  CopyProperties,
  ScaleToShape,
  RestoreOriginalShape,
  FastCropByPosNegRatio,
  CropByPosNegRatio,
  CropFixedSizeRandomCenter,
  CropRandomSizeWithDisplacement,
  CropSubVolumeCenter,
  SymmetricPadderDiv,
  ScaleIntensityRange,
  ScaleIntensityOscillation,
  ScaleShiftIntensity,
  AddGaussianNoise,
  NormalizeNonzeroIntensities,
  CenterData,
  RandomAxisFlip,
  RandomSpatialFlip,
  RandomRotate2D,
  RandomRotate3D,
  ArgmaxAcrossChannels,
  SplitBasedOnLabel,
  SplitAcrossChannels,
  ThresholdValues,
  ProcessMulticlassPreds,
  MergeBatchDims,
] as const;
