// Inner loops of upsample_linear.cc: weighted sums of rows and, within a row, of voxels.
#pragma once

#include "storage.h"

namespace tomo {

/// to[i] = the sum of weights[k] * rows[k][i] over k, for i < size. One of From and To is T, the other Accumulator<T>.
template <typename From, typename To>
void add_rows(const From* const* rows, const Accumulator<To>* weights, int64_t count, int64_t size, To* to);

/// The positions on one axis that a result is the weighted sum of: neighbours, from `first` on.
template <typename A>
struct Taps {
  int64_t first, count;
  const A* weights;
};

/// Of each of `count` results in a row, which lie `channels` apart as the voxels that they come from.
template <typename A>
void add_voxels(const A* row, const Taps<A>* taps, int64_t count, int64_t channels, A* to);

}  // namespace tomo
