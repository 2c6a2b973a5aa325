#include "memory.h"

#include <iterator>

namespace tomo {

Bytes bytes_of_array(napi_env env, napi_value value) {
  bool typed = false;
  check(napi_is_typedarray(env, value, &typed));
  if (!typed) throw DoorError("TORCH_BAD_ARGUMENT", "expected a typed array");
  napi_typedarray_type type;
  size_t length, offset;
  void* data;
  napi_value buffer;
  check(napi_get_typedarray_info(env, value, &type, &length, &data, &buffer, &offset));
  static const size_t widths[] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8};
  if (size_t(type) >= std::size(widths)) throw DoorError("TORCH_BAD_ARGUMENT", "a typed array of an unknown type");
  return {static_cast<uint8_t*>(data), length * widths[type]};
}

Bytes bytes_of(napi_env env, Env& state, napi_value value) {
  napi_valuetype type;
  check(napi_typeof(env, value, &type));
  if (type != napi_number) return bytes_of_array(env, value);
  const at::Tensor& tensor = state.table.get(number_of(env, value));
  if (!tensor.device().is_cpu() || !tensor.is_contiguous())
    throw DoorError("TORCH_BAD_ARGUMENT", "only the memory of contiguous CPU tensors can be used directly");
  return {static_cast<uint8_t*>(tensor.data_ptr()), tensor.nbytes()};
}

int64_t count_of(const std::vector<int64_t>& shape) {
  int64_t count = 1;
  for (int64_t size : shape) {
    if (size < 0 || (size > 0 && count > (int64_t{1} << 53) / size))
      throw DoorError("TORCH_BAD_SHAPE", "a shape has a negative or too large size");
    count *= size;
  }
  return count;
}

}  // namespace tomo
