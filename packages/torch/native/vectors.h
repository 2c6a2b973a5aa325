// Neighbouring values in the compilers' portable vectors, for kernels compiled for several instruction sets, of which
// the loader chooses the best.
#pragma once

#include <concepts>

#include "storage.h"

#if defined(__x86_64__) && defined(__linux__) && !defined(__clang__)
#define TOMO_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define TOMO_CLONES
#endif
#define TOMO_INLINE inline __attribute__((always_inline))
#define TOMO_INLINE_BODY __attribute__((always_inline))

namespace tomo {

template <typename E, int lanes>
struct VectorOf {
  typedef E type __attribute__((vector_size(lanes * sizeof(E))));
};
template <typename E, int lanes>
using Vector = typename VectorOf<E, lanes>::type;

template <int lanes, std::floating_point A>
TOMO_INLINE Vector<A, lanes> load(const A* from) {
  Vector<A, lanes> value;
  __builtin_memcpy(&value, from, sizeof value);
  return value;
}
template <int lanes>
TOMO_INLINE Vector<float, lanes> load(const Bf16* from) {
  Vector<uint16_t, lanes> bits;
  __builtin_memcpy(&bits, from, sizeof bits);
  return (Vector<float, lanes>)(__builtin_convertvector(bits, Vector<uint32_t, lanes>) << 16);
}

template <int lanes, std::floating_point A>
TOMO_INLINE void store(A* to, Vector<A, lanes> value) {
  __builtin_memcpy(to, &value, sizeof value);
}
/// Rounds to nearest, ties to even; NaN stays NaN.
template <int lanes>
TOMO_INLINE void store(Bf16* to, Vector<float, lanes> value) {
  using Bits = Vector<uint32_t, lanes>;
  const Bits bits = (Bits)value, nan = Bits{} + 0x7FC0u;
  const Bits rounded = (bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16;
  const auto narrow = __builtin_convertvector(value != value ? nan : rounded, Vector<uint16_t, lanes>);
  __builtin_memcpy(to, &narrow, sizeof narrow);
}

/// Calls body<lanes>(channel) for groups of channels that cover all.
template <typename Body>
TOMO_INLINE void for_channels(int64_t channels, const Body& body) {
  int64_t c = 0;
  for (; c + 16 <= channels; c += 16) body.template operator()<16>(c);
  for (; c + 8 <= channels; c += 8) body.template operator()<8>(c);
  for (; c + 4 <= channels; c += 4) body.template operator()<4>(c);
  for (; c < channels; ++c) body.template operator()<1>(c);
}

}  // namespace tomo
