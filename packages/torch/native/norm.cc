#include "norm.h"

#include "with_type.h"

namespace tomo {
namespace {

using at::Tensor;

/// Work is cut into chunks of rows by sizes alone.
struct Chunks {
  int64_t size, count;
  explicit Chunks(int64_t rows) : size(std::max<int64_t>((rows + 63) / 64, 64)), count((rows + size - 1) / size) {}
  template <typename T>
  Rows<T> of(Rows<T> rows, int64_t i) const {
    return rows.part(i * size, std::min(size, rows.count - i * size));
  }
};

template <typename Body>
void for_chunks(const Chunks& chunks, const Body& body) {
  at::parallel_for(0, chunks.count, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) body(i);
  });
}

int nothing() { return 0; }

template <typename A>
Affine<A> affine_of(const Tensor& coefficients) {
  return {row_of<A>(coefficients, kScale), row_of<A>(coefficients, kShift)};
}

}  // namespace

at::MemoryFormat channels_last_of(const Tensor& tensor) {
  TORCH_CHECK(tensor.dim() == 4 || tensor.dim() == 5, "expected 2 or 3 spatial axes, got ", tensor.sizes());
  return tensor.dim() == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::ChannelsLast3d;
}

void check_norm(at::ArrayRef<Tensor> norm, const Tensor& input, int64_t channels) {
  const auto type = input.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  for (const Tensor& tensor : norm)
    TORCH_CHECK(tensor.device().is_cpu() && tensor.scalar_type() == type && tensor.is_contiguous() &&
                    tensor.dim() == 1 && tensor.numel() == channels,
                "weights and statistics of this norm must be ", channels, " values of ", type);
}

Tensor statistics(const std::vector<double>& sums, int64_t rows) {
  const int64_t width = int64_t(sums.size()) / 2;
  Tensor result = at::empty({2, width}, at::kDouble);
  double* to = result.data_ptr<double>();
  for (int64_t c = 0; c < width; ++c) {
    to[c] = sums[c] / double(rows);
    to[width + c] = std::max(sums[width + c] / double(rows) - to[c] * to[c], 0.0);
  }
  return result;
}

Tensor statistics(const Channels& x) {
  Tensor result;
  with_type(x.tensor, [&](auto stored) {
    using T = decltype(stored);
    using A = Accumulator<T>;
    const auto rows = rows_of<const T>(x);
    // sums of differences from the first row lose less to cancellation
    std::vector<A> pivot(x.width), zero(x.width), unused(x.width);
    add_sums<T>(rows.part(0, 1), zero.data(), pivot.data(), unused.data());
    const Chunks chunks(rows.count);
    const auto body = [&](int64_t i, int, A* sum, A* square) {
      add_sums<T>(chunks.of(rows, i), pivot.data(), sum, square);
    };
    result = statistics(summed<A>(chunks.count, x.width, nothing, body), rows.count);
    for (int64_t c = 0; c < x.width; ++c) result.data_ptr<double>()[c] += double(pivot[c]);
  });
  return result;
}

void update_running(const Tensor& statistics, int64_t rows, double momentum, Tensor mean, Tensor variance) {
  mean.mul_(1 - momentum).add_(statistics[0], momentum);
  variance.mul_(1 - momentum).add_(statistics[1], momentum * double(rows) / double(rows - 1));
}

Tensor coefficients(const Tensor& mean, const Tensor& variance, const Tensor& weight, const Tensor& bias, double eps) {
  const Tensor exact = mean.to(at::kDouble), inverse = variance.to(at::kDouble).add(eps).rsqrt_();
  const Tensor scale = inverse * weight;
  return at::stack({scale, bias - exact * scale, exact, inverse}).to(weight.scalar_type());
}

void normalise(const Channels& x, const Tensor& coefficients, const Channels& y) {
  with_type(x.tensor, [&](auto stored) {
    using T = decltype(stored);
    const auto from = rows_of<const T>(x);
    const auto to = rows_of<T>(y);
    const Chunks chunks(from.count);
    for_chunks(chunks, [&](int64_t i) {
      apply_relu<T>(chunks.of(from, i), affine_of<Accumulator<T>>(coefficients), chunks.of(to, i));
    });
  });
}

NormGradient norm_gradient(const std::vector<double>& sums, const Tensor& coefficients, int64_t rows,
                           bool batch_statistics) {
  const int64_t width = coefficients.size(1);
  const Tensor exact = coefficients.to(at::kDouble), result = at::zeros({4, width}, at::kDouble);
  const double *scale = row_of<double>(exact, kScale), *mean = row_of<double>(exact, kMean),
               *inverse = row_of<double>(exact, kInverseStd);
  double *weight = result.data_ptr<double>(), *bias = weight + width, *slope = bias + width, *constant = slope + width;
  for (int64_t c = 0; c < width; ++c) {
    weight[c] = sums[width + c] * inverse[c];
    bias[c] = sums[c];
    if (!batch_statistics) continue;
    slope[c] = -scale[c] * inverse[c] * inverse[c] * sums[width + c] / double(rows);
    constant[c] = -scale[c] * sums[c] / double(rows) - slope[c] * mean[c];
  }
  const Tensor rounded = result.to(coefficients.scalar_type());
  return {rounded[0], rounded[1], rounded[2], rounded[3]};
}

std::vector<double> gradient_sums(const Channels& x, const Channels& dy, const Tensor& coefficients) {
  std::vector<double> sums;
  with_type(x.tensor, [&](auto stored) {
    using T = decltype(stored);
    using A = Accumulator<T>;
    const auto values = rows_of<const T>(x), given = rows_of<const T>(dy);
    const Chunks chunks(values.count);
    sums = summed<A>(chunks.count, x.width, nothing, [&](int64_t i, int, A* sum, A* product) {
      add_gradient_sums<T>(chunks.of(values, i), chunks.of(given, i), affine_of<A>(coefficients),
                           row_of<A>(coefficients, kMean), sum, product);
    });
  });
  return sums;
}

NormGradient norm_gradient(const Channels& x, const Channels& dy, const Tensor& coefficients, bool batch_statistics) {
  return norm_gradient(gradient_sums(x, dy, coefficients), coefficients, x.rows(), batch_statistics);
}

Tensor input_gradient(const Channels& x, const Channels& dy, const Tensor& coefficients, const NormGradient& gradient) {
  auto sizes = x.tensor.sizes().vec();
  sizes[1] = x.width;
  const Tensor result = at::empty(sizes, x.tensor.options().memory_format(channels_last_of(x.tensor)));
  input_gradient(x, dy, coefficients, gradient, Channels(result));
  return result;
}

void input_gradient(const Channels& x, const Channels& dy, const Tensor& coefficients, const NormGradient& gradient,
                    const Channels& dx) {
  with_type(x.tensor, [&](auto stored) {
    using T = decltype(stored);
    using A = Accumulator<T>;
    const auto values = rows_of<const T>(x), given = rows_of<const T>(dy);
    const auto to = rows_of<T>(dx);
    const Chunks chunks(values.count);
    for_chunks(chunks, [&](int64_t i) {
      tomo::input_gradient<T>(chunks.of(values, i), chunks.of(given, i), affine_of<A>(coefficients),
                              gradient.slope.const_data_ptr<A>(), gradient.constant.const_data_ptr<A>(),
                              chunks.of(to, i));
    });
  });
}

}  // namespace tomo
