#include "norm_kernels.h"

#include <cstring>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define TOMO_MULTIVERSION __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define TOMO_MULTIVERSION
#endif
#define TOMO_INLINE inline __attribute__((always_inline))

namespace tomo {
namespace {

/// `lanes` neighbouring channels, as the compilers' portable vectors.
template <typename E, int lanes>
struct VectorOf {
  typedef E type __attribute__((vector_size(lanes * sizeof(E))));
};
template <typename E, int lanes>
using Vector = typename VectorOf<E, lanes>::type;

template <int lanes, typename A>
TOMO_INLINE Vector<A, lanes> load(const A* from) {
  Vector<A, lanes> value;
  std::memcpy(&value, from, sizeof value);
  return value;
}
template <int lanes>
TOMO_INLINE Vector<float, lanes> load(const Bf16* from) {
  Vector<uint16_t, lanes> bits;
  std::memcpy(&bits, from, sizeof bits);
  return (Vector<float, lanes>)(__builtin_convertvector(bits, Vector<uint32_t, lanes>) << 16);
}

template <int lanes, typename A>
TOMO_INLINE void store(A* to, Vector<A, lanes> value) {
  std::memcpy(to, &value, sizeof value);
}
/// Rounds to nearest, ties to even; NaN stays NaN.
template <int lanes>
TOMO_INLINE void store(Bf16* to, Vector<float, lanes> value) {
  const auto bits = (Vector<uint32_t, lanes>)value;
  const auto rounded = (bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16;
  const Vector<uint32_t, lanes> nan = rounded * 0u + 0x7FC0u;
  const auto narrow = __builtin_convertvector(value != value ? nan : rounded, Vector<uint16_t, lanes>);
  std::memcpy(to, &narrow, sizeof narrow);
}

/// Calls body.template operator()<lanes>(channel) for groups of channels that cover all.
template <typename Body>
TOMO_INLINE void for_channels(int64_t channels, const Body& body) {
  int64_t c = 0;
  for (; c + 16 <= channels; c += 16) body.template operator()<16>(c);
  for (; c + 4 <= channels; c += 4) body.template operator()<4>(c);
  for (; c < channels; ++c) body.template operator()<1>(c);
}

template <int lanes, typename A>
TOMO_INLINE void add(A* to, Vector<A, lanes> value) {
  store<lanes>(to, load<lanes>(to) + value);
}

/// Gradient behind the ReLU; NaN counts as passed.
template <bool relu, int lanes, typename T, typename A>
TOMO_INLINE Vector<A, lanes> gradient(const Pass<T, A>& pass, int64_t row, int64_t c, Vector<A, lanes> x) {
  const auto given = load<lanes>(pass.dy + row * pass.stride + c);
  if constexpr (!relu) return given;
  return x * load<lanes>(pass.scale + c) + load<lanes>(pass.shift + c) <= A(0) ? given * A(0) * A(0) : given;
}

template <typename T, typename A>
TOMO_INLINE void sums(const T* x, int64_t rows, int64_t channels, const A* pivot, A* sum, A* square) {
  for (int64_t row = 0; row < rows; ++row)
    for_channels(channels, [&]<int lanes>(int64_t c) __attribute__((always_inline)) {
      const Vector<A, lanes> d = load<lanes>(x + row * channels + c) - load<lanes>(pivot + c);
      add<lanes>(sum + c, d);
      add<lanes>(square + c, Vector<A, lanes>(d * d));
    });
}

}  // namespace
}  // namespace tomo
