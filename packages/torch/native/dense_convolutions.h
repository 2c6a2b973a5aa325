// The two convolutions of a dense layer, each with the norm and ReLU in front of it, in bfloat16 over channels-last
// maps [N, C, H, W]; kernels and norms are float32. Norms are given by their coefficients (norm.h).
#pragma once

#include "dense_kernels.h"
#include "norm.h"

namespace tomo::dense {

/// An uninitialised map like another, with so many channels.
at::Tensor map_like(const at::Tensor& map, int64_t channels);

/// z = convolution 1 × 1 of relu(norm(x)). Returns the sums of z and of its square.
std::vector<double> pointwise(const Channels& x, const at::Tensor& norm, const at::Tensor& kernel, const at::Tensor& z);
/// out = convolution 3 × 3 of relu(norm(z)), padded by zeros. Returns the sums of out and of its square.
std::vector<double> window(const at::Tensor& z, const at::Tensor& norm, const at::Tensor& kernel, const Channels& out);

struct Gradients {
  at::Tensor g, kernel;      // g: of the input behind its ReLU
  std::vector<double> sums;  // of g and of g (input - mean)
};
/// From the gradient of out.
Gradients window_gradient(const at::Tensor& dout, const at::Tensor& z, const at::Tensor& norm,
                          const at::Tensor& kernel);
/// From the gradient g of z behind the ReLU of the norm in front of `window`.
Gradients pointwise_gradient(const at::Tensor& g, const at::Tensor& z, const at::Tensor& norm_z,
                             const NormGradient& gradient_z, const Channels& x, const at::Tensor& norm_x,
                             const at::Tensor& kernel);

/**
 * The gradient of the buffer of a dense block, as the layers that read it give their parts, last layer first. Parts are
 * added up several at a time; what is linear in the buffer is added once, when a channel has all its parts.
 */
class BufferGradient {
 public:
  /// given: gradient of the buffer as the result of the block.
  BufferGradient(const at::Tensor& buffer, const at::Tensor& given);
  /// g: gradient behind the ReLU of a layer that reads the first channels through `norm`.
  void add(const at::Tensor& g, const at::Tensor& norm, const NormGradient& gradient);
  /// The gradient of channels that no further layer reads.
  at::Tensor of(int64_t first, int64_t width) const;

 private:
  static constexpr size_t kPending = 4;
  struct Part {
    at::Tensor g, norm;
  };
  void add_up(int64_t first, bool linear, const Channels& to) const;

  at::Tensor buffer_, sum_, own_, linear_;
  std::vector<Part> pending_;
};

}  // namespace tomo::dense
