#include "dense_kernels.h"

#include <immintrin.h>

namespace tomo::dense {
namespace {

/// 32 neighbouring channels.
struct Pair {
  __m512 low, high;
};

inline __m512 widen(__m256i bits) { return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16)); }
inline Pair unpacked(__m512i bits) {
  return {widen(_mm512_castsi512_si256(bits)), widen(_mm512_extracti64x4_epi64(bits, 1))};
}
inline Pair load(const Bf16* from) { return unpacked(_mm512_loadu_si512(from)); }
inline Pair load(const float* from) { return {_mm512_loadu_ps(from), _mm512_loadu_ps(from + 16)}; }
inline void store(float* to, Pair value) {
  _mm512_storeu_ps(to, value.low);
  _mm512_storeu_ps(to + 16, value.high);
}
inline __m512i rounded(Pair value) { return (__m512i)_mm512_cvtne2ps_pbh(value.high, value.low); }
inline Pair operator+(Pair a, Pair b) { return {a.low + b.low, a.high + b.high}; }
inline Pair operator-(Pair a, Pair b) { return {a.low - b.low, a.high - b.high}; }
inline Pair fma(Pair a, Pair b, Pair c) {
  return {_mm512_fmadd_ps(a.low, b.low, c.low), _mm512_fmadd_ps(a.high, b.high, c.high)};
}
/// value where x > 0 or x is NaN, else 0.
inline __m512 behind_relu(__m512 x, __m512 value) {
  return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_NLE_UQ), value);
}
inline Pair behind_relu(Pair x, Pair value) { return {behind_relu(x.low, value.low), behind_relu(x.high, value.high)}; }

inline __m512i normalised(const Bf16* x, Pair scale, Pair shift) {
  const Pair value = fma(load(x), scale, shift);
  return rounded(behind_relu(value, value));
}

/// Values of two neighbours side by side.
inline __m512i interleaved(__m256i first, __m256i second) {
  return _mm512_or_si512(_mm512_cvtepu16_epi32(first), _mm512_slli_epi32(_mm512_cvtepu16_epi32(second), 16));
}
/// 32 channels of two neighbours as a row of a B.
inline void store_pairs(Bf16* to, __m512i first, __m512i second) {
  _mm512_storeu_si512(to, interleaved(_mm512_castsi512_si256(first), _mm512_castsi512_si256(second)));
  _mm512_storeu_si512(to + kPanel,
                      interleaved(_mm512_extracti64x4_epi64(first, 1), _mm512_extracti64x4_epi64(second, 1)));
}
/// The same as four groups of eight columns of an A, `group` values apart.
inline void store_groups(Bf16* to, int64_t group, __m512i first, __m512i second) {
  const __m512i low = interleaved(_mm512_castsi512_si256(first), _mm512_castsi512_si256(second));
  const __m512i high = interleaved(_mm512_extracti64x4_epi64(first, 1), _mm512_extracti64x4_epi64(second, 1));
  _mm256_storeu_si256((__m256i*)to, _mm512_castsi512_si256(low));
  _mm256_storeu_si256((__m256i*)(to + group), _mm512_extracti64x4_epi64(low, 1));
  _mm256_storeu_si256((__m256i*)(to + 2 * group), _mm512_castsi512_si256(high));
  _mm256_storeu_si256((__m256i*)(to + 3 * group), _mm512_extracti64x4_epi64(high, 1));
}

/// Eight rows of 32 results.
struct Block {
  Pair rows[kGroup];
};

inline void clear(Block& block) {
  for (auto& row : block.rows) row = {_mm512_setzero_ps(), _mm512_setzero_ps()};
}

/// block += A B. A's rows lie `row` values apart, its pairs `step` values.
inline __attribute__((always_inline)) void multiply(Block& block, const Bf16* a, int64_t row, int64_t step,
                                                    const Bf16* b, int64_t pairs) {
  for (int64_t k = 0; k < pairs; ++k) {
    const auto b0 = (__m512bh)_mm512_loadu_si512(b), b1 = (__m512bh)_mm512_loadu_si512(b + kPanel);
#pragma GCC unroll 8
    for (int64_t i = 0; i < kGroup; ++i) {
      int32_t bits;
      __builtin_memcpy(&bits, a + i * row, sizeof bits);
      const auto pair = (__m512bh)_mm512_set1_epi32(bits);
      block.rows[i].low = _mm512_dpbf16_ps(block.rows[i].low, b0, pair);
      block.rows[i].high = _mm512_dpbf16_ps(block.rows[i].high, b1, pair);
    }
    a += step;
    b += 2 * kPanel;
  }
}

inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/// Rounds and stores the first rows of a block, and adds them and their squares to the sums.
inline void store(const Block& block, int64_t count, Bf16* to, int64_t stride, Sums sums, int64_t channel) {
  Pair sum = load(sums.first + channel), square = load(sums.second + channel);
  for (int64_t i = 0; i < count; ++i) {
    const __m512i bits = rounded(block.rows[i]);
    _mm512_storeu_si512(to + i * stride, bits);
    const Pair value = unpacked(bits);
    sum = sum + value;
    square = fma(value, value, square);
  }
  store(sums.first + channel, sum);
  store(sums.second + channel, square);
}

/// Rounds and stores gradients where x passed the ReLU behind its norm, and adds their sums.
inline void store_gradients(const Block& block, int64_t count, Rows<const Bf16> x, int64_t row, Norm norm,
                            Rows<Bf16> to, Sums sums, int64_t channel) {
  Pair sum = load(sums.first + channel), product = load(sums.second + channel);
  const Pair scale = load(norm.scale + channel), shift = load(norm.shift + channel), mean = load(norm.mean + channel);
  for (int64_t i = 0; i < count; ++i) {
    const Pair value = load(x.data + (row + i) * x.stride + channel);
    __builtin_prefetch(to.data + (row + i + kGroup) * to.stride + channel, 1, 3);
    const __m512i bits = rounded(behind_relu(fma(value, scale, shift), block.rows[i]));
    _mm512_storeu_si512(to.data + (row + i) * to.stride + channel, bits);
    const Pair g = unpacked(bits);
    sum = sum + g;
    product = fma(g, value - mean, product);
  }
  store(sums.first + channel, sum);
  store(sums.second + channel, product);
}

inline void add(float* to, const Block& block) {
  for (int64_t i = 0; i < kGroup; ++i) store(to + i * kPanel, load(to + i * kPanel) + block.rows[i]);
}

/// Fills a padded tile, 32 channels at a time, by `value(address of 32 channels of x, channel)`.
template <typename Value>
inline __attribute__((always_inline)) void fill_by(Tile tile, Rows<const Bf16> x, Bf16* padded, const Value& value) {
  for (int64_t row = -1; row <= tile.rows; ++row) {
    const int64_t y = tile.first + row;
    const bool inside = y >= 0 && y < tile.height;
    for (int64_t column = -1; column <= tile.width; ++column, padded += x.width)
      for (int64_t c = 0; c < x.width; c += kPanel) {
        const bool empty = !inside || column < 0 || column == tile.width;
        const Bf16* from = x.data + (y * tile.width + column) * x.stride + c;
        _mm512_storeu_si512(padded + c, empty ? _mm512_setzero_si512() : value(from, c));
      }
  }
}

}  // namespace

void pack(const float* from, int64_t stride, int64_t inputs, Bf16* to) {
  for (int64_t k = 0; k < inputs; k += 2, to += 2 * kPanel)
    store_pairs(to, rounded(load(from + k * stride)), rounded(load(from + (k + 1) * stride)));
}

void pointwise(Rows<const Bf16> x, Norm norm, const Bf16* b, Rows<Bf16> z, Sums sums, Bf16* scratch) {
  for (int64_t row = 0; row < x.count; row += kGroup) {
    const int64_t count = least(kGroup, x.count - row);
    for (int64_t c = 0; c < x.width; c += kPanel) {
      const Pair scale = load(norm.scale + c), shift = load(norm.shift + c);
      for (int64_t i = 0; i < count; ++i) {
        const Bf16* from = x.data + (row + i) * x.stride + c;
        __builtin_prefetch(from + kGroup * x.stride, 0, 2);
        _mm512_storeu_si512(scratch + i * x.width + c, normalised(from, scale, shift));
      }
    }
    for (int64_t n = 0; n < z.width; n += kPanel) {
      Block block;
      clear(block);
      multiply(block, scratch, x.width, 2, b + n * x.width, x.width / 2);
      store(block, count, z.data + row * z.stride + n, z.stride, sums, n);
    }
  }
}

