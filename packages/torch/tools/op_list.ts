/**
 * Operators with a typed wrapper. `name.overload|overload as tsName`: several overloads of equal argument names become
 * one function that chooses by the argument's type; without `as` the name is the operator's in camelCase.
 */
export const opList = `
add.Tensor|Scalar  add_.Tensor|Scalar  sub.Tensor|Scalar  sub_.Tensor|Scalar  rsub.Tensor|Scalar
mul.Tensor|Scalar  mul_.Tensor|Scalar  div.Tensor|Scalar  div_.Tensor|Scalar
div.Tensor_mode|Scalar_mode as divRounded
remainder.Tensor|Scalar  fmod.Tensor|Scalar  pow.Tensor_Tensor|Tensor_Scalar as pow
maximum  minimum  neg  abs  sqrt  rsqrt  square  exp  log  log1p  sin  cos  tan  tanh  sigmoid  floor  ceil  round  trunc  sign  reciprocal
exp_  sqrt_  neg_  erfinv_  zero_  fill_.Scalar  copy_  clamp  clamp_  clamp_min  clamp_max  nan_to_num
addcmul  addcmul_  addcdiv  addcdiv_  lerp.Scalar|Tensor  lerp_.Scalar|Tensor
eq.Tensor|Scalar  ne.Tensor|Scalar  lt.Tensor|Scalar  le.Tensor|Scalar  gt.Tensor|Scalar  ge.Tensor|Scalar
logical_and  logical_or  logical_not  logical_xor  isnan  isinf  isfinite  where.self as where  masked_fill.Scalar  masked_fill_.Scalar  masked_select  nonzero  equal  allclose

sum  sum.dim_IntList as sumDim  mean  mean.dim as meanDim  prod  prod.dim_int as prodDim
std.correction as std  var.correction as variance  var_mean.correction as varMean
max  max.dim as maxDim  min  min.dim as minDim  amax  amin  aminmax  argmax  argmin  any  any.dim as anyDim  all  all.dim as allDim
cumsum  norm.ScalarOpt_dim as normDim  linalg_vector_norm  logsumexp  count_nonzero  median  quantile  topk  sort  unique_dim  _unique2  bincount  histc

reshape  view  view.dtype as viewDtype  permute  transpose.int as transpose  contiguous  clone  detach  alias  expand  expand_as  squeeze  squeeze.dim as squeezeDim  unsqueeze  flatten.using_ints as flatten
slice.Tensor as slice  select.int as select  narrow  index_select  gather  scatter.value as scatterValue  scatter_.value as scatterValue_  scatter.src as scatter  scatter_.src as scatter_  scatter_add_  index.Tensor as index  index_put_  take  take_along_dim
cat  stack  split.Tensor as split  chunk  unbind.int as unbind  repeat  repeat_interleave.self_int as repeatInterleave  flip  roll  rot90  tile  movedim.intlist as movedim
to.dtype as toDtype  to.dtype_layout as to  as_strided  diff  meshgrid.indexing as meshgrid  one_hot  tril  triu  unfold  searchsorted.Tensor as searchsorted  bucketize.Tensor as bucketize

empty.memory_format as empty  zeros  ones  full  arange  arange.start_step as arangeStep  linspace  eye  zeros_like  ones_like  full_like  empty_like  rand  randn  randint.low as randint  randperm  uniform_  normal_  bernoulli_.float as bernoulli_  bernoulli  rand_like  randn_like

conv1d  conv2d  conv3d  conv_transpose1d  conv_transpose2d.input as convTranspose2d  conv_transpose3d.input as convTranspose3d  convolution
batch_norm  native_batch_norm  group_norm  instance_norm  layer_norm  native_group_norm
relu  relu_  leaky_relu  leaky_relu_  elu  elu_  gelu  silu  prelu  hardtanh  softplus  softmax.int as softmax  log_softmax.int as logSoftmax  threshold
max_pool1d  max_pool2d  max_pool3d  max_pool2d_with_indices  max_pool3d_with_indices  avg_pool1d  avg_pool2d  avg_pool3d  adaptive_avg_pool1d  adaptive_avg_pool2d  adaptive_avg_pool3d  adaptive_max_pool2d  adaptive_max_pool3d
upsample_nearest1d  upsample_nearest2d  upsample_nearest3d  upsample_linear1d  upsample_bilinear2d  _upsample_bilinear2d_aa  upsample_trilinear3d  upsample_bicubic2d
grid_sampler  affine_grid_generator  pad  constant_pad_nd  reflection_pad2d  reflection_pad3d  replication_pad2d  replication_pad3d
dropout  dropout_  feature_dropout  linear  matmul  mm  bmm  addmm  einsum  linalg_inv  linalg_solve
binary_cross_entropy  binary_cross_entropy_with_logits  cross_entropy_loss  nll_loss  mse_loss  l1_loss  smooth_l1_loss  kl_div

_fused_adam_  _fused_adamw_  _fused_sgd_  _foreach_add_.Scalar as foreachAddScalar_  _foreach_add_.List as foreachAddList_  _foreach_mul_.Scalar as foreachMulScalar_  _foreach_mul_.Tensor as foreachMulTensor_  _foreach_mul_.List as foreachMulList_  _foreach_zero_  _foreach_norm.Scalar as foreachNorm  _foreach_copy_
_foreach_addcmul_.Scalar as foreachAddcmul_  _foreach_addcdiv_.Scalar as foreachAddcdiv_  _foreach_sqrt  _foreach_lerp_.Scalar as foreachLerp_  _amp_foreach_non_finite_check_and_unscale_  _amp_update_scale_
`;
