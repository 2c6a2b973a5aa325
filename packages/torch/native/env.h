// State of one JavaScript thread (main or worker) and the glue between Node-API and C++.
#pragma once

#include <ATen/ATen.h>
#include <node_api.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

namespace tomo {

/// An error with one of the TORCH_ codes of src/errors.ts.
struct DoorError : std::runtime_error {
  const char* code;
  DoorError(const char* code, const std::string& message) : std::runtime_error(message), code(code) {}
};

/// A Node-API call failed; a JavaScript exception may be pending.
struct NapiError {};

inline void check(napi_status status) {
  if (status != napi_ok) throw NapiError{};
}

struct Op;

/// A handle is a number: env id (10 bits), generation (18), slot (24). It is at least 2^42, so that a stray
/// small number is never taken for a tensor; stale handles and handles of other threads are refused.
class HandleTable {
 public:
  explicit HandleTable(uint32_t env_id) : env_id_(env_id) {}

  double add(at::Tensor tensor);
  const at::Tensor& get(double handle) const;
  bool alive(double handle) const;
  void dispose(double handle);

  void begin_scope() { scopes_.emplace_back(); }
  /// Frees all that belongs to the innermost scope but `keep`, which moves to the scope around it. Kept tensors that
  /// belong to an outer scope or to none stay where they are.
  void end_scope(const std::vector<double>& keep);
  /// Takes a handle out of all scopes: it lives until it is disposed.
  void detach(double handle);

  size_t live() const { return slots_.size() - free_.size(); }
  size_t depth() const { return scopes_.size(); }
  void clear();

 private:
  struct Slot {
    at::Tensor tensor;
    uint32_t generation = 0;
    size_t depth = 0;  // of the scope that frees it; 0 = none, it lives until disposed
  };
  uint32_t slot_of(double handle) const;
  double handle_of(uint32_t slot) const;

  uint32_t env_id_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> free_;
  std::vector<std::vector<double>> scopes_;
};

/// References of borrowed typed arrays whose tensors died, possibly on another thread or after this one ended.
struct Borrowed {
  std::mutex mutex;
  std::vector<napi_ref> released;
};

/// One per JavaScript thread.
struct Env {
  explicit Env(uint32_t id) : table(id) {}
  HandleTable table;
  std::vector<Op*> ops;
  napi_ref error_class = nullptr;
  std::shared_ptr<Borrowed> borrowed = std::make_shared<Borrowed>();
};

Env& env_of(napi_env env);

/// Message of a C++ error without its stack.
std::string first_line(const std::string& message);

/// Turns the C++ exception in flight into a pending JavaScript TorchError.
void throw_to_js(napi_env env, const char* op);

using Body = napi_value (*)(napi_env env, Env& state, size_t argc, napi_value* argv);

/// Registers a function whose C++ exceptions become JavaScript errors.
void export_function(napi_env env, napi_value exports, const char* name, Body body);

double number_of(napi_env env, napi_value value);
std::string string_of(napi_env env, napi_value value);
bool is_nullish(napi_env env, napi_value value);
napi_value js_number(napi_env env, double value);
napi_value js_string(napi_env env, const std::string& value);
napi_value js_bool(napi_env env, bool value);
std::vector<double> numbers_of(napi_env env, napi_value array);
std::vector<int64_t> sizes_of(napi_env env, napi_value array);

void export_door(napi_env env, napi_value exports);
void export_data(napi_env env, napi_value exports);
void export_buffers(napi_env env, napi_value exports);
void export_autograd(napi_env env, napi_value exports);
void export_allocator(napi_env env, napi_value exports);
void export_operator_times(napi_env env, napi_value exports);

}  // namespace tomo
