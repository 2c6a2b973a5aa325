#include "unfilter.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace tomo {
namespace {

/// The neighbour (left, above, corner) that lies closest to left + above - corner, in that order where two are equally
/// close; in the form of Fabian Giesen, which has a short way from `left`, for which a pixel must wait.
inline int paeth(int left, int above, int corner) {
  const int threshold = 3 * corner - left - above;
  const int low = std::min(left, above);
  const int high = std::max(left, above);
  const int either = high <= threshold ? low : corner;
  return threshold <= low ? high : either;
}

/// One row by itself, of filter 3 (average) or 4 (Paeth).
template <int Pixel, int Filter>
void alone(const uint8_t* above, uint8_t* row, size_t row_bytes) {
  int left[Pixel] = {};
  int corner[Pixel] = {};
  for (size_t at = 0; at < row_bytes; at += Pixel)
    for (size_t byte = 0; byte < Pixel; ++byte) {
      const int over = above[at + byte];
      const int guess = Filter == 3 ? (left[byte] + over) >> 1 : paeth(left[byte], over, corner[byte]);
      corner[byte] = over;
      row[at + byte] = static_cast<uint8_t>(row[at + byte] + guess);
      left[byte] = row[at + byte];
    }
}

#ifdef __SSE2__

__m128i choose(__m128i mask, __m128i yes, __m128i no) {
  return _mm_or_si128(_mm_and_si128(mask, yes), _mm_andnot_si128(mask, no));
}

/// As above, eight lanes of 16 bits.
__m128i paeth(__m128i left, __m128i above, __m128i corner) {
  const __m128i threshold =
      _mm_sub_epi16(_mm_sub_epi16(_mm_add_epi16(corner, _mm_add_epi16(corner, corner)), above), left);
  const __m128i low = _mm_min_epi16(left, above);
  const __m128i high = _mm_max_epi16(left, above);
  const __m128i either = choose(_mm_cmpgt_epi16(high, threshold), corner, low);
  return choose(_mm_cmpgt_epi16(threshold, low), either, high);
}

/// Rows whose pixels together fill the lanes.
template <int Pixel> constexpr size_t kTogether = 8 / Pixel;

/// kTogether rows at once, of any filters, each one pixel behind the row above it: a pixel must wait for the one to its
/// left, but not for those of other rows. A step takes one pixel of each row; its bytes lie side by side in `lanes`, so
/// that what a step made is, moved on by one row, what lies above in the next.
template <int Pixel>
void together(const uint8_t* above, uint8_t* row, size_t stride, size_t row_bytes, std::vector<uint8_t>& lanes) {
  constexpr size_t kRows = kTogether<Pixel>;
  const size_t pixels = row_bytes / Pixel;
  lanes.assign(8 * (pixels + kRows - 1), 0);
  int16_t masks[5][8] = {};
  for (size_t r = 0; r < kRows; ++r) {
    const uint8_t* here = row + r * stride;
    for (size_t byte = 0; byte < Pixel; ++byte) masks[here[-1]][r * Pixel + byte] = -1;
    for (size_t n = 0; n < pixels; ++n) std::memcpy(&lanes[8 * (n + r) + r * Pixel], here + n * Pixel, Pixel);
  }
  const auto mask = [&](int filter) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(masks[filter])); };
  const __m128i is_sub = mask(1), is_up = mask(2), is_average = mask(3), is_paeth = mask(4);
  const __m128i zero = _mm_setzero_si128();
  const __m128i byte_of = _mm_set1_epi16(255);
  __m128i left = zero;
  __m128i corner = zero;
  for (size_t n = 0; n < pixels + kRows - 1; ++n) {
    uint64_t first = 0;
    if (n < pixels) std::memcpy(&first, above + n * Pixel, Pixel);
    const __m128i top = _mm_unpacklo_epi8(_mm_cvtsi64_si128(static_cast<int64_t>(first)), zero);
    const __m128i over = _mm_or_si128(_mm_slli_si128(left, 2 * Pixel), top);
    auto* place = reinterpret_cast<__m128i*>(&lanes[8 * n]);
    const __m128i packed = _mm_unpacklo_epi8(_mm_loadl_epi64(place), zero);
    const __m128i average = _mm_srli_epi16(_mm_add_epi16(left, over), 1);
    const __m128i simple = _mm_or_si128(_mm_and_si128(is_sub, left), _mm_and_si128(is_up, over));
    const __m128i others = _mm_or_si128(simple, _mm_and_si128(is_average, average));
    const __m128i guess = _mm_or_si128(others, _mm_and_si128(is_paeth, paeth(left, over, corner)));
    left = _mm_and_si128(_mm_add_epi16(packed, guess), byte_of);
    corner = over;
    _mm_storel_epi64(place, _mm_packus_epi16(left, zero));
  }
  for (size_t r = 0; r < kRows; ++r)
    for (size_t n = 0; n < pixels; ++n) std::memcpy(row + r * stride + n * Pixel, &lanes[8 * (n + r) + r * Pixel], Pixel);
}

