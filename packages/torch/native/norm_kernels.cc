#include "norm_kernels.h"

#include "vectors.h"

namespace tomo {
namespace {

/// `value` where `before` is above 0 or NaN, as libtorch's ReLU; else 0.
template <typename V>
TOMO_INLINE V behind_relu(V before, V value) {
  const V zero = {};
  return before <= zero ? zero : value;
}

/// Calls body<n, lanes>(row, channel) for n = 4 rows at a time, which share loads and stores of sums, then for one.
template <typename Body>
TOMO_INLINE void for_blocks(int64_t count, int64_t channels, const Body& body) {
  int64_t row = 0;
  for (; row + 4 <= count; row += 4)
    for_channels(channels, [&]<int lanes>(int64_t c) TOMO_INLINE_BODY { body.template operator()<4, lanes>(row, c); });
  for (; row < count; ++row)
    for_channels(channels, [&]<int lanes>(int64_t c) TOMO_INLINE_BODY { body.template operator()<1, lanes>(row, c); });
}

template <typename T, typename A = Accumulator<T>>
TOMO_INLINE void sums_of(Rows<const T> x, const A* pivot, A* sum, A* square) {
  for_blocks(x.count, x.width, [&]<int n, int lanes>(int64_t row, int64_t c) TOMO_INLINE_BODY {
    const auto origin = load<lanes>(pivot + c);
    auto total = load<lanes>(sum + c), squares = load<lanes>(square + c);
    for (int i = 0; i < n; ++i) {
      const Vector<A, lanes> difference = load<lanes>(x.data + (row + i) * x.stride + c) - origin;
      total += difference;
      squares += difference * difference;
    }
    store<lanes>(sum + c, total);
    store<lanes>(square + c, squares);
  });
}

template <typename T, typename A = Accumulator<T>>
TOMO_INLINE void relu_of(Rows<const T> x, Affine<A> norm, Rows<T> y) {
  for (int64_t row = 0; row < x.count; ++row)
    for_channels(x.width, [&]<int lanes>(int64_t c) TOMO_INLINE_BODY {
      const Vector<A, lanes> value =
          load<lanes>(x.data + row * x.stride + c) * load<lanes>(norm.scale + c) + load<lanes>(norm.shift + c);
      store<lanes>(y.data + row * y.stride + c, behind_relu(value, value));
    });
}

template <typename T, typename A = Accumulator<T>>
TOMO_INLINE void gradient_sums_of(Rows<const T> x, Rows<const T> dy, Affine<A> norm, const A* mean, A* sum,
                                  A* product) {
  for_blocks(x.count, x.width, [&]<int n, int lanes>(int64_t row, int64_t c) TOMO_INLINE_BODY {
    const auto scale = load<lanes>(norm.scale + c), shift = load<lanes>(norm.shift + c), centre = load<lanes>(mean + c);
    auto total = load<lanes>(sum + c), products = load<lanes>(product + c);
    for (int i = 0; i < n; ++i) {
      const auto value = load<lanes>(x.data + (row + i) * x.stride + c);
      const Vector<A, lanes> before = value * scale + shift;
      const auto g = behind_relu(before, load<lanes>(dy.data + (row + i) * dy.stride + c));
      total += g;
      products += g * (value - centre);
    }
    store<lanes>(sum + c, total);
    store<lanes>(product + c, products);
  });
}

template <typename T, typename A = Accumulator<T>>
TOMO_INLINE void gradient_of(Rows<const T> x, Rows<const T> dy, Affine<A> norm, const A* slope, const A* constant,
                             Rows<T> dx) {
  for (int64_t row = 0; row < x.count; ++row)
    for_channels(x.width, [&]<int lanes>(int64_t c) TOMO_INLINE_BODY {
      const auto scale = load<lanes>(norm.scale + c), value = load<lanes>(x.data + row * x.stride + c);
      const Vector<A, lanes> before = value * scale + load<lanes>(norm.shift + c);
      const auto g = behind_relu(before, load<lanes>(dy.data + row * dy.stride + c));
      const Vector<A, lanes> linear = value * load<lanes>(slope + c) + load<lanes>(constant + c);
      store<lanes>(dx.data + row * dx.stride + c, Vector<A, lanes>(g * scale + linear));
    });
}

}  // namespace

#define TOMO_NORM_KERNELS(T, A)                                                                                   \
  template <>                                                                                                     \
  TOMO_CLONES void add_sums<T>(Rows<const T> x, const A* pivot, A* sum, A* square) {                              \
    sums_of<T>(x, pivot, sum, square);                                                                            \
  }                                                                                                               \
  template <>                                                                                                     \
  TOMO_CLONES void apply_relu<T>(Rows<const T> x, Affine<A> norm, Rows<T> y) {                                    \
    relu_of<T>(x, norm, y);                                                                                       \
  }                                                                                                               \
  template <>                                                                                                     \
  TOMO_CLONES void add_gradient_sums<T>(Rows<const T> x, Rows<const T> dy, Affine<A> norm, const A* mean, A* sum, \
                                        A* product) {                                                             \
    gradient_sums_of<T>(x, dy, norm, mean, sum, product);                                                         \
  }                                                                                                               \
  template <>                                                                                                     \
  TOMO_CLONES void input_gradient<T>(Rows<const T> x, Rows<const T> dy, Affine<A> norm, const A* slope,           \
                                     const A* constant, Rows<T> dx) {                                             \
    gradient_of<T>(x, dy, norm, slope, constant, dx);                                                             \
  }

TOMO_NORM_KERNELS(float, float)
TOMO_NORM_KERNELS(double, double)
TOMO_NORM_KERNELS(Bf16, float)

}  // namespace tomo
