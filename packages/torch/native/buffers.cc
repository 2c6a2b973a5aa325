// Bytes of files into tensors: what lies between a disk and the first operator.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <memory>

#include "memory.h"
#include "reorder.h"
#include "third_party/libdeflate/libdeflate.h"
#include "unfilter.h"

namespace tomo {
namespace {

/// readFile(descriptor, position, memory) -> bytes read, fewer than the memory holds at the file's end; or -errno.
napi_value read_file(napi_env env, Env& state, size_t, napi_value* argv) {
  const auto descriptor = static_cast<int>(number_of(env, argv[0]));
  const auto position = static_cast<off_t>(number_of(env, argv[1]));
  const Bytes memory = bytes_of(env, state, argv[2]);
  size_t done = 0;
  while (done < memory.size) {
    // one call takes at most 2^31 - 4096 bytes
    const size_t piece = std::min<size_t>(memory.size - done, size_t{1} << 30);
    const ssize_t count = pread(descriptor, memory.data + done, piece, position + static_cast<off_t>(done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return js_number(env, -errno);
    if (count == 0) break;
    done += static_cast<size_t>(count);
  }
  return js_number(env, static_cast<double>(done));
}

// What inflate answers instead of a number of bytes.
constexpr double kDamaged = -1;
constexpr double kTooLong = -2;

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* decompressor) const { libdeflate_free_decompressor(decompressor); }
};

libdeflate_decompressor* decompressor() {
  thread_local const std::unique_ptr<libdeflate_decompressor, FreeDecompressor> own(libdeflate_alloc_decompressor());
  if (own == nullptr) throw DoorError("TORCH_OUT_OF_MEMORY", "not enough memory to inflate");
  return own.get();
}

/// inflate(packed, output, "gzip" | "zlib") -> bytes written, -1 for damaged or cut data, -2 for more than fits.
/// At -2 all but the last 65,535 bytes of the output are right: no stored block or match is longer, and what comes
/// before the one that did not fit is written. Of gzip all members are read; zeros after the last one are padding.
napi_value inflate(napi_env env, Env& state, size_t, napi_value* argv) {
  const Bytes packed = bytes_of(env, state, argv[0]);
  const Bytes output = bytes_of(env, state, argv[1]);
  const bool gzip = string_of(env, argv[2]) == "gzip";
  const auto member = gzip ? libdeflate_gzip_decompress_ex : libdeflate_zlib_decompress_ex;
  size_t read = 0;
  size_t written = 0;
  do {
    size_t in = 0;
    size_t out = 0;
    const auto result = member(decompressor(), packed.data + read, packed.size - read, output.data + written,
                               output.size - written, &in, &out);
    if (result == LIBDEFLATE_INSUFFICIENT_SPACE) return js_number(env, kTooLong);
    if (result != LIBDEFLATE_SUCCESS) return js_number(env, kDamaged);
    read += in;
    written += out;
  } while (gzip && read < packed.size && packed.data[read] != 0);
  return js_number(env, static_cast<double>(written));
}

/// floatsFrom(memory, offset, dtype, swapped, slope, inter, shape, firstFastest) -> float32 tensor of `shape` in C order.
napi_value floats_from(napi_env env, Env& state, size_t, napi_value* argv) {
  const Bytes memory = bytes_of(env, state, argv[0]);
  const double offset = number_of(env, argv[1]);
  Numbers from;
  from.dtype = static_cast<at::ScalarType>(static_cast<int8_t>(number_of(env, argv[2])));
  check(napi_get_value_bool(env, argv[3], &from.swapped));
  from.slope = number_of(env, argv[4]);
  from.inter = number_of(env, argv[5]);
  const std::vector<int64_t> shape = sizes_of(env, argv[6]);
  bool first_fastest = false;
  check(napi_get_value_bool(env, argv[7], &first_fastest));
  const double needed = static_cast<double>(count_of(shape)) * at::elementSize(from.dtype);
  if (!(offset >= 0) || offset + needed > static_cast<double>(memory.size))
    throw DoorError("TORCH_BAD_SHAPE", "the memory holds fewer bytes than the shape needs");
  from.data = memory.data + static_cast<size_t>(offset);
  at::Tensor result = at::empty(shape, at::kFloat);
  to_floats(from, shape, first_fastest, result.data_ptr<float>());
  return js_number(env, state.table.add(std::move(result)));
}

/// unfilterPng(memory, offset, rows, rowBytes, pixelBytes) -> null, or the first filter type that PNG does not define.
napi_value unfilter_png(napi_env env, Env& state, size_t, napi_value* argv) {
  const Bytes memory = bytes_of(env, state, argv[0]);
  const double offset = number_of(env, argv[1]);
  const double rows = number_of(env, argv[2]);
  const double row_bytes = number_of(env, argv[3]);
  const double pixel_bytes = number_of(env, argv[4]);
  if (!(offset >= 0 && rows >= 0 && row_bytes >= 1) ||
      offset + rows * (row_bytes + 1) > static_cast<double>(memory.size))
    throw DoorError("TORCH_BAD_SHAPE", "the memory holds fewer bytes than the rows need");
  if (!(pixel_bytes >= 1 && pixel_bytes <= 8) || std::fmod(row_bytes, pixel_bytes) != 0)
    throw DoorError("TORCH_BAD_SHAPE", "a row is not a number of whole pixels");
  const int unknown = unfilter(memory.data + static_cast<size_t>(offset), static_cast<size_t>(rows),
                               static_cast<size_t>(row_bytes), static_cast<int>(pixel_bytes));
  if (unknown >= 0) return js_number(env, unknown);
  napi_value null;
  check(napi_get_null(env, &null));
  return null;
}

}  // namespace

void export_buffers(napi_env env, napi_value exports) {
  export_function(env, exports, "readFile", read_file);
  export_function(env, exports, "inflate", inflate);
  export_function(env, exports, "floatsFrom", floats_from);
  export_function(env, exports, "unfilterPng", unfilter_png);
}

}  // namespace tomo
