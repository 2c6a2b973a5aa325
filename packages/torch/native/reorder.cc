#include "reorder.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include <c10/util/Exception.h>

#ifdef __SSE__
#include <xmmintrin.h>
#endif

namespace tomo {
namespace {

template <int Width> struct Word;
template <> struct Word<1> { using type = uint8_t; static type swap(type x) { return x; } };
template <> struct Word<2> { using type = uint16_t; static type swap(type x) { return static_cast<type>(x << 8 | x >> 8); } };
template <> struct Word<4> { using type = uint32_t; static type swap(type x) { return __builtin_bswap32(x); } };
template <> struct Word<8> { using type = uint64_t; static type swap(type x) { return __builtin_bswap64(x); } };

enum class Scale { none, linear };

/// One stored number, which may lie anywhere.
template <typename T, bool Swapped, Scale scale>
inline float value_at(const uint8_t* at, double slope, double inter) {
  typename Word<sizeof(T)>::type word;
  std::memcpy(&word, at, sizeof(T));
  if constexpr (Swapped) word = Word<sizeof(T)>::swap(word);
  T stored;
  std::memcpy(&stored, &word, sizeof(T));
  if constexpr (scale == Scale::linear)
    return static_cast<float>(static_cast<double>(stored) * slope + inter);
  else if constexpr (sizeof(T) == 8)
    return static_cast<float>(static_cast<double>(stored));
  else
    return static_cast<float>(stored);
}

using Run = void (*)(const uint8_t* from, int64_t count, double slope, double inter, float* to);

template <typename T, bool Swapped, Scale scale>
void run_of(const uint8_t* from, int64_t count, double slope, double inter, float* to) {
  for (int64_t n = 0; n < count; ++n)
    to[n] = value_at<T, Swapped, scale>(from + n * static_cast<int64_t>(sizeof(T)), slope, inter);
}

template <typename T>
Run run_for(bool swapped, bool scaled) {
  if (swapped) return scaled ? run_of<T, true, Scale::linear> : run_of<T, true, Scale::none>;
  return scaled ? run_of<T, false, Scale::linear> : run_of<T, false, Scale::none>;
}

Run run_for(c10::ScalarType dtype, bool swapped, bool scaled) {
  switch (dtype) {
    case c10::kByte: return run_for<uint8_t>(false, scaled);
    case c10::kChar: return run_for<int8_t>(false, scaled);
    case c10::kShort: return run_for<int16_t>(swapped, scaled);
    case c10::kUInt16: return run_for<uint16_t>(swapped, scaled);
    case c10::kInt: return run_for<int32_t>(swapped, scaled);
    case c10::kUInt32: return run_for<uint32_t>(swapped, scaled);
    case c10::kLong: return run_for<int64_t>(swapped, scaled);
    case c10::kUInt64: return run_for<uint64_t>(swapped, scaled);
    case c10::kFloat: return run_for<float>(swapped, scaled);
    case c10::kDouble: return run_for<double>(swapped, scaled);
    default: TORCH_CHECK_NOT_IMPLEMENTED(false, "no numbers are read from ", dtype);
  }
}

// A tile is what fits into the second-level cache: long runs of the source, long runs of the result.
constexpr int64_t kColumns = 256;            // along the source's fastest axis
constexpr int64_t kRows = 128;               // along its slowest axis, the fastest of the result
constexpr int64_t kStride = kColumns + 16;  // so that rows do not compete for the same cache lines
constexpr int64_t kAhead = 4;                // runs that are asked of memory early: they lie too far apart to be guessed

/// Four rows of four to four columns of four, `step` apart.
inline void put_block(const float* tile, int64_t step, float* to) {
#ifdef __SSE__
  __m128 a = _mm_loadu_ps(tile);
  __m128 b = _mm_loadu_ps(tile + kStride);
  __m128 c = _mm_loadu_ps(tile + 2 * kStride);
  __m128 d = _mm_loadu_ps(tile + 3 * kStride);
  _MM_TRANSPOSE4_PS(a, b, c, d);
  _mm_storeu_ps(to, a);
  _mm_storeu_ps(to + step, b);
  _mm_storeu_ps(to + 2 * step, c);
  _mm_storeu_ps(to + 3 * step, d);
#else
  for (int64_t n = 0; n < 4; ++n)
    for (int64_t m = 0; m < 4; ++m) to[n * step + m] = tile[m * kStride + n];
#endif
}

/// Rows of a tile to columns of the result, each `step` apart; rows are neighbours there.
void put_tile(const float* tile, int64_t rows, int64_t columns, int64_t step, float* to) {
  const int64_t whole_rows = rows / 4 * 4;
  const int64_t whole_columns = columns / 4 * 4;
  for (int64_t column = 0; column < whole_columns; column += 4) {
    for (int64_t next = column + kAhead; next < std::min(column + kAhead + 4, columns); ++next)
      for (int64_t row = 0; row < rows; row += 16) __builtin_prefetch(to + next * step + row, 1);
    for (int64_t row = 0; row < whole_rows; row += 4)
      put_block(tile + row * kStride + column, step, to + column * step + row);
  }
  for (int64_t column = 0; column < columns; ++column)
    for (int64_t row = column < whole_columns ? whole_rows : 0; row < rows; ++row)
      to[column * step + row] = tile[row * kStride + column];
}

}  // namespace

void to_floats(const Numbers& from, const std::vector<int64_t>& shape, bool first_fastest, float* to) {
  const Run run = run_for(from.dtype, from.swapped, from.slope != 1 || from.inter != 0);
  const auto width = static_cast<int64_t>(c10::elementSize(from.dtype));
  std::vector<int64_t> axes;
  int64_t count = 1;
  for (int64_t size : shape) {
    count *= size;
    if (size != 1) axes.push_back(size);
  }
  if (count == 0) return;
  if (!first_fastest || axes.size() < 2) return run(from.data, count, from.slope, from.inter, to);

  // axes of the source from the fastest to the slowest: columns, `between` in any number, rows
  const int64_t columns = axes.front();
  const int64_t rows = axes.back();
  const int64_t between = count / columns / rows;
  std::vector<int64_t> places(static_cast<size_t>(between));  // of each middle index in the result, in order of the source
  int64_t period = 1;
  int64_t step = count / columns;
  for (size_t axis = 1; axis + 1 < axes.size(); ++axis) {
    step /= axes[axis];
    for (int64_t n = 0; n < between; ++n) places[static_cast<size_t>(n)] += n / period % axes[axis] * step;
    period *= axes[axis];
  }
  const int64_t apart = count / columns;  // neighbours along the columns, in the result
  const std::unique_ptr<float[]> tile(new float[static_cast<size_t>(std::min(kRows, rows) * kStride)]);
  for (int64_t column = 0; column < columns; column += kColumns) {
    const int64_t wide = std::min(kColumns, columns - column);
    for (int64_t middle = 0; middle < between; ++middle)
      for (int64_t row = 0; row < rows; row += kRows) {
        const int64_t high = std::min(kRows, rows - row);
        const uint8_t* source = from.data + ((row * between + middle) * columns + column) * width;
        for (int64_t n = 0; n < high; ++n) {
          if (n + kAhead < high)
            for (int64_t byte = 0; byte < wide * width; byte += 64)
              __builtin_prefetch(source + (n + kAhead) * between * columns * width + byte);
          run(source + n * between * columns * width, wide, from.slope, from.inter, tile.get() + n * kStride);
        }
        put_tile(tile.get(), high, wide, apart, to + column * apart + places[static_cast<size_t>(middle)] + row);
      }
  }
}

}  // namespace tomo
