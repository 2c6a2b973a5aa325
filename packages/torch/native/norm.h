// Batch and group norm with ReLU over channels-last tensors on the CPU, in passes over rows of channels (norm_kernels.h).
#pragma once

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "norm_kernels.h"

namespace tomo {

at::MemoryFormat channels_last_of(const at::Tensor& tensor);

/// `width` channels, from `first` on, of a dense channels-last tensor [N, C, spatial].
struct Channels {
  const at::Tensor& tensor;
  int64_t first, width;
  explicit Channels(const at::Tensor& whole) : Channels(whole, 0, whole.size(1)) {}
  Channels(const at::Tensor& tensor, int64_t first, int64_t width) : tensor(tensor), first(first), width(width) {}
  int64_t rows() const { return tensor.numel() / tensor.size(1); }
};

template <typename T>
Rows<T> rows_of(const Channels& x) {
  auto* data = static_cast<std::remove_const_t<T>*>(const_cast<void*>(x.tensor.const_data_ptr()));
  return {data + x.first, x.tensor.size(1), x.rows(), x.width};
}

/// Refuses weights and running statistics of a norm that do not fit an input of so many channels.
void check_norm(at::ArrayRef<at::Tensor> norm, const at::Tensor& input, int64_t channels);

/// Runs body(task, scratch, sums, more sums) for all tasks, with a scratch from make() for each thread, and returns
/// both kinds of sums of all tasks, added in order in float64: they depend on the tasks, not on the threads.
template <typename A, typename Make, typename Body>
std::vector<double> summed(int64_t tasks, int64_t width, const Make& make, const Body& body) {
  std::vector<A> partial(tasks * 2 * width);
  at::parallel_for(0, tasks, 1, [&](int64_t begin, int64_t end) {
    auto scratch = make();
    for (int64_t i = begin; i < end; ++i) {
      A* sums = partial.data() + i * 2 * width;
      body(i, scratch, sums, sums + width);
    }
  });
  std::vector<double> total(2 * width);
  for (int64_t i = 0; i < tasks; ++i)
    for (int64_t k = 0; k < 2 * width; ++k) total[k] += double(partial[i * 2 * width + k]);
  return total;
}

/// Mean and biased variance of each channel: float64 [2, C].
at::Tensor statistics(const Channels& x);
/// The same from the sums of x and of its square over all rows.
at::Tensor statistics(const std::vector<double>& sums, int64_t rows);
/// Moves running statistics towards those of a batch, whose variance is taken as unbiased, as in libtorch.
void update_running(const at::Tensor& statistics, int64_t rows, double momentum, at::Tensor mean, at::Tensor variance);

/// Rows of a norm's coefficients [4, C], which have the type of its weight: normalised = x * scale + shift.
enum Row { kScale, kShift, kMean, kInverseStd };
at::Tensor coefficients(const at::Tensor& mean, const at::Tensor& variance, const at::Tensor& weight,
                        const at::Tensor& bias, double eps);
template <typename A>
const A* row_of(const at::Tensor& coefficients, Row which) {
  return coefficients.const_data_ptr<A>() + which * coefficients.size(1);
}

/// y = relu(norm(x)).
void normalise(const Channels& x, const at::Tensor& coefficients, const Channels& y);

/// Gradients of weight and bias, and the coefficients of dx = g * scale + x * slope + constant, in which g is the
/// gradient behind the ReLU.
struct NormGradient {
  at::Tensor weight, bias, slope, constant;
};
/// From the sums of g and of g (x - mean) over all rows. Without batch statistics mean and variance are constants.
NormGradient norm_gradient(const std::vector<double>& sums, const at::Tensor& coefficients, int64_t rows,
                           bool batch_statistics);
/// The sums that it needs. dy: gradient of relu(norm(x)).
std::vector<double> gradient_sums(const Channels& x, const Channels& dy, const at::Tensor& coefficients);
/// The same, with the sums taken here.
NormGradient norm_gradient(const Channels& x, const Channels& dy, const at::Tensor& coefficients,
                           bool batch_statistics);
/// The gradient of x.
at::Tensor input_gradient(const Channels& x, const Channels& dy, const at::Tensor& coefficients,
                          const NormGradient& gradient);
void input_gradient(const Channels& x, const Channels& dy, const at::Tensor& coefficients,
                    const NormGradient& gradient, const Channels& dx);

}  // namespace tomo
