// A dense block (Huang et al., arXiv 1608.06993) in bfloat16 as one operator. Each layer writes its new channels into
// one buffer instead of joining all channels so far; a channel's batch statistics are taken once for all layers that
// read it; norm and ReLU happen while convolutions read, so that only the buffer and one narrow map a layer are kept
// for backward. libtorch has no operators for this.
#include <cpuid.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "dense_convolutions.h"

namespace tomo {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct Options {
  bool training;
  double momentum, eps;
};

/// Weights of layer i among those of all layers.
struct Layer {
  static constexpr int64_t kTensors = 6;
  Tensor norm1_weight, norm1_bias, conv1, norm2_weight, norm2_bias, conv2;
  Layer(at::TensorList all, int64_t i)
      : norm1_weight(all[i * kTensors]),
        norm1_bias(all[i * kTensors + 1]),
        conv1(all[i * kTensors + 2]),
        norm2_weight(all[i * kTensors + 3]),
        norm2_bias(all[i * kTensors + 4]),
        conv2(all[i * kTensors + 5]) {}
  int64_t channels() const { return conv1.size(1); }
  int64_t narrow() const { return conv1.size(0); }
};
int64_t count_layers(at::TensorList weights) { return int64_t(weights.size()) / Layer::kTensors; }

/// What backward needs of a layer besides its weights: coefficients of its norms, the map between its convolutions.
enum Saved { kNorm1, kNarrow, kNorm2, kSavedTensors };

/// Makes the coefficients of the norms. The batch statistics of a channel of the buffer are noted when it is made.
class Norms {
 public:
  Norms(const Tensor& buffer, at::TensorList running, const Options& options)
      : running_(running), options_(options), rows_(Channels(buffer).rows()) {
    if (options.training) known_ = at::empty({2, buffer.size(1)}, at::kDouble);
  }
  void note(const Tensor& statistics, int64_t first) { known_.narrow(1, first, statistics.size(1)).copy_(statistics); }
  Tensor first(const Layer& layer, int64_t i) {
    const Tensor batch = options_.training ? known_.narrow(1, 0, layer.channels()) : Tensor();
    return of(batch, 4 * i, layer.norm1_weight, layer.norm1_bias);
  }
  Tensor second(const Layer& layer, int64_t i, const std::vector<double>& sums) {
    const Tensor batch = options_.training ? statistics(sums, rows_) : Tensor();
    return of(batch, 4 * i + 2, layer.norm2_weight, layer.norm2_bias);
  }

 private:
  Tensor of(const Tensor& batch, int64_t i, const Tensor& weight, const Tensor& bias) {
    if (!batch.defined()) return coefficients(running_[i], running_[i + 1], weight, bias, options_.eps);
    update_running(batch, rows_, options_.momentum, running_[i], running_[i + 1]);
    return coefficients(batch[0], batch[1], weight, bias, options_.eps);
  }
  at::TensorList running_;
  Options options_;
  int64_t rows_;
  Tensor known_;
};

/// Returns all channels; `saved`, if not null, receives what backward needs.
Tensor forward(const Tensor& input, at::TensorList weights, at::TensorList running, const Options& options,
               variable_list* saved) {
  int64_t channels = input.size(1);
  const Tensor buffer = dense::map_like(input, channels + count_layers(weights) * dense::kPanel);
  Norms norms(buffer, running, options);
  buffer.narrow(1, 0, channels).copy_(input);
  if (options.training) norms.note(statistics(Channels(buffer, 0, channels)), 0);
  for (int64_t i = 0; i < count_layers(weights); ++i) {
    const Layer layer(weights, i);
    const Tensor norm1 = norms.first(layer, i), z = dense::map_like(input, layer.narrow());
    const auto sums = dense::pointwise(Channels(buffer, 0, channels), norm1, layer.conv1, z);
    const Tensor norm2 = norms.second(layer, i, sums);
    const auto made = dense::window(z, norm2, layer.conv2, Channels(buffer, channels, dense::kPanel));
    if (options.training) norms.note(statistics(made, Channels(buffer).rows()), channels);
    channels += dense::kPanel;
    if (saved != nullptr) saved->insert(saved->end(), {norm1, z, norm2});
  }
  return buffer;
}

/// Gradients of the input and of the weights, in their order.
variable_list backward(const Tensor& buffer, at::TensorList weights, at::TensorList saved, const Tensor& given,
                       bool training) {
  const int64_t rows = Channels(buffer).rows();
  dense::BufferGradient gradient(buffer, given);
  variable_list results(weights.size() + 1);
  for (int64_t i = count_layers(weights) - 1; i >= 0; --i) {
    const Layer layer(weights, i);
    const auto kept = saved.slice(i * kSavedTensors, kSavedTensors);
    const Tensor made = gradient.of(layer.channels(), dense::kPanel);
    const auto second = dense::window_gradient(made, kept[kNarrow], kept[kNorm2], layer.conv2);
    const auto norm2 = norm_gradient(second.sums, kept[kNorm2], rows, training);
    const auto first = dense::pointwise_gradient(second.g, kept[kNarrow], kept[kNorm2], norm2,
                                                 Channels(buffer, 0, layer.channels()), kept[kNorm1], layer.conv1);
    const auto norm1 = norm_gradient(first.sums, kept[kNorm1], rows, training);
    gradient.add(first.g, kept[kNorm1], norm1);
    const variable_list own{norm1.weight, norm1.bias, first.kernel, norm2.weight, norm2.bias, second.kernel};
    std::copy(own.begin(), own.end(), results.begin() + 1 + i * Layer::kTensors);
  }
  results[0] = gradient.of(0, Layer(weights, 0).channels());
  return results;
}

struct DenseBlock : torch::autograd::Function<DenseBlock> {
  static Tensor forward(AutogradContext* context, const Tensor& input, at::TensorList weights, at::TensorList running,
                        const Options& options) {
    variable_list saved;
    const Tensor buffer = tomo::forward(input, weights, running, options, &saved);
    saved.insert(saved.begin(), weights.begin(), weights.end());
    saved.push_back(buffer);
    context->save_for_backward(saved);
    context->saved_data["weights"] = int64_t(weights.size());
    context->saved_data["running"] = int64_t(running.size());
    context->saved_data["training"] = options.training;
    return buffer;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "dense_block cannot be differentiated twice");
    const variable_list saved = context->get_saved_variables();
    const auto weights = size_t(context->saved_data["weights"].toInt());
    const at::TensorList all(saved);
    const Tensor given = gradients[0].contiguous(at::MemoryFormat::ChannelsLast);
    auto results = tomo::backward(saved.back(), all.slice(0, weights), all.slice(weights, all.size() - weights - 1),
                                  given, context->saved_data["training"].toBool());
    results.resize(results.size() + size_t(context->saved_data["running"].toInt()) + 1);  // none, nor for the options
    return results;
  }
};

