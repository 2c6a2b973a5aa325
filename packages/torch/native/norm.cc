// Batch and group norm with ReLU over tensors whose channels are innermost in memory, forward and backward in two
// passes each. libtorch's own kernels need a pass of their own for ReLU, a copy for inputs that lie side by side on the
// channel axis, and give wrong gradients for some strides (see docs/decisions.md).
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "norm_kernels.h"

namespace tomo {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Statistics are taken over each segment (a sample, or the whole batch) and group of channels.
struct Layout {
  int64_t segments, rows, channels, groups;  // rows of one segment; channels of all parts
  int64_t chunk_rows, chunks;                // chunks of one segment: fixed, so that sums do not depend on threads
};

struct Options {
  int64_t groups;
  bool per_sample, use_running, relu;
  double momentum = 0, eps = 0;
  Tensor running_mean = {}, running_var = {};
};

at::MemoryFormat innermost(const Tensor& tensor) {
  if (tensor.dim() == 4) return at::MemoryFormat::ChannelsLast;
  if (tensor.dim() == 5) return at::MemoryFormat::ChannelsLast3d;
  TORCH_CHECK(tensor.dim() == 2, "norm_act takes [N, C], [N, C, H, W] or [N, C, D, H, W], got ", tensor.sizes());
  return at::MemoryFormat::Contiguous;
}

Layout layout_of(at::TensorList parts, const Options& options) {
  TORCH_CHECK(!parts.empty(), "norm_act needs at least one part");
  Layout layout{};
  for (const Tensor& part : parts) layout.channels += part.size(1);
  const int64_t rows = parts[0].numel() / std::max<int64_t>(parts[0].size(1), 1);
  layout.segments = options.per_sample ? parts[0].size(0) : 1;
  layout.rows = rows / std::max<int64_t>(layout.segments, 1);
  layout.groups = options.groups == 0 ? layout.channels : options.groups;
  TORCH_CHECK(rows > 0 && layout.channels > 0, "norm_act needs a tensor that is not empty");
  TORCH_CHECK(layout.channels % layout.groups == 0, layout.channels, " channels cannot be split into ", layout.groups, " groups");
  layout.chunk_rows = std::max<int64_t>(32768 / layout.channels, 16);
  layout.chunks = (layout.rows + layout.chunk_rows - 1) / layout.chunk_rows;
  return layout;
}

/// Runs body(segment, first row of the tensor, rows, chunk) for all chunks.
template <typename Body>
void for_chunks(const Layout& layout, const Body& body) {
  at::parallel_for(0, layout.segments * layout.chunks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t segment = i / layout.chunks, first = i % layout.chunks * layout.chunk_rows;
      body(segment, segment * layout.rows + first, std::min(layout.chunk_rows, layout.rows - first), i);
    }
  });
}

/// Pairs of sums for each segment and channel, from those of the chunks, added in order in float64.
template <typename A>
std::vector<double> total(const Layout& layout, const std::vector<A>& partial) {
  const int64_t width = 2 * layout.channels;
  std::vector<double> sums(layout.segments * width);
  for (int64_t i = 0; i < layout.segments * layout.chunks; ++i)
    for (int64_t k = 0; k < width; ++k) sums[i / layout.chunks * width + k] += double(partial[i * width + k]);
  return sums;
}

/// Row `which` of coefficients [4, segments, channels]: normalised value = x * scale + shift.
enum Row { kScale, kShift, kMean, kInverseStd };
template <typename A>
A* row_of(const Tensor& coefficients, Row which, int64_t segment) {
  return coefficients.data_ptr<A>() + (which * coefficients.size(1) + segment) * coefficients.size(2);
}