#endif

template <int Pixel>
void sub(uint8_t* row, size_t row_bytes) {
  uint8_t left[Pixel] = {};
  for (size_t at = 0; at + Pixel <= row_bytes; at += Pixel)
    for (int byte = 0; byte < Pixel; ++byte) row[at + byte] = left[byte] = static_cast<uint8_t>(row[at + byte] + left[byte]);
}

void up(const uint8_t* above, uint8_t* row, size_t row_bytes) {
  for (size_t at = 0; at < row_bytes; ++at) row[at] = static_cast<uint8_t>(row[at] + above[at]);
}

/// Undoes the filters where the rows lie; filter bytes stay.
template <int Pixel>
int undo(uint8_t* bytes, size_t rows, size_t row_bytes) {
  const size_t stride = row_bytes + 1;
  // above the first row lie zeros
  const std::vector<uint8_t> zeros(row_bytes);
  const uint8_t* above = zeros.data();
  std::vector<uint8_t> lanes;
  for (size_t n = 0; n < rows; ++n) {
    uint8_t* row = bytes + n * stride + 1;
    const int filter = row[-1];
    if (filter > 4) return filter;
#ifdef __SSE2__
    const auto known = [&] {
      for (size_t m = 1; m < kTogether<Pixel>; ++m)
        if (row[m * stride - 1] > 4) return false;
      return true;
    };
    if (filter >= 3 && rows - n >= kTogether<Pixel> && known()) {
      together<Pixel>(above, row, stride, row_bytes, lanes);
      n += kTogether<Pixel> - 1;
      above = row + (kTogether<Pixel> - 1) * stride;
      continue;
    }
#endif
    if (filter == 1) sub<Pixel>(row, row_bytes);
    else if (filter == 2) up(above, row, row_bytes);
    else if (filter == 3) alone<Pixel, 3>(above, row, row_bytes);
    else if (filter == 4) alone<Pixel, 4>(above, row, row_bytes);
    above = row;
  }
  return -1;
}

int undo(uint8_t* bytes, size_t rows, size_t row_bytes, int pixel_bytes) {
  switch (pixel_bytes) {
    case 1: return undo<1>(bytes, rows, row_bytes);
    case 2: return undo<2>(bytes, rows, row_bytes);
    case 3: return undo<3>(bytes, rows, row_bytes);
    case 4: return undo<4>(bytes, rows, row_bytes);
    case 6: return undo<6>(bytes, rows, row_bytes);
    case 8: return undo<8>(bytes, rows, row_bytes);
    default: throw std::invalid_argument("PNG has no pixels of " + std::to_string(pixel_bytes) + " bytes");
  }
}

}  // namespace

int unfilter(uint8_t* bytes, size_t rows, size_t row_bytes, int pixel_bytes) {
  const int unknown = undo(bytes, rows, row_bytes, pixel_bytes);
  if (unknown >= 0) return unknown;
  for (size_t row = 0; row < rows; ++row) std::memmove(bytes + row * row_bytes, bytes + row * (row_bytes + 1) + 1, row_bytes);
  return -1;
}

}  // namespace tomo
