#include "dense_convolutions.h"

namespace tomo::dense {
namespace {

using at::Tensor;

Bf16* data_of(const Tensor& tensor) { return static_cast<Bf16*>(tensor.data_ptr()); }

Norm norm_of(const Tensor& coefficients) {
  const auto row = [&](Row which) { return row_of<float>(coefficients, which); };
  return {row(kScale), row(kShift), row(kMean), nullptr, nullptr};
}
Norm norm_of(const Tensor& coefficients, const NormGradient& gradient) {
  Norm norm = norm_of(coefficients);
  norm.slope = gradient.slope.const_data_ptr<float>();
  norm.constant = gradient.constant.const_data_ptr<float>();
  return norm;
}

/// Kernels [taps, inputs, columns] as an operand B: for each panel of columns, for each tap.
Tensor packed(const Tensor& kernels) {
  const Tensor from = kernels.contiguous();
  const int64_t taps = from.size(0), inputs = from.size(1), columns = from.size(2);
  Tensor result = at::empty({from.numel()}, at::kBFloat16);
  at::parallel_for(0, columns / kPanel * taps, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const float* panel = from.const_data_ptr<float>() + i % taps * inputs * columns + i / taps * kPanel;
      pack(panel, columns, inputs, data_of(result) + i * inputs * kPanel);
    }
  });
  return result;
}
/// A kernel [O, I, k, k] for outputs from inputs, and for gradients of inputs from those of outputs.
Tensor packed_forward(const Tensor& kernel) { return packed(kernel.flatten(2).permute({2, 1, 0})); }
Tensor packed_backward(const Tensor& kernel) { return packed(kernel.flatten(2).permute({2, 0, 1})); }

struct Buffer {
  explicit Buffer(int64_t values) : memory(at::zeros({values}, at::kBFloat16)), data(data_of(memory)) {}
  Tensor memory;
  Bf16* data;
};

/// Rows in chunks whose number and size do not depend on the threads.
struct Chunks {
  int64_t size, count;
  explicit Chunks(int64_t rows)
      : size(std::clamp<int64_t>(rows / 16 / kGroup * kGroup, 64, kChunk)), count((rows + size - 1) / size) {}
  template <typename T>
  Rows<T> of(Rows<T> rows, int64_t i) const {
    return rows.part(i * size, std::min(size, rows.count - i * size));
  }
};

/// Images in tiles of so many rows that a padded tile stays in the second-level cache.
struct Tiles {
  int64_t height, width, rows, of_image, count;
  explicit Tiles(const Tensor& map) : height(map.size(2)), width(map.size(3)) {
    constexpr int64_t kValues = 48 * 1024;
    rows = std::clamp<int64_t>(kValues / (map.size(1) * (width + 2)) - 2, 1, height);
    of_image = (height + rows - 1) / rows;
    count = map.size(0) * of_image;
  }
  Tile of(int64_t i) const {
    const int64_t first = i % of_image * rows;
    return {height, width, first, std::min(rows, height - first)};
  }
  /// All rows of the image of tile i, and those of the tile.
  template <typename T>
  Rows<T> image(Rows<T> all, int64_t i) const {
    return all.part(i / of_image * height * width, height * width);
  }
  template <typename T>
  Rows<T> own(Rows<T> all, int64_t i) const {
    const Tile tile = of(i);
    return image(all, i).part(tile.first * width, tile.rows * width);
  }
};

/// float32 gradients of a kernel, one for each thread.
class KernelGradient {
 public:
  explicit KernelGradient(at::IntArrayRef sizes) {
    std::vector<int64_t> all{at::get_num_threads()};
    all.insert(all.end(), sizes.begin(), sizes.end());
    partial_ = at::zeros(all, at::kFloat);
  }
  float* own() const { return partial_.data_ptr<float>() + at::get_thread_num() * partial_.stride(0); }
  Tensor total() const { return partial_.sum(0); }

 private:
  Tensor partial_;
};

}  // namespace

Tensor map_like(const Tensor& map, int64_t channels) {
  return at::empty({map.size(0), channels, map.size(2), map.size(3)},
                   map.options().memory_format(at::MemoryFormat::ChannelsLast));
}

std::vector<double> pointwise(const Channels& x, const Tensor& norm, const Tensor& kernel, const Tensor& z) {
  const Tensor b = packed_forward(kernel);
  const auto from = rows_of<const Bf16>(x);
  const auto to = rows_of<Bf16>(Channels(z));
  const Chunks chunks(from.count);
  return summed<float>(
      chunks.count, z.size(1), [&] { return Buffer(kGroup * x.width); },
      [&](int64_t i, Buffer& scratch, float* sum, float* square) {
        pointwise(chunks.of(from, i), norm_of(norm), data_of(b), chunks.of(to, i), {sum, square}, scratch.data);
      });
}

std::vector<double> window(const Tensor& z, const Tensor& norm, const Tensor& kernel, const Channels& out) {
  const Tensor b = packed_forward(kernel);
  const auto from = rows_of<const Bf16>(Channels(z));
  const auto to = rows_of<Bf16>(out);
  const Tiles tiles(z);
  return summed<float>(
      tiles.count, out.width, [&] { return Buffer(tiles.of(0).padded() * z.size(1)); },
      [&](int64_t i, Buffer& padded, float* sum, float* square) {
        fill_normalised(tiles.of(i), tiles.image(from, i), norm_of(norm), padded.data);
        window(tiles.of(i), padded.data, z.size(1), data_of(b), tiles.own(to, i), {sum, square});
      });
}