template <typename T, typename A>
Tensor batch_coefficients(at::TensorList parts, const Layout& layout, const Options& options) {
  const int64_t channels = layout.channels, per_group = channels / layout.groups;
  Tensor result = at::empty({4, layout.segments, channels}, at::CppTypeToScalarType<A>::value);
  std::vector<A> pivot(layout.segments * channels), partial(layout.segments * layout.chunks * 2 * channels);
  int64_t offset = 0;
  for (const Tensor& part : parts) {
    const auto* x = static_cast<const T*>(part.const_data_ptr());
    const int64_t width = part.size(1);
    for (int64_t s = 0; s < layout.segments; ++s)
      for (int64_t c = 0; c < width; ++c) pivot[s * channels + offset + c] = widen(x[s * layout.rows * width + c]);
    for_chunks(layout, [&](int64_t segment, int64_t first, int64_t rows, int64_t chunk) {
      A* sums = partial.data() + chunk * 2 * channels + offset;
      Kernels<T>::sums(x + first * width, rows, width, pivot.data() + segment * channels + offset, sums, sums + channels);
    });
    offset += width;
  }
  const auto sums = total(layout, partial);
  const double n = double(layout.rows), count = n * double(per_group);
  for (int64_t s = 0; s < layout.segments; ++s)
    for (int64_t g = 0; g < layout.groups; ++g) {
      const double* first = sums.data() + s * 2 * channels + g * per_group;
      const A* origin = pivot.data() + s * channels + g * per_group;
      double mean = 0, deviation = 0;
      for (int64_t c = 0; c < per_group; ++c) mean += (double(origin[c]) + first[c] / n) / double(per_group);
      for (int64_t c = 0; c < per_group; ++c) {
        const double own = double(origin[c]) + first[c] / n;
        deviation += std::max(first[channels + c] - first[c] * first[c] / n, 0.0) + n * (own - mean) * (own - mean);
      }
      for (int64_t c = 0; c < per_group; ++c) {
        row_of<A>(result, kMean, s)[g * per_group + c] = A(mean);
        row_of<A>(result, kInverseStd, s)[g * per_group + c] = A(1 / std::sqrt(deviation / count + options.eps));
      }
      if (!options.running_mean.defined()) continue;
      A& old_mean = options.running_mean.data_ptr<A>()[g];
      A& old_var = options.running_var.data_ptr<A>()[g];
      old_mean = A((1 - options.momentum) * double(old_mean) + options.momentum * mean);
      old_var = A((1 - options.momentum) * double(old_var) + options.momentum * deviation / (count - 1));
    }
  return result;
}

template <typename A>
Tensor running_coefficients(const Layout& layout, const Options& options) {
  Tensor result = at::empty({4, 1, layout.channels}, at::CppTypeToScalarType<A>::value);
  for (int64_t c = 0; c < layout.channels; ++c) {
    row_of<A>(result, kMean, 0)[c] = options.running_mean.data_ptr<A>()[c];
    row_of<A>(result, kInverseStd, 0)[c] = A(1 / std::sqrt(double(options.running_var.data_ptr<A>()[c]) + options.eps));
  }
  return result;
}

template <typename T, typename A>
Tensor apply(at::TensorList parts, const Layout& layout, const Tensor& coefficients, bool relu) {
  auto sizes = parts[0].sizes().vec();
  sizes[1] = layout.channels;
  Tensor result = at::empty(sizes, parts[0].options().memory_format(innermost(parts[0])));
  auto* y = static_cast<T*>(result.data_ptr());
  for_chunks(layout, [&](int64_t segment, int64_t first, int64_t rows, int64_t) {
    int64_t offset = 0;
    for (const Tensor& part : parts) {
      const int64_t width = part.size(1);
      Kernels<T>::apply(static_cast<const T*>(part.const_data_ptr()) + first * width, rows, width,
                        row_of<A>(coefficients, kScale, segment) + offset, row_of<A>(coefficients, kShift, segment) + offset,
                        relu, y + first * layout.channels + offset, layout.channels);
      offset += width;
    }
  });
  return result;
}

/// Returns the output and the coefficients.
template <typename T, typename A>
std::pair<Tensor, Tensor> forward(at::TensorList parts, const Tensor& weight, const Tensor& bias, const Options& options) {
  const Layout layout = layout_of(parts, options);
  const Tensor coefficients = options.use_running ? running_coefficients<A>(layout, options)
                                                  : batch_coefficients<T, A>(parts, layout, options);
  for (int64_t s = 0; s < layout.segments; ++s)
    for (int64_t c = 0; c < layout.channels; ++c) {
      const A scale = weight.data_ptr<A>()[c] * row_of<A>(coefficients, kInverseStd, s)[c];
      row_of<A>(coefficients, kScale, s)[c] = scale;
      row_of<A>(coefficients, kShift, s)[c] = bias.data_ptr<A>()[c] - row_of<A>(coefficients, kMean, s)[c] * scale;
    }
  return {apply<T, A>(parts, layout, coefficients, options.relu), coefficients};
}

