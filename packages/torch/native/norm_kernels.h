// Inner loops of norm.cc over rows of channels: the channels of a voxel are neighbours in memory, voxels lie a stride
// apart. Compiled for several instruction sets, of which the loader chooses the best. T: float, double or Bf16.
#pragma once

#include "storage.h"

namespace tomo {

/// `width` channels of `count` voxels.
template <typename T>
struct Rows {
  T* data;
  int64_t stride, count, width;
  Rows part(int64_t first, int64_t size) const { return {data + first * stride, stride, size, width}; }
};

/// Of each channel: normalised = x * scale + shift.
template <typename A>
struct Affine {
  const A *scale, *shift;
};

/// Adds the sums of x - pivot and of its square.
template <typename T>
void add_sums(Rows<const T> x, const Accumulator<T>* pivot, Accumulator<T>* sum, Accumulator<T>* square);

/// y = relu(x * scale + shift).
template <typename T>
void apply_relu(Rows<const T> x, Affine<Accumulator<T>> norm, Rows<T> y);

/// With g = dy behind the ReLU, adds the sums of g and of g (x - mean).
template <typename T>
void add_gradient_sums(Rows<const T> x, Rows<const T> dy, Affine<Accumulator<T>> norm, const Accumulator<T>* mean,
                       Accumulator<T>* sum, Accumulator<T>* product);

/// dx = g * scale + x * slope + constant.
template <typename T>
void input_gradient(Rows<const T> x, Rows<const T> dy, Affine<Accumulator<T>> norm, const Accumulator<T>* slope,
                    const Accumulator<T>* constant, Rows<T> dx);

}  // namespace tomo
