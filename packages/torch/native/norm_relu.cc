// relu(batch norm) of maps that lie side by side on the channel axis, in two passes forward and two backward. With
// libtorch's operators it takes a copy that joins the maps, a pass of its own for the ReLU, and gradients are wrong for
// some strides (docs/decisions.md).
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "norm.h"

namespace tomo {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct Options {
  Tensor running_mean, running_var;
  bool training;
  double momentum, eps;
};

/// One a map.
std::vector<Tensor> coefficients_of(at::TensorList maps, const Tensor& weight, const Tensor& bias,
                                    const Options& options) {
  Tensor mean = options.running_mean, variance = options.running_var;
  if (options.training) {
    std::vector<Tensor> of_maps;
    for (const Tensor& map : maps) of_maps.push_back(statistics(Channels(map)));
    const Tensor batch = at::cat(of_maps, 1);
    update_running(batch, Channels(maps[0]).rows(), options.momentum, mean, variance);
    mean = batch[0];
    variance = batch[1];
  }
  const Tensor all = coefficients(mean, variance, weight, bias, options.eps);
  std::vector<Tensor> result;
  int64_t first = 0;
  for (const Tensor& map : maps) {
    result.push_back(all.narrow(1, first, map.size(1)).contiguous());
    first += map.size(1);
  }
  return result;
}

Tensor joined(at::TensorList maps, at::TensorList norms) {
  auto sizes = maps[0].sizes().vec();
  sizes[1] = 0;
  for (const Tensor& map : maps) sizes[1] += map.size(1);
  const Tensor result = at::empty(sizes, maps[0].options().memory_format(channels_last_of(maps[0])));
  int64_t first = 0;
  for (size_t i = 0; i < maps.size(); ++i) {
    normalise(Channels(maps[i]), norms[i], Channels(result, first, maps[i].size(1)));
    first += maps[i].size(1);
  }
  return result;
}

struct NormRelu : torch::autograd::Function<NormRelu> {
  static Tensor forward(AutogradContext* context, at::TensorList maps, const Tensor& weight, const Tensor& bias,
                        const Options& options) {
    const auto norms = coefficients_of(maps, weight, bias, options);
    variable_list saved(maps.begin(), maps.end());
    saved.insert(saved.end(), norms.begin(), norms.end());
    context->save_for_backward(saved);
    context->saved_data["training"] = options.training;
    return joined(maps, norms);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "norm_relu cannot be differentiated twice");
    const variable_list saved = context->get_saved_variables();
    const size_t count = saved.size() / 2;
    const Tensor given = gradients[0].contiguous(channels_last_of(saved[0]));
    variable_list results, weights, biases;
    int64_t first = 0;
    for (size_t i = 0; i < count; ++i) {
      const Channels map(saved[i]), dy(given, first, map.width);
      const Tensor& norm = saved[count + i];
      const auto gradient = norm_gradient(map, dy, norm, context->saved_data["training"].toBool());
      results.push_back(input_gradient(map, dy, norm, gradient));
      weights.push_back(gradient.weight);
      biases.push_back(gradient.bias);
      first += map.width;
    }
    results.insert(results.end(), {at::cat(weights), at::cat(biases), Tensor()});  // none for the options
    return results;
  }
};

Tensor norm_relu(at::TensorList maps, const Tensor& weight, const Tensor& bias, const Tensor& running_mean,
                 const Tensor& running_var, bool training, double momentum, double eps) {
  TORCH_CHECK(!maps.empty() && maps[0].numel() > 0, "norm_relu needs maps that are not empty");
  std::vector<Tensor> inputs;
  int64_t channels = 0;
  for (const Tensor& map : maps) {
    TORCH_CHECK(map.device().is_cpu() && map.scalar_type() == maps[0].scalar_type() && map.dim() == maps[0].dim() &&
                    map.size(0) == maps[0].size(0) && map.sizes().slice(2) == maps[0].sizes().slice(2),
                "the maps of norm_relu differ in more than their channels, or are not on the CPU");
    channels += map.size(1);
    inputs.push_back(map.contiguous(channels_last_of(map)));
  }
  check_norm({weight, bias, running_mean, running_var}, maps[0], channels);
  const Options options{running_mean, running_var, training, momentum, eps};
  if (at::GradMode::is_enabled()) return NormRelu::apply(at::TensorList(inputs), weight, bias, options);
  return joined(inputs, coefficients_of(inputs, weight, bias, options));
}

TORCH_LIBRARY_FRAGMENT(tomo, library) {
  library.def(
      "norm_relu(Tensor[] maps, Tensor weight, Tensor bias, Tensor running_mean, Tensor running_var, bool training, "
      "float momentum, float eps) -> Tensor",
      torch::dispatch(c10::DispatchKey::CompositeImplicitAutograd, TORCH_FN(norm_relu)));
}

}  // namespace
}  // namespace tomo
