// Which neighbours on an axis results of upsample_linear.cc are made of, and with which weights.
#pragma once

#include <ATen/native/UpSample.h>

#include <memory>
#include <vector>

#include "upsample_kernels.h"

namespace tomo {

/// For each result along an axis the sources it is made of.
template <typename A>
struct Axis {
  int64_t sources;
  std::unique_ptr<A[]> weights;
  std::vector<Taps<A>> taps;
  int64_t size() const { return int64_t(taps.size()); }
  int64_t longest() const {
    int64_t result = 1;
    for (const auto& tap : taps) result = std::max(result, tap.count);
    return result;
  }
};

/// libtorch's weights. A source that counts for nothing is left out.
template <typename A>
Axis<A> interpolation(int64_t from, int64_t to, bool align_corners) {
  const A scale = at::native::area_pixel_compute_scale<A>(from, to, align_corners, std::nullopt);
  Axis<A> axis{from, std::make_unique<A[]>(2 * to), {}};
  for (int64_t i = 0; i < to; ++i) {
    A* weights = axis.weights.get() + 2 * i;
    int64_t low = 0, high = 0;
    at::native::compute_source_index_and_lambda(low, high, weights[0], weights[1], scale, i, from, to, align_corners);
    if (low == high) weights[0] = 1, weights[1] = 0;
    axis.taps.push_back({low, weights[1] == 0 ? 1 : 2, weights});
  }
  return axis;
}

/// Sources and results change places.
template <typename A>
Axis<A> transposed(const Axis<A>& axis) {
  Axis<A> result{axis.size(), std::make_unique<A[]>(2 * axis.size()), {}};
  A* to = result.weights.get();
  int64_t first = 0;
  for (int64_t source = 0; source < axis.sources; ++source) {
    const auto reaches = [&](int64_t i) { return axis.taps[i].first + axis.taps[i].count > source; };
    while (first < axis.size() && !reaches(first)) ++first;
    const A* weights = to;
    for (int64_t i = first; i < axis.size() && axis.taps[i].first <= source; ++i)
      *to++ = axis.taps[i].weights[source - axis.taps[i].first];
    result.taps.push_back({first, to - weights, weights});
  }
  return result;
}

}  // namespace tomo