void check(const Tensor& input, at::TensorList weights, at::TensorList running) {
  TORCH_CHECK(input.device().is_cpu() && input.scalar_type() == at::kBFloat16 && input.dim() == 4 && input.numel() > 0,
              "dense_block takes bfloat16 [N, C, H, W] on the CPU, got ", input.scalar_type(), " ", input.sizes());
  TORCH_CHECK(!weights.empty() && weights.size() % Layer::kTensors == 0 && 3 * running.size() == 2 * weights.size(),
              "dense_block needs six weights and four running statistics a layer");
  int64_t channels = input.size(1);
  for (int64_t i = 0; i < count_layers(weights); ++i, channels += dense::kPanel) {
    const Layer layer(weights, i);
    const int64_t narrow = layer.narrow();
    TORCH_CHECK(layer.conv1.sizes() == at::IntArrayRef({narrow, channels, 1, 1}) &&
                    layer.conv2.sizes() == at::IntArrayRef({dense::kPanel, narrow, 3, 3}) &&
                    layer.conv1.scalar_type() == at::kFloat && layer.conv2.scalar_type() == at::kFloat,
                "the kernels of dense_block must be float32 [n, c, 1, 1] and [", dense::kPanel, ", n, 3, 3]");
    TORCH_CHECK(channels % dense::kPanel == 0 && narrow % dense::kPanel == 0,
                "the channels of dense_block must be multiples of ", dense::kPanel);
    check_norm({layer.norm1_weight, layer.norm1_bias, running[4 * i], running[4 * i + 1]}, input, channels);
    check_norm({layer.norm2_weight, layer.norm2_bias, running[4 * i + 2], running[4 * i + 3]}, input, narrow);
  }
}

Tensor dense_block(const Tensor& input, at::TensorList weights, at::TensorList running, bool training, double momentum,
                   double eps) {
  check(input, weights, running);
  const Options options{training, momentum, eps};
  const Tensor inner = input.contiguous(at::MemoryFormat::ChannelsLast);
  if (at::GradMode::is_enabled()) return DenseBlock::apply(inner, weights, running, options);
  return forward(inner, weights, running, options, nullptr);
}

/// Whether this CPU has what dense_kernels.cc needs, and nothing better: with AMX libtorch's own convolutions win.
bool has_dense_block() {
  constexpr unsigned kAmxBf16 = 1u << 22;
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  const bool amx = __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0 && (edx & kAmxBf16) != 0;
  return __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") && !amx;
}

TORCH_LIBRARY_FRAGMENT(tomo, library) {
  library.def(
      "dense_block(Tensor input, Tensor[] weights, Tensor[] running, bool training, float momentum, float eps) -> "
      "Tensor",
      torch::dispatch(c10::DispatchKey::CompositeImplicitAutograd, TORCH_FN(dense_block)));
  library.def("has_dense_block() -> bool", torch::dispatch(c10::DispatchKey::CatchAll, TORCH_FN(has_dense_block)));
}

}  // namespace
}  // namespace tomo