void pointwise_gradient(Rows<const Bf16> g, Rows<const Bf16> z, Norm norm_z, Rows<const Bf16> x, Norm norm_x,
                        const Bf16* b, Rows<Bf16> dy, Sums sums, float* kernel, PointwiseScratch scratch) {
  const int64_t narrow = g.width, pairs = (g.count + 1) / 2, group = pairs * kGroup * 2;
  for (int64_t c = 0; c < narrow; c += kPanel) {
    const Pair scale = load(norm_z.scale + c), slope = load(norm_z.slope + c), constant = load(norm_z.constant + c);
    const auto dz = [&](int64_t row) {
      if (row >= g.count) return _mm512_setzero_si512();
      const Pair linear = fma(load(z.data + row * z.stride + c), slope, constant);
      return rounded(fma(load(g.data + row * g.stride + c), scale, linear));
    };
    for (int64_t j = 0; j < pairs; ++j) {
      const __m512i first = dz(2 * j), second = dz(2 * j + 1);
      _mm512_storeu_si512(scratch.dz + 2 * j * narrow + c, first);
      _mm512_storeu_si512(scratch.dz + (2 * j + 1) * narrow + c, second);
      store_groups(scratch.dz_pairs + c / kGroup * group + j * kGroup * 2, group, first, second);
    }
  }
  for (int64_t c = 0; c < x.width; c += kPanel) {
    const Pair scale = load(norm_x.scale + c), shift = load(norm_x.shift + c);
    for (int64_t j = 0; j < pairs; ++j) {
      const Bf16* from = x.data + 2 * j * x.stride + c;
      const bool single = 2 * j + 1 == x.count;
      __builtin_prefetch(from + kPanel, 0, 2);
      __builtin_prefetch(from + x.stride + kPanel, 0, 2);
      store_pairs(scratch.y_pairs + j * 2 * kPanel, normalised(from, scale, shift),
                  single ? _mm512_setzero_si512() : normalised(from + x.stride, scale, shift));
    }
    for (int64_t row = 0; row < x.count; row += kGroup) {
      Block block;
      clear(block);
      multiply(block, scratch.dz + row * narrow, narrow, 2, b + c * narrow, narrow / 2);
      store_gradients(block, least(kGroup, x.count - row), x, row, norm_x, dy, sums, c);
    }
    for (int64_t o = 0; o < narrow; o += kGroup) {
      Block block;
      clear(block);
      multiply(block, scratch.dz_pairs + o / kGroup * group, 2, kGroup * 2, scratch.y_pairs, pairs);
      add(kernel + (c / kPanel * narrow + o) * kPanel, block);
    }
  }
}

void fill_normalised(Tile tile, Rows<const Bf16> x, Norm norm, Bf16* padded) {
  fill_by(tile, x, padded,
          [&](const Bf16* from, int64_t c) { return normalised(from, load(norm.scale + c), load(norm.shift + c)); });
}

void fill(Tile tile, Rows<const Bf16> x, Bf16* padded) {
  fill_by(tile, x, padded, [](const Bf16* from, int64_t) { return _mm512_loadu_si512(from); });
}

void window(Tile tile, const Bf16* padded, int64_t channels, const Bf16* b, Rows<Bf16> out, Sums sums) {
  for (int64_t y = 0; y < tile.rows; ++y)
    for (int64_t x = 0; x < tile.width; x += kGroup) {
      Block block;
      clear(block);
      for (int64_t tap = 0; tap < kTaps; ++tap)
        multiply(block, padded + ((y + tap / 3) * (tile.width + 2) + x + tap % 3) * channels, channels, 2,
                 b + tap * channels * kPanel, channels / 2);
      store(block, least(kGroup, tile.width - x), out.data + (y * tile.width + x) * out.stride, out.stride, sums, 0);
    }
}

