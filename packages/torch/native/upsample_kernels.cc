#include "upsample_kernels.h"

#include "vectors.h"

namespace tomo {
namespace {

/// Calls body<n>() with the number of taps if it is among the usual ones, else with 0.
template <typename Body>
TOMO_INLINE void with_count(int64_t count, const Body& body) {
  switch (count) {
    case 1: return body.template operator()<1>();
    case 2: return body.template operator()<2>();
    case 3: return body.template operator()<3>();
    case 4: return body.template operator()<4>();
    default: return body.template operator()<0>();
  }
}

template <int known, int lanes, typename A, typename At>
TOMO_INLINE Vector<A, lanes> sum(const A* weights, int64_t count, const At& at) {
  Vector<A, lanes> total = {};
  if constexpr (known > 0) {
    total = at(0) * weights[0];
    for (int k = 1; k < known; ++k) total += at(k) * weights[k];
  } else {
    for (int64_t k = 0; k < count; ++k) total += at(k) * weights[k];
  }
  return total;
}

template <typename From, typename To, typename A = Accumulator<To>>
TOMO_INLINE void rows_into(const From* const* rows, const A* weights, int64_t count, int64_t size, To* to) {
  with_count(count, [&]<int known>() TOMO_INLINE_BODY {
    for_channels(size, [&]<int lanes>(int64_t i) TOMO_INLINE_BODY {
      const auto at = [&](int64_t k) TOMO_INLINE_BODY { return load<lanes>(rows[k] + i); };
      store<lanes>(to + i, sum<known, lanes>(weights, count, at));
    });
  });
}

template <typename A>
TOMO_INLINE void single_voxels_into(const A* row, const Taps<A>* taps, int64_t count, A* to) {
  for (int64_t v = 0; v < count; ++v) {
    const Taps<A> tap = taps[v];
    A total = 0;
    for (int64_t k = 0; k < tap.count; ++k) total += row[tap.first + k] * tap.weights[k];
    to[v] = total;
  }
}

template <typename A>
TOMO_INLINE void voxels_into(const A* row, const Taps<A>* taps, int64_t count, int64_t channels, A* to) {
  if (channels == 1) return single_voxels_into(row, taps, count, to);
  for (int64_t v = 0; v < count; ++v, to += channels) {
    const Taps<A> tap = taps[v];
    const A* from = row + tap.first * channels;
    with_count(tap.count, [&]<int known>() TOMO_INLINE_BODY {
      for_channels(channels, [&]<int lanes>(int64_t c) TOMO_INLINE_BODY {
        const auto at = [&](int64_t k) TOMO_INLINE_BODY { return load<lanes>(from + k * channels + c); };
        store<lanes>(to + c, sum<known, lanes>(tap.weights, tap.count, at));
      });
    });
  }
}

}  // namespace

#define TOMO_ADD_ROWS(From, To, A)                                                                            \
  template <>                                                                                                 \
  TOMO_CLONES void add_rows<From, To>(const From* const* rows, const A* weights, int64_t count, int64_t size, \
                                      To* to) {                                                               \
    rows_into<From, To>(rows, weights, count, size, to);                                                      \
  }
#define TOMO_ADD_VOXELS(A)                                                                                    \
  template <>                                                                                                 \
  TOMO_CLONES void add_voxels<A>(const A* row, const Taps<A>* taps, int64_t count, int64_t channels, A* to) { \
    voxels_into<A>(row, taps, count, channels, to);                                                           \
  }

TOMO_ADD_ROWS(float, float, float)
TOMO_ADD_ROWS(double, double, double)
TOMO_ADD_ROWS(Bf16, float, float)
TOMO_ADD_ROWS(float, Bf16, float)
TOMO_ADD_VOXELS(float)
TOMO_ADD_VOXELS(double)

}  // namespace tomo
