// relu(group norm) of a channels-last map on the CPU: the passes of norm.h sample by sample, whose statistics are those
// of groups of channels (Wu and He, arXiv 1803.08494).
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <cmath>
#include <numeric>

#include "norm.h"

namespace tomo {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Mean and biased variance of a group from those of its channels, which have equally many values.
std::pair<double, double> of_group(const double* means, const double* variances, int64_t size) {
  const double mean = std::accumulate(means, means + size, 0.0) / double(size);
  double variance = 0;
  for (int64_t c = 0; c < size; ++c) variance += variances[c] + (means[c] - mean) * (means[c] - mean);
  return {mean, variance / double(size)};
}

/// Coefficients of each sample: [N, 4, C].
Tensor coefficients_of(const Tensor& input, const Tensor& weight, const Tensor& bias, int64_t groups, double eps) {
  const int64_t width = input.size(1), size = width / groups;
  const Tensor weights = weight.to(at::kDouble), biases = bias.to(at::kDouble);
  const Tensor result = at::empty({input.size(0), 4, width}, at::kDouble);
  for (int64_t n = 0; n < input.size(0); ++n) {
    const Tensor sample = input.narrow(0, n, 1), found = statistics(Channels(sample));
    const double *means = found.const_data_ptr<double>(), *variances = means + width;
    double* rows = result.data_ptr<double>() + n * 4 * width;
    for (int64_t first = 0; first < width; first += size) {
      const auto [mean, variance] = of_group(means + first, variances + first, size);
      const double inverse = 1 / std::sqrt(variance + eps);
      for (int64_t c = first; c < first + size; ++c) {
        const double scale = inverse * weights.const_data_ptr<double>()[c];
        rows[kScale * width + c] = scale;
        rows[kShift * width + c] = biases.const_data_ptr<double>()[c] - mean * scale;
        rows[kMean * width + c] = mean;
        rows[kInverseStd * width + c] = inverse;
      }
    }
  }
  return result.to(weight.scalar_type());
}

Tensor normalised(const Tensor& input, const Tensor& norms) {
  const Tensor result = at::empty_like(input);
  for (int64_t n = 0; n < input.size(0); ++n) {
    const Tensor from = input.narrow(0, n, 1), to = result.narrow(0, n, 1);
    normalise(Channels(from), norms[n], Channels(to));
  }
  return result;
}

/// As norm_gradient of norm.h, of one sample: the sums over a group count for each of its channels.
NormGradient group_gradient(const std::vector<double>& sums, const Tensor& norm, const Tensor& weight, int64_t groups,
                            int64_t rows) {
  const Tensor exact = norm.to(at::kDouble), factor = weight.to(at::kDouble);
  const int64_t width = weight.size(0), size = width / groups;
  const Tensor result = at::empty({4, width}, at::kDouble);
  double *weights = result.data_ptr<double>(), *biases = weights + width, *slope = biases + width,
         *constant = slope + width;
  const double *mean = row_of<double>(exact, kMean), *inverse = row_of<double>(exact, kInverseStd),
               *scales = factor.const_data_ptr<double>();
  for (int64_t first = 0; first < width; first += size) {
    double sum = 0, product = 0;
    for (int64_t c = first; c < first + size; ++c) {
      sum += scales[c] * sums[c];
      product += scales[c] * sums[width + c];
    }
    const double inverse_std = inverse[first], values = double(rows * size);
    for (int64_t c = first; c < first + size; ++c) {
      weights[c] = sums[width + c] * inverse_std;
      biases[c] = sums[c];
      slope[c] = -inverse_std * inverse_std * inverse_std * product / values;
      constant[c] = -inverse_std * sum / values - slope[c] * mean[c];
    }
  }
  const Tensor rounded = result.to(norm.scalar_type());
  return {rounded[0], rounded[1], rounded[2], rounded[3]};
}

struct GroupNormRelu : torch::autograd::Function<GroupNormRelu> {
  static Tensor forward(AutogradContext* context, const Tensor& input, const Tensor& weight, const Tensor& bias,
                        int64_t groups, double eps) {
    const Tensor norms = coefficients_of(input, weight, bias, groups, eps);
    context->save_for_backward({input, norms, weight});
    context->saved_data["groups"] = groups;
    return normalised(input, norms);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "group_norm_relu cannot be differentiated twice");
    const variable_list saved = context->get_saved_variables();
    const Tensor &input = saved[0], &norms = saved[1], &weight = saved[2];
    const Tensor given = gradients[0].contiguous(channels_last_of(input)), result = at::empty_like(input);
    const int64_t groups = context->saved_data["groups"].toInt();
    std::vector<Tensor> weights, biases;
    for (int64_t n = 0; n < input.size(0); ++n) {
      const Tensor x = input.narrow(0, n, 1), dy = given.narrow(0, n, 1), dx = result.narrow(0, n, 1);
      const Channels values(x), slopes(dy);
      const auto sums = gradient_sums(values, slopes, norms[n]);
      const auto gradient = group_gradient(sums, norms[n], weight, groups, values.rows());
      input_gradient(values, slopes, norms[n], gradient, Channels(dx));
      weights.push_back(gradient.weight);
      biases.push_back(gradient.bias);
    }
    return {result, at::stack(weights).sum(0), at::stack(biases).sum(0), Tensor(), Tensor()};
  }
};

Tensor group_norm_relu(const Tensor& input, const Tensor& weight, const Tensor& bias, int64_t groups, double eps) {
  TORCH_CHECK(input.device().is_cpu() && input.numel() > 0, "group_norm_relu needs a map on the CPU that is not empty");
  TORCH_CHECK(groups > 0 && input.size(1) % groups == 0, input.size(1), " channels are not a multiple of ", groups,
              " groups");
  check_norm({weight, bias}, input, input.size(1));
  const Tensor inner = input.contiguous(channels_last_of(input));
  if (at::GradMode::is_enabled()) return GroupNormRelu::apply(inner, weight, bias, groups, eps);
  return normalised(inner, coefficients_of(inner, weight, bias, groups, eps));
}

TORCH_LIBRARY_FRAGMENT(tomo, library) {
  library.def("group_norm_relu(Tensor input, Tensor weight, Tensor bias, int groups, float eps) -> Tensor",
              torch::dispatch(c10::DispatchKey::CompositeImplicitAutograd, TORCH_FN(group_norm_relu)));
}

}  // namespace
}  // namespace tomo
