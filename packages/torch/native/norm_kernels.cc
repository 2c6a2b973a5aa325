#include "norm_kernels.h"

#if defined(__x86_64__) && defined(__linux__)
#define TOMO_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define TOMO_CLONES
#endif
#define TOMO_INLINE inline __attribute__((always_inline))

namespace tomo {
namespace {

TOMO_INLINE float widen(float value) { return value; }
TOMO_INLINE double widen(double value) { return value; }
TOMO_INLINE float widen(Bf16 value) { return __builtin_bit_cast(float, uint32_t{value.bits} << 16); }

TOMO_INLINE void narrow(float value, float& to) { to = value; }
TOMO_INLINE void narrow(double value, double& to) { to = value; }
/// Rounds to nearest, ties to even; NaN stays NaN.
TOMO_INLINE void narrow(float value, Bf16& to) {
  const uint32_t bits = __builtin_bit_cast(uint32_t, value);
  const uint32_t rounded = (bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16;
  to.bits = uint16_t(value != value ? 0x7FC0u : rounded);
}

/// NaN passes, as in libtorch.
template <typename A>
TOMO_INLINE A behind_relu(A before, A value) {
  return before <= A(0) ? A(0) : value;
}

/// Calls body<n>(row) for n = 4 rows at a time, then for single ones: four rows share a load and a store of each sum.
template <typename Body>
TOMO_INLINE void by_fours(int64_t count, const Body& body) {
  int64_t row = 0;
  for (; row + 4 <= count; row += 4) body.template operator()<4>(row);
  for (; row < count; ++row) body.template operator()<1>(row);
}

template <typename T, typename A = Accumulator<T>>
TOMO_INLINE void sums_of(Rows<const T> x, const A* __restrict pivot, A* __restrict sum, A* __restrict square) {
  by_fours(x.count, [&]<int n>(int64_t row) __attribute__((always_inline)) {
    const T* __restrict from = x.data + row * x.stride;
    for (int64_t c = 0; c < x.width; ++c) {
      A total = 0, squares = 0;
      for (int i = 0; i < n; ++i) {
        const A difference = widen(from[i * x.stride + c]) - pivot[c];
        total += difference;
        squares += difference * difference;
      }
      sum[c] += total;
      square[c] += squares;
    }
  });
}

template <typename T, typename A = Accumulator<T>>
TOMO_INLINE void relu_of(Rows<const T> x, const A* __restrict scale, const A* __restrict shift, Rows<T> y) {
  for (int64_t row = 0; row < x.count; ++row) {
    const T* __restrict from = x.data + row * x.stride;
    T* __restrict to = y.data + row * y.stride;
    for (int64_t c = 0; c < x.width; ++c) {
      const A value = widen(from[c]) * scale[c] + shift[c];
      narrow(behind_relu(value, value), to[c]);
    }
  }
}

template <typename T, typename A = Accumulator<T>>
TOMO_INLINE void gradient_sums_of(Rows<const T> x, Rows<const T> dy, const A* __restrict scale,
                                  const A* __restrict shift, const A* __restrict mean, A* __restrict sum,
                                  A* __restrict product) {
  by_fours(x.count, [&]<int n>(int64_t row) __attribute__((always_inline)) {
    const T* __restrict values = x.data + row * x.stride;
    const T* __restrict gradients = dy.data + row * dy.stride;
    for (int64_t c = 0; c < x.width; ++c) {
      A total = 0, products = 0;
      for (int i = 0; i < n; ++i) {
        const A value = widen(values[i * x.stride + c]);
        const A g = behind_relu(value * scale[c] + shift[c], A(widen(gradients[i * dy.stride + c])));
        total += g;
        products += g * (value - mean[c]);
      }
      sum[c] += total;
      product[c] += products;
    }
  });
}

template <typename T, typename A = Accumulator<T>>
TOMO_INLINE void gradient_of(Rows<const T> x, Rows<const T> dy, const A* __restrict scale, const A* __restrict shift,
                             const A* __restrict slope, const A* __restrict constant, Rows<T> dx) {
  for (int64_t row = 0; row < x.count; ++row) {
    const T* __restrict values = x.data + row * x.stride;
    const T* __restrict gradients = dy.data + row * dy.stride;
    T* __restrict to = dx.data + row * dx.stride;
    for (int64_t c = 0; c < x.width; ++c) {
      const A value = widen(values[c]);
      const A g = behind_relu(value * scale[c] + shift[c], A(widen(gradients[c])));
      narrow(g * scale[c] + (value * slope[c] + constant[c]), to[c]);
    }
  }
}

}  // namespace

#define TOMO_NORM_KERNELS(T, A)                                                                                       \
  template <>                                                                                                         \
  TOMO_CLONES void add_sums<T>(Rows<const T> x, const A* pivot, A* sum, A* square) {                                  \
    sums_of<T>(x, pivot, sum, square);                                                                                \
  }                                                                                                                   \
  template <>                                                                                                         \
  TOMO_CLONES void apply_relu<T>(Rows<const T> x, Affine<A> norm, Rows<T> y) {                                        \
    relu_of<T>(x, norm.scale, norm.shift, y);                                                                         \
  }                                                                                                                   \
  template <>                                                                                                         \
  TOMO_CLONES void add_gradient_sums<T>(Rows<const T> x, Rows<const T> dy, Affine<A> norm, const A* mean, A* sum,     \
                                        A* product) {                                                                 \
    gradient_sums_of<T>(x, dy, norm.scale, norm.shift, mean, sum, product);                                           \
  }                                                                                                                   \
  template <>                                                                                                         \
  TOMO_CLONES void input_gradient<T>(Rows<const T> x, Rows<const T> dy, Affine<A> norm, const A* slope,               \
                                     const A* constant, Rows<T> dx) {                                                 \
    gradient_of<T>(x, dy, norm.scale, norm.shift, slope, constant, dx);                                               \
  }

TOMO_NORM_KERNELS(float, float)
TOMO_NORM_KERNELS(double, double)
TOMO_NORM_KERNELS(Bf16, float)

}  // namespace tomo
