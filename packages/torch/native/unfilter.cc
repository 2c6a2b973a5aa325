#include "unfilter.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace tomo {
namespace {

/// The neighbour (left, above, corner) that lies closest to left + above - corner, in that order where two are equally
/// close. Without branches, and with a short way from `left`, for which a pixel must wait (after Fabian Giesen).
inline int paeth(int left, int above, int corner) {
  const int threshold = 3 * corner - left - above;
  const int low = std::min(left, above);
  const int high = std::max(left, above);
  const int closer = high <= threshold ? low : corner;
  return threshold <= low ? high : closer;
}

/// `Rows` rows at once, each one pixel behind the row above it: a pixel must wait for the one to its left, so several
/// independent chains keep the processor busy. `row` are the filtered bytes of the first, `stride` apart; its upper
/// neighbour is `above`.
template <int Pixel, int Rows, bool Average>
void chained(const uint8_t* above, uint8_t* row, size_t stride, size_t row_bytes) {
  int left[Rows][Pixel] = {};
  int corner[Rows][Pixel] = {};
  const auto step = [&](int r, size_t at) {
    const uint8_t* up = r == 0 ? above : row + static_cast<size_t>(r - 1) * stride;
    uint8_t* here = row + static_cast<size_t>(r) * stride;
    for (int byte = 0; byte < Pixel; ++byte) {
      const int over = up[at + byte];
      const int guess =
          Average ? (left[r][byte] + over) >> 1 : paeth(left[r][byte], over, corner[r][byte]);
      left[r][byte] = static_cast<uint8_t>(here[at + byte] + guess);
      corner[r][byte] = over;
      here[at + byte] = static_cast<uint8_t>(left[r][byte]);
    }
  };
  const size_t pixels = row_bytes / Pixel;
  // the first rows start alone, the last ones end alone
  const size_t head = std::min<size_t>(Rows - 1, pixels);
  for (size_t n = 0; n < head; ++n)
    for (int r = 0; r <= static_cast<int>(n); ++r) step(r, (n - static_cast<size_t>(r)) * Pixel);
  for (size_t n = head; n < pixels; ++n)
    for (int r = 0; r < Rows; ++r) step(r, (n - static_cast<size_t>(r)) * Pixel);
  for (size_t n = pixels; n < pixels + Rows - 1; ++n)
    for (int r = 0; r < Rows; ++r)
      if (n >= static_cast<size_t>(r) && n - static_cast<size_t>(r) < pixels) step(r, (n - static_cast<size_t>(r)) * Pixel);
}

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
  constexpr int kTogether = Pixel == 1 ? 4 : Pixel == 2 ? 2 : 1;
  const size_t stride = row_bytes + 1;
  // above the first row lie zeros
  const std::vector<uint8_t> zeros(row_bytes);
  const uint8_t* above = zeros.data();
  for (size_t n = 0; n < rows;) {
    uint8_t* row = bytes + n * stride + 1;
    const int filter = row[-1];
    if (filter > 4) return filter;
    size_t together = 1;
    if (filter >= 3)
      while (together < kTogether && n + together < rows && row[together * stride - 1] == filter) ++together;
    const bool whole = together == kTogether;
    if (!whole) together = 1;
    if (filter == 1) sub<Pixel>(row, row_bytes);
    else if (filter == 2) up(above, row, row_bytes);
    else if (filter == 3) (whole ? chained<Pixel, kTogether, true> : chained<Pixel, 1, true>)(above, row, stride, row_bytes);
    else if (filter == 4) (whole ? chained<Pixel, kTogether, false> : chained<Pixel, 1, false>)(above, row, stride, row_bytes);
    n += together;
    above = bytes + (n - 1) * stride + 1;
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
