// Linear interpolation of maps to any size, and its gradient. Both are sums along one axis after the other of
// neighbours with weights; those of the gradient are the transposed ones. The sums are gathered, so that each result is
// written once, in one order of additions whatever the number of threads.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "upsample_axis.h"
#include "with_type.h"

namespace tomo {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

template <typename A>
using Axes = std::array<Axis<A>, 3>;

/// Maps [N, C, D, H, W] as planes [D, H, W] of voxels with so many channels side by side in memory.
struct Layout {
  int64_t volumes, channels;
  explicit Layout(const Tensor& maps) : volumes(maps.size(0)), channels(maps.size(1)) {
    if (maps.suggest_memory_format() != at::MemoryFormat::Contiguous) return;
    volumes *= channels;
    channels = 1;
  }
};

/// Works through rows of the result. Sums along the first and the last axis are kept while results need them.
template <typename T>
class Summation {
  using A = Accumulator<T>;
  const Axes<A>& axes_;
  const int64_t channels_, width_, longest_;
  const T* from_;
  std::vector<A> sum_, kept_;
  std::vector<const T*> planes_;
  std::vector<const A*> rows_;
  int64_t next_ = 0;  // row of the source that was not kept so far

  A* kept(int64_t row) { return kept_.data() + row % longest_ * width_; }

  void keep(int64_t plane, int64_t row) {
    const auto& [depth, height, width] = axes_;
    const auto& taps = depth.taps[plane % depth.size()];
    const int64_t size = width.sources * channels_, first = plane / depth.size() * depth.sources + taps.first;
    for (int64_t k = 0; k < taps.count; ++k) planes_[k] = from_ + ((first + k) * height.sources + row) * size;
    add_rows<T, A>(planes_.data(), taps.weights, taps.count, size, sum_.data());
    add_voxels<A>(sum_.data(), width.taps.data(), width.size(), channels_, kept(row));
  }

 public:
  Summation(const Axes<A>& axes, int64_t channels, const T* from)
      : axes_(axes),
        channels_(channels),
        width_(axes[2].size() * channels),
        longest_(axes[1].longest()),
        from_(from),
        sum_(axes[2].sources * channels),
        kept_(longest_ * width_),
        planes_(axes[0].longest()),
        rows_(longest_) {}

  void write(int64_t begin, int64_t end, T* to) {
    const auto& height = axes_[1];
    for (int64_t i = begin; i < end; ++i) {
      const auto& taps = height.taps[i % height.size()];
      if (i % height.size() == 0) next_ = 0;
      for (next_ = std::max(next_, taps.first); next_ < taps.first + taps.count; ++next_)
        keep(i / height.size(), next_);
      for (int64_t k = 0; k < taps.count; ++k) rows_[k] = kept(taps.first + k);
      add_rows<A, T>(rows_.data(), taps.weights, taps.count, width_, to + i * width_);
    }
  }
};

template <typename T>
void sum_into(const Axes<Accumulator<T>>& axes, const Tensor& from, const Tensor& to) {
  const Layout layout(to);
  const auto& [depth, height, width] = axes;
  const int64_t grain = std::max<int64_t>(at::internal::GRAIN_SIZE / (width.size() * layout.channels + 1), 1);
  at::parallel_for(0, layout.volumes * depth.size() * height.size(), grain, [&](int64_t begin, int64_t end) {
    Summation<T>(axes, layout.channels, static_cast<const T*>(from.const_data_ptr()))
        .write(begin, end, static_cast<T*>(to.data_ptr()));
  });
}

/// With axes(from, to) for each axis that the two tensors have, from and to being its sizes.
template <typename AxisOf>
void sum_into(const Tensor& from, const Tensor& to, const AxisOf& axis_of) {
  with_type(from, [&](auto stored) {
    using T = decltype(stored);
    using A = Accumulator<T>;
    Axes<A> axes{interpolation<A>(1, 1, false), interpolation<A>(1, 1, false), interpolation<A>(1, 1, false)};
    for (int64_t axis = 2; axis < from.dim(); ++axis)
      axes[axis + 3 - from.dim()] = axis_of(A{}, from.size(axis), to.size(axis));
    sum_into<T>(axes, from, to);
  });
}

Tensor interpolated(const Tensor& maps, at::IntArrayRef sizes, bool align_corners) {
  const Tensor result = at::empty(sizes, maps.options().memory_format(maps.suggest_memory_format()));
  sum_into(maps, result, [&](auto accumulator, int64_t from, int64_t to) {
    return interpolation<decltype(accumulator)>(from, to, align_corners);
  });
  return result;
}

struct UpsampleLinear : torch::autograd::Function<UpsampleLinear> {
  static Tensor forward(AutogradContext* context, const Tensor& maps, at::IntArrayRef sizes, bool align_corners) {
    context->saved_data["sizes"] = maps.sizes();
    context->saved_data["format"] = int64_t(maps.suggest_memory_format());
    context->saved_data["align_corners"] = align_corners;
    return interpolated(maps, sizes, align_corners);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "upsample_linear cannot be differentiated twice");
    const auto format = at::MemoryFormat(context->saved_data["format"].toInt());
    const bool align_corners = context->saved_data["align_corners"].toBool();
    const Tensor given = gradients[0].contiguous(format);
    const Tensor result = at::empty(context->saved_data["sizes"].toIntVector(), given.options().memory_format(format));
    sum_into(given, result, [&](auto accumulator, int64_t from, int64_t to) {
      return transposed(interpolation<decltype(accumulator)>(to, from, align_corners));
    });
    return {result, Tensor(), Tensor()};
  }
};

Tensor upsample_linear(const Tensor& input, at::IntArrayRef size, bool align_corners) {
  TORCH_CHECK((input.dim() == 4 || input.dim() == 5) && input.dim() == int64_t(size.size()) + 2,
              "upsample_linear expects a size for each of 2 or 3 spatial axes, got ", size, " for ", input.sizes());
  const auto positive = [](int64_t n) { return n > 0; };
  const auto spatial = input.sizes().slice(2);
  TORCH_CHECK(std::all_of(size.begin(), size.end(), positive) && std::all_of(spatial.begin(), spatial.end(), positive),
              "upsample_linear expects sizes greater than 0, got ", input.sizes(), " to ", size);
  TORCH_CHECK(input.device().is_cpu(), "upsample_linear works on the CPU, got ", input.device());
  const Tensor maps = input.contiguous(input.suggest_memory_format());
  auto sizes = maps.sizes().vec();
  std::copy(size.begin(), size.end(), sizes.begin() + 2);
  if (at::GradMode::is_enabled()) return UpsampleLinear::apply(maps, sizes, align_corners);
  return interpolated(maps, sizes, align_corners);
}

TORCH_LIBRARY_FRAGMENT(tomo, library) {
  library.def("upsample_linear(Tensor input, int[] size, bool align_corners) -> Tensor",
              torch::dispatch(c10::DispatchKey::CompositeImplicitAutograd, TORCH_FN(upsample_linear)));
}

}  // namespace
}  // namespace tomo
