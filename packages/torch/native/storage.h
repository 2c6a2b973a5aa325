// Types in which tensors are stored, for inner loops. T: float, double or Bf16.
#pragma once

#include <cstdint>

namespace tomo {

/// Storage of a bfloat16.
struct Bf16 {
  uint16_t bits;
};

/// Type of sums and coefficients for values stored as T.
template <typename T>
struct AccumulatorOf {
  using type = T;
};
template <>
struct AccumulatorOf<Bf16> {
  using type = float;
};
template <typename T>
using Accumulator = typename AccumulatorOf<T>::type;

}  // namespace tomo