Gradients window_gradient(const Tensor& dout, const Tensor& z, const Tensor& norm, const Tensor& kernel) {
  const Tensor b = packed_backward(kernel), g = map_like(z, z.size(1));
  const auto values = rows_of<const Bf16>(Channels(z)), given = rows_of<const Bf16>(Channels(dout));
  const auto to = rows_of<Bf16>(Channels(g));
  const Tiles tiles(z);
  const KernelGradient kernels({kTaps, z.size(1), kPanel});
  struct Scratch {
    Buffer padded, pairs, shifted, b;
  };
  const auto make = [&] {
    const Tile largest = tiles.of(0);
    const int64_t pairs = largest.pairs() * z.size(1);
    return Scratch{Buffer(largest.padded() * kPanel), Buffer(pairs), Buffer(pairs), Buffer(largest.pairs() * kPanel)};
  };
  auto sums = summed<float>(tiles.count, z.size(1), make, [&](int64_t i, Scratch& scratch, float* sum, float* product) {
    const Tile tile = tiles.of(i);
    fill(tile, tiles.image(given, i), scratch.padded.data);
    window_gradient(tile, scratch.padded.data, data_of(b), tiles.own(values, i), norm_of(norm), tiles.own(to, i),
                    {sum, product});
    window_kernel(tile, tiles.image(values, i), norm_of(norm), tiles.own(given, i), kernels.own(),
                  {scratch.pairs.data, scratch.shifted.data, scratch.b.data});
  });
  return {g, kernels.total().permute({2, 1, 0}).reshape(kernel.sizes()), std::move(sums)};
}

Gradients pointwise_gradient(const Tensor& g, const Tensor& z, const Tensor& norm_z, const NormGradient& gradient_z,
                             const Channels& x, const Tensor& norm_x, const Tensor& kernel) {
  const Tensor b = packed_backward(kernel), dy = map_like(z, x.width);
  const auto given = rows_of<const Bf16>(Channels(g)), narrow = rows_of<const Bf16>(Channels(z));
  const auto values = rows_of<const Bf16>(x);
  const auto to = rows_of<Bf16>(Channels(dy));
  const Chunks chunks(values.count);
  const KernelGradient kernels({x.width / kPanel, z.size(1), kPanel});
  struct Scratch {
    Buffer dz, dz_pairs, y_pairs;
  };
  const auto make = [&] {
    return Scratch{Buffer(kChunk * z.size(1)), Buffer(kChunk * z.size(1)), Buffer(kChunk * kPanel)};
  };
  auto sums = summed<float>(chunks.count, x.width, make, [&](int64_t i, Scratch& scratch, float* sum, float* product) {
    pointwise_gradient(chunks.of(given, i), chunks.of(narrow, i), norm_of(norm_z, gradient_z), chunks.of(values, i),
                       norm_of(norm_x), data_of(b), chunks.of(to, i), {sum, product}, kernels.own(),
                       {scratch.dz.data, scratch.dz_pairs.data, scratch.y_pairs.data});
  });
  return {dy, kernels.total().permute({1, 0, 2}).reshape(kernel.sizes()), std::move(sums)};
}

BufferGradient::BufferGradient(const Tensor& buffer, const Tensor& given)
    : buffer_(buffer), sum_(given), linear_(at::zeros({2, buffer.size(1)}, at::kFloat)) {}

void BufferGradient::add(const Tensor& g, const Tensor& norm, const NormGradient& gradient) {
  linear_.narrow(1, 0, g.size(1)).add_(at::stack({gradient.slope, gradient.constant}));
  pending_.push_back({g, norm});
  if (pending_.size() < kPending) return;
  if (!own_.defined()) own_ = at::empty_like(buffer_);
  add_up(0, false, Channels(own_, 0, g.size(1)));
  sum_ = own_;
  pending_.clear();
}

Tensor BufferGradient::of(int64_t first, int64_t width) const {
  const Tensor result = map_like(buffer_, width);
  add_up(first, true, Channels(result));
  return result;
}

void BufferGradient::add_up(int64_t first, bool linear, const Channels& to) const {
  const auto base = rows_of<const Bf16>(Channels(sum_, first, to.width));
  const auto x = rows_of<const Bf16>(Channels(buffer_, first, to.width));
  const auto target = rows_of<Bf16>(to);
  const float* slope = linear ? linear_.const_data_ptr<float>() + first : nullptr;
  const float* constant = linear ? slope + buffer_.size(1) : nullptr;
  const Chunks chunks(base.count);
  at::parallel_for(0, chunks.count, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      Term terms[kPending];
      for (size_t k = 0; k < pending_.size(); ++k) {
        const auto g = rows_of<const Bf16>(Channels(pending_[k].g, first, to.width));
        terms[k] = {chunks.of(g, i), row_of<float>(pending_[k].norm, kScale) + first};
      }
      accumulate(chunks.of(base, i), terms, int64_t(pending_.size()), chunks.of(x, i), slope, constant,
                 chunks.of(target, i));
    }
  });
}

}  // namespace tomo::dense
