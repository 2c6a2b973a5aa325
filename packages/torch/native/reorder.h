// Numbers of any type and either byte order to float32, in C order.
#pragma once

#include <c10/core/ScalarType.h>

#include <cstdint>
#include <vector>

namespace tomo {

struct Numbers {
  const uint8_t* data;
  c10::ScalarType dtype;
  /// In the byte order that is not this machine's.
  bool swapped;
  /// value = stored * slope + inter, computed in float64 and rounded once.
  double slope;
  double inter;
};

/// Writes as many numbers as `shape` has to `to`, in C order; `first_fastest`: the source is in Fortran order.
void to_floats(const Numbers& from, const std::vector<int64_t>& shape, bool first_fastest, float* to);

}  // namespace tomo