void window_gradient(Tile tile, const Bf16* padded, const Bf16* b, Rows<const Bf16> z, Norm norm, Rows<Bf16> g,
                     Sums sums) {
  for (int64_t y = 0; y < tile.rows; ++y)
    for (int64_t x = 0; x < tile.width; x += kGroup)
      for (int64_t n = 0; n < z.width; n += kPanel) {
        Block block;
        clear(block);
        for (int64_t tap = 0; tap < kTaps; ++tap)
          multiply(block, padded + ((y + 2 - tap / 3) * (tile.width + 2) + x + 2 - tap % 3) * kPanel, kPanel, 2,
                   b + (n * kTaps + tap * kPanel) * kPanel, kPanel / 2);
        store_gradients(block, least(kGroup, tile.width - x), z, y * tile.width + x, norm, g, sums, n);
      }
}

void window_kernel(Tile tile, Rows<const Bf16> z, Norm norm, Rows<const Bf16> dout, float* kernel,
                   WindowScratch scratch) {
  // pairs: columns (2j, 2j + 1) of the padded tile; shifted: (2j + 1, 2j + 2)
  const int64_t columns = (tile.width + 1) / 2, stride = columns + 1, channels = z.width;
  const int64_t group = (tile.rows + 2) * stride * kGroup * 2;
  const auto value = [&](int64_t row, int64_t column, int64_t c) {  // of the padded tile
    const int64_t y = tile.first + row - 1, x = column - 1;
    if (y < 0 || y >= tile.height || x < 0 || x >= tile.width) return _mm512_setzero_si512();
    return normalised(z.data + (y * tile.width + x) * z.stride + c, load(norm.scale + c), load(norm.shift + c));
  };
  for (int64_t row = 0; row < tile.rows + 2; ++row)
    for (int64_t c = 0; c < channels; c += kPanel) {
      __m512i before = value(row, 0, c);
      for (int64_t j = 0; j < stride; ++j) {
        const __m512i middle = value(row, 2 * j + 1, c), after = value(row, 2 * j + 2, c);
        const int64_t at = c / kGroup * group + (row * stride + j) * kGroup * 2;
        store_groups(scratch.pairs + at, group, before, middle);
        store_groups(scratch.shifted + at, group, middle, after);
        before = after;
      }
    }
  for (int64_t y = 0; y < tile.rows; ++y)
    for (int64_t j = 0; j < columns; ++j) {
      const Bf16* from = dout.data + (y * tile.width + 2 * j) * dout.stride;
      const bool single = 2 * j + 1 == tile.width;
      store_pairs(scratch.b + (y * columns + j) * 2 * kPanel, _mm512_loadu_si512(from),
                  single ? _mm512_setzero_si512() : _mm512_loadu_si512(from + dout.stride));
    }
  for (int64_t tap = 0; tap < kTaps; ++tap) {
    const Bf16* a = (tap % 3 == 1 ? scratch.shifted : scratch.pairs) + (tap / 3 * stride + tap % 3 / 2) * kGroup * 2;
    for (int64_t c = 0; c < channels; c += kGroup) {
      Block block;
      clear(block);
      for (int64_t y = 0; y < tile.rows; ++y)
        multiply(block, a + c / kGroup * group + y * stride * kGroup * 2, 2, kGroup * 2,
                 scratch.b + y * columns * 2 * kPanel, columns);
      add(kernel + (tap * channels + c) * kPanel, block);
    }
  }
}

void accumulate(Rows<const Bf16> base, const Term* terms, int64_t count, Rows<const Bf16> x, const float* slope,
                const float* constant, Rows<Bf16> to) {
  for (int64_t row = 0; row < to.count; ++row)
    for (int64_t c = 0; c < to.width; c += kPanel) {
      Pair sum = load(base.data + row * base.stride + c);
      for (int64_t i = 0; i < count; ++i)
        sum = fma(load(terms[i].g.data + row * terms[i].g.stride + c), load(terms[i].scale + c), sum);
      if (slope != nullptr) sum = sum + fma(load(x.data + row * x.stride + c), load(slope + c), load(constant + c));
      _mm512_storeu_si512(to.data + row * to.stride + c, rounded(sum));
    }
}

}  // namespace tomo::dense
