// Convolutions in bfloat16 for dense_convolutions.cc, as products of matrices. Norm and ReLU are applied as operands
// are read; gradients of the ReLU and the sums that norms need are taken as results are written. For CPUs with AVX-512
// BF16; a call works on one chunk of rows or one tile, in one thread. All counts of channels are multiples of kPanel.
//
// Of a product A B, A is read as pairs of neighbours along the summed axis, and B lies in panels of kPanel columns,
// each [pairs][kPanel][2].
#pragma once

#include <cstdint>

#include "norm_kernels.h"

namespace tomo::dense {

constexpr int64_t kPanel = 32;
/// Rows of A that are computed together.
constexpr int64_t kGroup = 8;
/// Largest number of rows in a call of pointwise_gradient.
constexpr int64_t kChunk = 256;
/// Of a 3 × 3 kernel.
constexpr int64_t kTaps = 9;

/// Coefficients of a norm (norm.h); slope and constant only where its gradient is needed.
struct Norm {
  const float *scale, *shift, *mean, *slope, *constant;
};
/// Of each channel, over x: x and x², or with gradients g: g and g (x - mean). Calls add to them.
struct Sums {
  float *first, *second;
};

/// One panel of B from float32 [inputs, kPanel], whose rows lie `stride` apart.
void pack(const float* from, int64_t stride, int64_t inputs, Bf16* to);

/// z = relu(norm(x)) B, with the sums of z. scratch: [kGroup, channels of x].
void pointwise(Rows<const Bf16> x, Norm norm, const Bf16* b, Rows<Bf16> z, Sums sums, Bf16* scratch);

struct PointwiseScratch {
  Bf16 *dz, *dz_pairs, *y_pairs;  // [kChunk, channels of z] twice, [kChunk, kPanel]
};
/// Backward of `pointwise`: from dz, given as the gradient g behind the ReLU of the next norm (of z), the gradient dy
/// behind the ReLU of x's norm, with its sums, and the gradient of the kernel, [panels of x][channels of z][kPanel].
void pointwise_gradient(Rows<const Bf16> g, Rows<const Bf16> z, Norm norm_z, Rows<const Bf16> x, Norm norm_x,
                        const Bf16* b, Rows<Bf16> dy, Sums sums, float* kernel, PointwiseScratch scratch);

/// Some rows of an image. A padded tile holds them with their neighbours; there are zeros where the image ends.
struct Tile {
  int64_t height, width;  // of the image
  int64_t first, rows;    // of the tile, without neighbours
  /// Room for a padded tile, in pixels.
  int64_t padded() const { return (rows + 2) * (width + 2) + kGroup; }
  /// Room for the pairs of a padded tile, in pixels.
  int64_t pairs() const { return (rows + 2) * ((width + 1) / 2 + 1) * 2; }
};

/// A padded tile of relu(norm(x)), and of x itself. x: all rows of the image.
void fill_normalised(Tile tile, Rows<const Bf16> x, Norm norm, Bf16* padded);
void fill(Tile tile, Rows<const Bf16> x, Bf16* padded);

/// out = convolution 3 × 3 of a padded tile, with the sums of out. b: for each tap a B of one panel.
void window(Tile tile, const Bf16* padded, int64_t channels, const Bf16* b, Rows<Bf16> out, Sums sums);

/// Backward of `window`: from the gradient of out in a padded tile, that of z behind its ReLU, with its sums. b: for
/// each panel of z, for each tap, a B.
void window_gradient(Tile tile, const Bf16* padded, const Bf16* b, Rows<const Bf16> z, Norm norm, Rows<Bf16> g,
                     Sums sums);

struct WindowScratch {
  Bf16 *pairs, *shifted, *b;  // tile.pairs() of z twice, of out once
};
/// Adds the gradient of the kernel: [kTaps][channels of z][kPanel]. z: all rows of the image; dout: those of the tile.
void window_kernel(Tile tile, Rows<const Bf16> z, Norm norm, Rows<const Bf16> dout, float* kernel,
                   WindowScratch scratch);

/// A gradient behind a ReLU, and the scale of the norm in front of it.
struct Term {
  Rows<const Bf16> g;
  const float* scale;
};
/// to = base + the sum of g * scale over the terms + x * slope + constant; without a slope the last two are left out.
void accumulate(Rows<const Bf16> base, const Term* terms, int64_t count, Rows<const Bf16> x, const float* slope,
                const float* constant, Rows<Bf16> to);

}  // namespace tomo::dense