/// Gradients of the parts, then of weight and bias. With g the gradient behind the ReLU: dx = scale g + b x + d.
template <typename T, typename A>
variable_list backward(at::TensorList parts, const Tensor& weight, const Tensor& coefficients, const Tensor& gradient,
                       const Options& options) {
  const Layout layout = layout_of(parts, options);
  const int64_t channels = layout.channels, per_group = channels / layout.groups;
  const auto* dy = static_cast<const T*>(gradient.const_data_ptr());
  std::vector<A> partial(layout.segments * layout.chunks * 2 * channels);
  const auto for_parts = [&](const auto& body) {
    for_chunks(layout, [&](int64_t segment, int64_t first, int64_t rows, int64_t chunk) {
      int64_t offset = 0;
      for (size_t i = 0; i < parts.size(); ++i) {
        const int64_t width = parts[i].size(1);
        const auto at_channel = [&](Row which) { return row_of<A>(coefficients, which, segment) + offset; };
        const Pass<T, A> pass{static_cast<const T*>(parts[i].const_data_ptr()) + first * width,
                              dy + first * channels + offset, channels, rows, width, at_channel(kScale), at_channel(kShift)};
        body(pass, i, segment * channels + offset, first * width, chunk * 2 * channels + offset, at_channel(kMean));
        offset += width;
      }
    });
  };
  for_parts([&](const Pass<T, A>& pass, size_t, int64_t, int64_t, int64_t sums, const A* mean) {
    Kernels<T>::backward_sums(pass, mean, options.relu, partial.data() + sums, partial.data() + sums + channels);
  });

  const auto sums = total(layout, partial);
  Tensor dweight = at::empty({channels}, weight.options()), dbias = at::empty({channels}, weight.options());
  for (int64_t c = 0; c < channels; ++c) {
    double by_weight = 0, by_bias = 0;
    for (int64_t s = 0; s < layout.segments; ++s) {
      by_bias += sums[s * 2 * channels + c];
      by_weight += sums[s * 2 * channels + channels + c] * double(row_of<A>(coefficients, kInverseStd, s)[c]);
    }
    dweight.data_ptr<A>()[c] = A(by_weight);
    dbias.data_ptr<A>()[c] = A(by_bias);
  }

  std::vector<A> slope(layout.segments * channels), constant(layout.segments * channels);  // b and d
  for (int64_t s = 0; s < layout.segments && !options.use_running; ++s)
    for (int64_t g = 0; g < layout.groups; ++g) {
      double s1 = 0, s2 = 0;
      const int64_t from = g * per_group, to = from + per_group;
      const double inverse = double(row_of<A>(coefficients, kInverseStd, s)[from]);
      const double count = double(layout.rows) * double(per_group);
      for (int64_t c = from; c < to; ++c) {
        const double w = double(weight.data_ptr<A>()[c]);
        s1 += w * sums[s * 2 * channels + c];
        s2 += w * sums[s * 2 * channels + channels + c] * inverse;
      }
      const double b = -inverse * inverse * s2 / count;
      for (int64_t c = from; c < to; ++c) {
        slope[s * channels + c] = A(b);
        constant[s * channels + c] = A(-inverse * s1 / count - b * double(row_of<A>(coefficients, kMean, s)[c]));
      }
    }

  variable_list results;
  for (const Tensor& part : parts)
    results.push_back(at::empty(part.sizes(), part.options().memory_format(innermost(part))));
  for_parts([&](const Pass<T, A>& pass, size_t i, int64_t channel, int64_t element, int64_t, const A*) {
    Kernels<T>::backward_apply(pass, slope.data() + channel, constant.data() + channel, options.relu,
                               static_cast<T*>(results[i].data_ptr()) + element);
  });
  results.insert(results.end(), {dweight, dbias});
  return results;
}

