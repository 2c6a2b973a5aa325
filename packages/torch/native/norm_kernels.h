// Inner loops of norm.cc over rows of channels. Compiled for several instruction sets; the loader chooses the best.
#pragma once

#include <cstdint>

namespace tomo {

/// Storage of a bfloat16.
struct Bf16 {
  uint16_t bits;
};

/// Rows of a part (dense) and of the gradient of the output (rows `stride` apart), with the coefficients of the part.
template <typename T, typename A>
struct Pass {
  const T* x;
  const T* dy;
  int64_t stride, rows, channels;
  const A* scale;
  const A* shift;
};

/// T: type in memory, A: type of sums and coefficients. With `relu`, gradients are those behind a ReLU whose input was
/// x * scale + shift.
template <typename T, typename A>
struct Kernels {
  /// Adds the sums of x - pivot and of its square.
  static void sums(const T* x, int64_t rows, int64_t channels, const A* pivot, A* sum, A* square);
  /// y = x * scale + shift, or its ReLU; rows of y are `stride` apart.
  static void apply(const T* x, int64_t rows, int64_t channels, const A* scale, const A* shift, bool relu, T* y, int64_t stride);
  /// Adds the sums of g and of g (x - mean).
  static void backward_sums(const Pass<T, A>& pass, const A* mean, bool relu, A* sum, A* product);
  /// dx = g * scale + x * slope + constant.
  static void backward_apply(const Pass<T, A>& pass, const A* slope, const A* constant, bool relu, T* dx);
};

}  // namespace tomo
