#include "env.h"

#include <c10/util/Exception.h>

#include <cmath>

namespace tomo {
namespace {

constexpr uint64_t kSlotBits = 24;
constexpr uint64_t kGenerationBits = 18;
constexpr uint64_t kSlotMask = (1ull << kSlotBits) - 1;
constexpr uint64_t kGenerationMask = (1ull << kGenerationBits) - 1;

}  // namespace

double HandleTable::handle_of(uint32_t slot) const {
  const uint64_t bits = (uint64_t{env_id_} << (kSlotBits + kGenerationBits)) |
                        (uint64_t{slots_[slot].generation} << kSlotBits) | slot;
  return static_cast<double>(bits);
}

uint32_t HandleTable::slot_of(double handle) const {
  if (!(handle >= double(1ull << (kSlotBits + kGenerationBits))) || handle != std::floor(handle))
    throw DoorError("TORCH_NOT_A_TENSOR", "a tensor was expected, not the number " + std::to_string(handle));
  const auto bits = static_cast<uint64_t>(handle);
  if ((bits >> (kSlotBits + kGenerationBits)) != env_id_)
    throw DoorError("TORCH_FOREIGN_TENSOR", "the tensor belongs to another thread; hand it over with share() and adopt()");
  const auto slot = static_cast<uint32_t>(bits & kSlotMask);
  const auto generation = static_cast<uint32_t>((bits >> kSlotBits) & kGenerationMask);
  if (slot >= slots_.size() || slots_[slot].generation != generation || !slots_[slot].tensor.defined())
    throw DoorError("TORCH_FREED_TENSOR", "the tensor was already freed");
  return slot;
}

double HandleTable::add(at::Tensor tensor) {
  uint32_t slot;
  if (!free_.empty()) {
    slot = free_.back();
    free_.pop_back();
  } else {
    if (slots_.size() > kSlotMask) throw DoorError("TORCH_TOO_MANY_TENSORS", "more than 16 million live tensors");
    slot = static_cast<uint32_t>(slots_.size());
    slots_.emplace_back();
  }
  slots_[slot].tensor = std::move(tensor);
  slots_[slot].depth = scopes_.size();
  const double handle = handle_of(slot);
  if (!scopes_.empty()) scopes_.back().push_back(handle);
  return handle;
}

const at::Tensor& HandleTable::get(double handle) const { return slots_[slot_of(handle)].tensor; }

bool HandleTable::alive(double handle) const {
  try {
    slot_of(handle);
    return true;
  } catch (const DoorError&) {
    return false;
  }
}

void HandleTable::dispose(double handle) {
  if (!alive(handle)) return;
  const uint32_t slot = slot_of(handle);
  slots_[slot].generation = (slots_[slot].generation + 1) & kGenerationMask;
  free_.push_back(slot);
  at::Tensor dying = std::move(slots_[slot].tensor);
  slots_[slot].tensor = at::Tensor();
}

void HandleTable::detach(double handle) { slots_[slot_of(handle)].depth = 0; }

void HandleTable::end_scope(const std::vector<double>& keep) {
  if (scopes_.empty()) throw DoorError("TORCH_NO_SCOPE", "scope end without begin");
  const size_t depth = scopes_.size();
  const std::vector<double> made = std::move(scopes_.back());
  scopes_.pop_back();
  for (double handle : keep) {
    Slot& slot = slots_[slot_of(handle)];
    if (slot.depth != depth) continue;
    slot.depth = depth - 1;
    if (!scopes_.empty()) scopes_.back().push_back(handle);
  }
  for (double handle : made)
    if (alive(handle) && slots_[slot_of(handle)].depth == depth) dispose(handle);
}

void HandleTable::clear() {
  scopes_.clear();
  slots_.clear();
  free_.clear();
}

Env& env_of(napi_env env) {
  void* data = nullptr;
  check(napi_get_instance_data(env, &data));
  return *static_cast<Env*>(data);
}

std::string first_line(const std::string& message) {
  const auto end = message.find('\n');
  return end == std::string::npos ? message : message.substr(0, end);
}

static void throw_error(napi_env env, const char* code, const std::string& message, const char* op) {
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  if (pending) return;
  napi_value error_class, error, args[3];
  napi_get_reference_value(env, env_of(env).error_class, &error_class);
  args[0] = js_string(env, code);
  args[1] = js_string(env, message);
  args[2] = js_string(env, op == nullptr ? "" : op);
  if (napi_new_instance(env, error_class, 3, args, &error) == napi_ok)
    napi_throw(env, error);
  else
    napi_throw_error(env, code, message.c_str());
}

void throw_to_js(napi_env env, const char* op) {
  try {
    throw;
  } catch (const NapiError&) {
    throw_error(env, "TORCH_BAD_ARGUMENT", "an argument has the wrong type", op);
  } catch (const DoorError& error) {
    throw_error(env, error.code, error.what(), op);
  } catch (const c10::OutOfMemoryError& error) {
    throw_error(env, "TORCH_OUT_OF_MEMORY", first_line(error.what_without_backtrace()), op);
  } catch (const c10::NotImplementedError& error) {
    throw_error(env, "TORCH_NOT_IMPLEMENTED", first_line(error.what_without_backtrace()), op);
  } catch (const c10::Error& error) {
    throw_error(env, "TORCH_OP_FAILED", first_line(error.what_without_backtrace()), op);
  } catch (const std::bad_alloc&) {
    throw_error(env, "TORCH_OUT_OF_MEMORY", "not enough memory", op);
  } catch (const std::exception& error) {
    throw_error(env, "TORCH_OP_FAILED", first_line(error.what()), op);
  }
}

static napi_value trampoline(napi_env env, napi_callback_info info) {
  constexpr size_t kMaxArgs = 32;
  size_t argc = kMaxArgs;
  napi_value argv[kMaxArgs];
  void* body = nullptr;
  if (napi_get_cb_info(env, info, &argc, argv, nullptr, &body) != napi_ok) return nullptr;
  try {
    return reinterpret_cast<Body>(body)(env, env_of(env), std::min(argc, kMaxArgs), argv);
  } catch (...) {
    throw_to_js(env, nullptr);
    return nullptr;
  }
}

void export_function(napi_env env, napi_value exports, const char* name, Body body) {
  napi_value function;
  check(napi_create_function(env, name, NAPI_AUTO_LENGTH, trampoline, reinterpret_cast<void*>(body), &function));
  check(napi_set_named_property(env, exports, name, function));
}

double number_of(napi_env env, napi_value value) {
  double number;
  check(napi_get_value_double(env, value, &number));
  return number;
}

std::string string_of(napi_env env, napi_value value) {
  size_t length = 0;
  check(napi_get_value_string_utf8(env, value, nullptr, 0, &length));
  std::string text(length, '\0');
  check(napi_get_value_string_utf8(env, value, text.data(), length + 1, &length));
  return text;
}

bool is_nullish(napi_env env, napi_value value) {
  napi_valuetype type;
  check(napi_typeof(env, value, &type));
  return type == napi_undefined || type == napi_null;
}

napi_value js_number(napi_env env, double value) {
  napi_value result;
  check(napi_create_double(env, value, &result));
  return result;
}

napi_value js_string(napi_env env, const std::string& value) {
  napi_value result;
  check(napi_create_string_utf8(env, value.c_str(), value.size(), &result));
  return result;
}

napi_value js_bool(napi_env env, bool value) {
  napi_value result;
  check(napi_get_boolean(env, value, &result));
  return result;
}

std::vector<double> numbers_of(napi_env env, napi_value array) {
  uint32_t length;
  check(napi_get_array_length(env, array, &length));
  std::vector<double> numbers(length);
  for (uint32_t i = 0; i < length; ++i) {
    napi_value element;
    check(napi_get_element(env, array, i, &element));
    numbers[i] = number_of(env, element);
  }
  return numbers;
}

std::vector<int64_t> sizes_of(napi_env env, napi_value array) {
  const auto numbers = numbers_of(env, array);
  return {numbers.begin(), numbers.end()};
}

}  // namespace tomo
