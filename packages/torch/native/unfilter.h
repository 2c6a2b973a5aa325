// Scanline filters of PNG (3rd edition, 9.2).
#pragma once

#include <cstddef>
#include <cstdint>

namespace tomo {

/// Undoes the filters in place and closes the gaps: of `rows` rows, each a byte that names its filter and `row_bytes`
/// bytes, the bytes alone lie one after another from `bytes` on afterwards.
/// `pixel_bytes`: distance to the same sample of the pixel to the left, 1 where pixels are smaller than a byte.
/// Returns -1, or the first filter type that PNG does not define.
int unfilter(uint8_t* bytes, size_t rows, size_t row_bytes, int pixel_bytes);

}  // namespace tomo
