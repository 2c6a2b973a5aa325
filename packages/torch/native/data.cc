// Tensors from and to typed arrays, their metadata, their lifetimes, and the hand-over between threads.
#include <atomic>
#include <cstring>
#include <mutex>

#include "memory.h"

namespace tomo {
namespace {

at::ScalarType dtype_of(napi_env env, napi_value value) {
  return static_cast<at::ScalarType>(static_cast<int8_t>(number_of(env, value)));
}

void expect_bytes(const Bytes& bytes, const std::vector<int64_t>& shape, at::ScalarType dtype) {
  const auto expected = static_cast<size_t>(count_of(shape)) * at::elementSize(dtype);
  if (bytes.size != expected)
    throw DoorError("TORCH_BAD_SHAPE", "the array holds " + std::to_string(bytes.size) + " bytes, the shape needs " +
                                           std::to_string(expected));
}

/// fromTyped(typedArray, shape, dtype) -> handle of a tensor that owns a copy.
napi_value from_typed(napi_env env, Env& state, size_t, napi_value* argv) {
  const Bytes bytes = bytes_of_array(env, argv[0]);
  const auto shape = sizes_of(env, argv[1]);
  const auto dtype = dtype_of(env, argv[2]);
  expect_bytes(bytes, shape, dtype);
  at::Tensor tensor = at::empty(shape, at::TensorOptions(dtype));
  if (bytes.size > 0) std::memcpy(tensor.data_ptr(), bytes.data, bytes.size);
  return js_number(env, state.table.add(std::move(tensor)));
}

/// Runs on the JavaScript thread that made the references.
void release_borrowed(napi_env env, Borrowed& borrowed) {
  const std::lock_guard<std::mutex> lock(borrowed.mutex);
  for (napi_ref ref : borrowed.released) napi_delete_reference(env, ref);
  borrowed.released.clear();
}

/// borrowTyped(typedArray, shape, dtype) -> handle of a tensor over the array's own memory, which it keeps alive.
napi_value borrow_typed(napi_env env, Env& state, size_t, napi_value* argv) {
  const Bytes bytes = bytes_of_array(env, argv[0]);
  const auto shape = sizes_of(env, argv[1]);
  const auto dtype = dtype_of(env, argv[2]);
  expect_bytes(bytes, shape, dtype);
  release_borrowed(env, *state.borrowed);
  napi_ref ref;
  check(napi_create_reference(env, argv[0], 1, &ref));
  at::Tensor tensor = at::from_blob(
      bytes.data, shape,
      [borrowed = state.borrowed, ref](void*) {
        const std::lock_guard<std::mutex> lock(borrowed->mutex);
        borrowed->released.push_back(ref);
      },
      at::TensorOptions(dtype));
  return js_number(env, state.table.add(std::move(tensor)));
}

napi_typedarray_type array_type(at::ScalarType dtype) {
  switch (dtype) {
    case at::kFloat: return napi_float32_array;
    case at::kDouble: return napi_float64_array;
    case at::kChar: return napi_int8_array;
    case at::kShort: return napi_int16_array;
    case at::kInt: return napi_int32_array;
    case at::kLong: return napi_bigint64_array;
    case at::kByte: case at::kBool: return napi_uint8_array;
    case at::kHalf: case at::kBFloat16: case at::kUInt16: return napi_uint16_array;
    case at::kUInt32: return napi_uint32_array;
    default: throw DoorError("TORCH_NOT_IMPLEMENTED", std::string("no typed array holds ") + at::toString(dtype));
  }
}

napi_value typed_over(napi_env env, napi_value buffer, const at::Tensor& tensor) {
  napi_value array;
  check(napi_create_typedarray(env, array_type(tensor.scalar_type()), tensor.numel(), buffer, 0, &array));
  return array;
}

/// toTyped(handle) -> typed array with a copy of the values in C order.
napi_value to_typed(napi_env env, Env& state, size_t, napi_value* argv) {
  const at::Tensor tensor = state.table.get(number_of(env, argv[0])).detach().cpu().contiguous();
  array_type(tensor.scalar_type());
  void* data;
  napi_value buffer;
  check(napi_create_arraybuffer(env, tensor.nbytes(), &data, &buffer));
  if (tensor.nbytes() > 0) std::memcpy(data, tensor.data_ptr(), tensor.nbytes());
  return typed_over(env, buffer, tensor);
}

/// viewTyped(handle) -> typed array over the tensor's own memory; it keeps that memory alive. CPU, contiguous.
napi_value view_typed(napi_env env, Env& state, size_t, napi_value* argv) {
  const at::Tensor& tensor = state.table.get(number_of(env, argv[0]));
  if (!tensor.device().is_cpu() || !tensor.is_contiguous())
    throw DoorError("TORCH_BAD_ARGUMENT", "only contiguous CPU tensors can be viewed as typed arrays");
  array_type(tensor.scalar_type());
  napi_value buffer;
  if (tensor.nbytes() == 0) return to_typed(env, state, 1, argv);
  auto* owner = new at::Tensor(tensor.detach());
  const napi_status status = napi_create_external_arraybuffer(
      env, owner->data_ptr(), owner->nbytes(), [](napi_env, void*, void* hint) { delete static_cast<at::Tensor*>(hint); },
      owner, &buffer);
  if (status != napi_ok) {
    delete owner;
    throw NapiError{};
  }
  return typed_over(env, buffer, tensor);
}

/// meta(handle) -> [dtype, device, requiresGrad, isLeaf, contiguous, rank, ...shape, ...strides]
napi_value meta(napi_env env, Env& state, size_t, napi_value* argv) {
  const at::Tensor& tensor = state.table.get(number_of(env, argv[0]));
  const auto rank = static_cast<size_t>(tensor.dim());
  napi_value array;
  check(napi_create_array_with_length(env, 6 + 2 * rank, &array));
  uint32_t at = 0;
  const auto push = [&](napi_value value) { check(napi_set_element(env, array, at++, value)); };
  push(js_number(env, static_cast<double>(tensor.scalar_type())));
  push(js_string(env, tensor.device().str()));
  push(js_bool(env, tensor.requires_grad()));
  push(js_bool(env, tensor.is_leaf()));
  push(js_bool(env, tensor.is_contiguous()));
  push(js_number(env, static_cast<double>(rank)));
  for (int64_t size : tensor.sizes()) push(js_number(env, static_cast<double>(size)));
  for (int64_t stride : tensor.strides()) push(js_number(env, static_cast<double>(stride)));
  return array;
}

napi_value item(napi_env env, Env& state, size_t, napi_value* argv) {
  const at::Tensor& tensor = state.table.get(number_of(env, argv[0]));
  if (tensor.numel() != 1) throw DoorError("TORCH_BAD_SHAPE", "item() needs a tensor with one value");
  return js_number(env, tensor.item().toDouble());
}

napi_value dispose(napi_env env, Env& state, size_t argc, napi_value* argv) {
  for (size_t i = 0; i < argc; ++i) state.table.dispose(number_of(env, argv[i]));
  return nullptr;
}

napi_value alive(napi_env env, Env& state, size_t, napi_value* argv) {
  return js_bool(env, state.table.alive(number_of(env, argv[0])));
}

napi_value scope_begin(napi_env, Env& state, size_t, napi_value*) {
  state.table.begin_scope();
  return nullptr;
}

napi_value scope_end(napi_env env, Env& state, size_t, napi_value* argv) {
  state.table.end_scope(numbers_of(env, argv[0]));
  return nullptr;
}

napi_value detach_from_scopes(napi_env env, Env& state, size_t, napi_value* argv) {
  state.table.detach(number_of(env, argv[0]));
  return nullptr;
}

napi_value live_tensors(napi_env env, Env& state, size_t, napi_value*) {
  return js_number(env, static_cast<double>(state.table.live()));
}

// Tensors on their way from one thread to another, by token.
std::mutex shared_mutex;
std::unordered_map<uint64_t, at::Tensor> shared_tensors;
uint64_t next_token = 1;

napi_value share(napi_env env, Env& state, size_t, napi_value* argv) {
  const at::Tensor tensor = state.table.get(number_of(env, argv[0]));
  const std::lock_guard<std::mutex> lock(shared_mutex);
  shared_tensors.emplace(next_token, tensor);
  return js_number(env, static_cast<double>(next_token++));
}

napi_value adopt(napi_env env, Env& state, size_t argc, napi_value* argv) {
  const auto token = static_cast<uint64_t>(number_of(env, argv[0]));
  bool keep = false;
  if (argc > 1) check(napi_get_value_bool(env, argv[1], &keep));
  at::Tensor tensor;
  {
    const std::lock_guard<std::mutex> lock(shared_mutex);
    const auto found = shared_tensors.find(token);
    if (found == shared_tensors.end())
      throw DoorError("TORCH_UNKNOWN_TOKEN", "no shared tensor has this token: it was adopted or released before");
    tensor = found->second;
    if (!keep) shared_tensors.erase(found);
  }
  return js_number(env, state.table.add(std::move(tensor)));
}

napi_value release(napi_env env, Env&, size_t, napi_value* argv) {
  at::Tensor dying;
  const std::lock_guard<std::mutex> lock(shared_mutex);
  const auto found = shared_tensors.find(static_cast<uint64_t>(number_of(env, argv[0])));
  if (found == shared_tensors.end()) return js_bool(env, false);
  dying = std::move(found->second);
  shared_tensors.erase(found);
  return js_bool(env, true);
}

napi_value shared_count(napi_env env, Env&, size_t, napi_value*) {
  const std::lock_guard<std::mutex> lock(shared_mutex);
  return js_number(env, static_cast<double>(shared_tensors.size()));
}

}  // namespace

void export_data(napi_env env, napi_value exports) {
  export_function(env, exports, "fromTyped", from_typed);
  export_function(env, exports, "borrowTyped", borrow_typed);
  export_function(env, exports, "toTyped", to_typed);
  export_function(env, exports, "viewTyped", view_typed);
  export_function(env, exports, "meta", meta);
  export_function(env, exports, "item", item);
  export_function(env, exports, "dispose", dispose);
  export_function(env, exports, "alive", alive);
  export_function(env, exports, "scopeBegin", scope_begin);
  export_function(env, exports, "scopeEnd", scope_end);
  export_function(env, exports, "detachFromScopes", detach_from_scopes);
  export_function(env, exports, "liveTensors", live_tensors);
  export_function(env, exports, "share", share);
  export_function(env, exports, "adopt", adopt);
  export_function(env, exports, "release", release);
  export_function(env, exports, "sharedCount", shared_count);
}

}  // namespace tomo