/// Calls body with a value of the storage type and one of the accumulation type.
template <typename Body>
auto with_types(at::ScalarType dtype, const Body& body) {
  switch (dtype) {
    case at::kFloat: return body(float{}, float{});
    case at::kDouble: return body(double{}, double{});
    case at::kBFloat16: return body(Bf16{}, float{});
    default: TORCH_CHECK(false, "norm_act takes float32, float64 or bfloat16, got ", dtype);
  }
}

struct NormAct : torch::autograd::Function<NormAct> {
  static Tensor forward(AutogradContext* context, at::TensorList parts, const Tensor& weight, const Tensor& bias,
                        const Options& options) {
    const auto [y, coefficients] = with_types(parts[0].scalar_type(), [&](auto storage, auto accumulator) {
      return tomo::forward<decltype(storage), decltype(accumulator)>(parts, weight, bias, options);
    });
    variable_list saved(parts.begin(), parts.end());
    saved.insert(saved.end(), {weight, coefficients});
    context->save_for_backward(saved);
    context->saved_data["flags"] = int64_t{options.per_sample} | int64_t{options.use_running} << 1 | int64_t{options.relu} << 2;
    context->saved_data["groups"] = options.groups;
    return y;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "norm_act cannot be differentiated twice");
    variable_list saved = context->get_saved_variables();
    const Tensor coefficients = saved.back(), weight = saved[saved.size() - 2];
    saved.resize(saved.size() - 2);
    const int64_t flags = context->saved_data["flags"].toInt();
    const Options options{context->saved_data["groups"].toInt(), (flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0};
    const Tensor gradient = gradients[0].contiguous(innermost(saved[0]));
    auto results = with_types(saved[0].scalar_type(), [&](auto storage, auto accumulator) {
      return tomo::backward<decltype(storage), decltype(accumulator)>(saved, weight, coefficients, gradient, options);
    });
    results.emplace_back();  // for the options
    return results;
  }
};

Tensor norm_act(at::TensorList parts, const Tensor& weight, const Tensor& bias, const std::optional<Tensor>& running_mean,
                const std::optional<Tensor>& running_var, int64_t groups, bool per_sample, bool use_running, double momentum,
                double eps, bool relu) {
  std::vector<Tensor> inputs;
  for (const Tensor& part : parts) {
    TORCH_CHECK(part.device().is_cpu(), "norm_act works on the CPU only");
    TORCH_CHECK(part.scalar_type() == parts[0].scalar_type() && part.dim() == parts[0].dim() && part.size(1) > 0 &&
                    part.numel() / part.size(1) == parts[0].numel() / parts[0].size(1) && part.size(0) == parts[0].size(0),
                "the parts of norm_act differ in more than their channels");
    inputs.push_back(part.contiguous(innermost(part)));
  }
  const Options options{groups,   per_sample, use_running, relu, momentum, eps, running_mean.value_or(Tensor()),
                        running_var.value_or(Tensor())};
  const Layout layout = layout_of(inputs, options);
  const auto accumulator = parts[0].scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  for (const auto& tensor : {std::optional(weight), std::optional(bias), running_mean, running_var})
    TORCH_CHECK(!tensor || (tensor->scalar_type() == accumulator && tensor->is_contiguous() && tensor->numel() == layout.channels),
                "weight, bias and running statistics of norm_act must be ", accumulator, " of ", layout.channels, " values");
  TORCH_CHECK(running_mean.has_value() == running_var.has_value() && (running_mean || !use_running),
              "norm_act needs both running statistics or none");
  return NormAct::apply(at::TensorList(inputs), weight, bias, options);
}

TORCH_LIBRARY(tomo, library) {
  library.def(
      "norm_act(Tensor[] parts, Tensor weight, Tensor bias, Tensor? running_mean, Tensor? running_var, int groups, "
      "bool per_sample, bool use_running, float momentum, float eps, bool relu) -> Tensor",
      torch::dispatch(c10::DispatchKey::CompositeImplicitAutograd, TORCH_FN(norm_act)));
}

}  // namespace
}  // namespace tomo
