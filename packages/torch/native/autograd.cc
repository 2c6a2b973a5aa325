// Gradients, thread-local modes, random generators, threads, devices.
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/autocast_mode.h>
#include <ATen/core/grad_mode.h>
#include <ATen/CPUGeneratorImpl.h>
#include <dlfcn.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/version.h>

#include "env.h"

namespace tomo {
namespace {

std::vector<at::Tensor> tensors_of(napi_env env, Env& state, napi_value array) {
  std::vector<at::Tensor> tensors;
  for (double handle : numbers_of(env, array)) tensors.push_back(state.table.get(handle));
  return tensors;
}

bool bool_of(napi_env env, napi_value value) {
  bool result;
  check(napi_get_value_bool(env, value, &result));
  return result;
}

const at::Tensor& tensor_of(napi_env env, Env& state, napi_value value) {
  return state.table.get(number_of(env, value));
}

napi_value handle_or_null(napi_env env, Env& state, const at::Tensor& tensor) {
  if (tensor.defined()) return js_number(env, state.table.add(tensor));
  napi_value null;
  check(napi_get_null(env, &null));
  return null;
}

/// backward(loss, gradient | null): accumulates into .grad of the leaves.
napi_value backward(napi_env env, Env& state, size_t argc, napi_value* argv) {
  const at::Tensor loss = tensor_of(env, state, argv[0]);
  std::vector<at::Tensor> gradients;
  if (argc > 1 && !is_nullish(env, argv[1])) gradients.push_back(tensor_of(env, state, argv[1]));
  torch::autograd::backward({loss}, gradients);
  return nullptr;
}

/// gradients(outputs, inputs, outputGradients | null, createGraph) -> handles or nulls, one an input.
napi_value gradients(napi_env env, Env& state, size_t, napi_value* argv) {
  std::vector<at::Tensor> given;
  if (!is_nullish(env, argv[2])) given = tensors_of(env, state, argv[2]);
  const bool create_graph = bool_of(env, argv[3]);
  const auto results = torch::autograd::grad(tensors_of(env, state, argv[0]), tensors_of(env, state, argv[1]), given,
                                             create_graph, create_graph, /*allow_unused=*/true);
  napi_value array;
  check(napi_create_array_with_length(env, results.size(), &array));
  for (size_t i = 0; i < results.size(); ++i)
    check(napi_set_element(env, array, i, handle_or_null(env, state, results[i])));
  return array;
}

napi_value get_grad(napi_env env, Env& state, size_t, napi_value* argv) {
  return handle_or_null(env, state, tensor_of(env, state, argv[0]).grad());
}

napi_value set_grad(napi_env env, Env& state, size_t, napi_value* argv) {
  at::Tensor tensor = tensor_of(env, state, argv[0]);
  tensor.mutable_grad() = is_nullish(env, argv[1]) ? at::Tensor() : tensor_of(env, state, argv[1]);
  return nullptr;
}

napi_value set_requires_grad(napi_env env, Env& state, size_t, napi_value* argv) {
  at::Tensor tensor = tensor_of(env, state, argv[0]);
  tensor.set_requires_grad(bool_of(env, argv[1]));
  return nullptr;
}

napi_value grad_mode(napi_env env, Env&, size_t argc, napi_value* argv) {
  const bool before = at::GradMode::is_enabled();
  if (argc > 0) at::GradMode::set_enabled(bool_of(env, argv[0]));
  return js_bool(env, before);
}

/// inferenceMode(on) -> former value. Same key sets as c10::InferenceMode, without its block scope.
napi_value inference_mode(napi_env env, Env&, size_t, napi_value* argv) {
  const bool on = bool_of(env, argv[0]);
  c10::AutogradState& state = c10::AutogradState::get_tls_state();
  const bool before = state.get_inference_mode();
  c10::AutogradState::set_tls_state(c10::AutogradState(!on, on, !on, state.get_multithreading_enabled()));
  auto included = c10::impl::tls_local_dispatch_key_set().included_;
  auto excluded = c10::impl::tls_local_dispatch_key_set().excluded_;
  included = on ? included.remove(c10::DispatchKey::ADInplaceOrView) : included.add(c10::DispatchKey::ADInplaceOrView);
  excluded = on ? excluded | c10::autograd_dispatch_keyset : excluded - c10::autograd_dispatch_keyset;
  c10::impl::PODLocalDispatchKeySet keys{};
  keys.set_included(included);
  keys.set_excluded(excluded);
  c10::impl::_force_tls_local_dispatch_key_set(c10::impl::LocalDispatchKeySet(keys));
  return js_bool(env, before);
}

/// autocast(device, enabled, dtype) -> former [enabled, dtype].
napi_value autocast(napi_env env, Env&, size_t, napi_value* argv) {
  const auto device = c10::Device(string_of(env, argv[0])).type();
  napi_value before;
  check(napi_create_array_with_length(env, 2, &before));
  check(napi_set_element(env, before, 0, js_bool(env, at::autocast::is_autocast_enabled(device))));
  check(napi_set_element(env, before, 1, js_number(env, double(at::autocast::get_autocast_dtype(device)))));
  at::autocast::set_autocast_enabled(device, bool_of(env, argv[1]));
  at::autocast::set_autocast_dtype(device, static_cast<at::ScalarType>(int8_t(number_of(env, argv[2]))));
  return before;
}

napi_value clear_autocast_cache(napi_env, Env&, size_t, napi_value*) {
  at::autocast::clear_cache();
  return nullptr;
}

napi_value seed(napi_env env, Env&, size_t, napi_value* argv) {
  at::manual_seed(static_cast<uint64_t>(number_of(env, argv[0])));
  return nullptr;
}

napi_value get_rng_state(napi_env env, Env& state, size_t, napi_value*) {
  auto generator = at::detail::getDefaultCPUGenerator();
  const std::lock_guard<std::mutex> lock(generator.mutex());
  return js_number(env, state.table.add(generator.get_state()));
}

napi_value set_rng_state(napi_env env, Env& state, size_t, napi_value* argv) {
  auto generator = at::detail::getDefaultCPUGenerator();
  const std::lock_guard<std::mutex> lock(generator.mutex());
  generator.set_state(tensor_of(env, state, argv[0]));
  return nullptr;
}

// At its first parallel operator a thread takes over the number that any thread set last, and does so once for
// libtorch's operators and once more for this library's, since each has a flag of its own: have both done first.
void settle_threads() {
  at::internal::lazy_init_num_threads();
  at::get_num_threads();
}

napi_value set_threads(napi_env env, Env&, size_t, napi_value* argv) {
  settle_threads();
  at::set_num_threads(static_cast<int>(number_of(env, argv[0])));
  return nullptr;
}

napi_value get_threads(napi_env env, Env&, size_t, napi_value*) {
  settle_threads();
  return js_number(env, at::get_num_threads());
}

napi_value set_deterministic(napi_env env, Env&, size_t, napi_value* argv) {
  at::globalContext().setDeterministicAlgorithms(bool_of(env, argv[0]), /*warn_only=*/false);
  at::globalContext().setDeterministicCuDNN(bool_of(env, argv[0]));
  return nullptr;
}

napi_value set_denormals_flushed(napi_env env, Env&, size_t, napi_value* argv) {
  return js_bool(env, at::globalContext().setFlushDenormal(bool_of(env, argv[0])));
}

/// loadLibrary(path) -> null, or why it could not be loaded. Nothing references libtorch_cuda, so it is opened by name.
napi_value load_library(napi_env env, Env&, size_t, napi_value* argv) {
  if (dlopen(string_of(env, argv[0]).c_str(), RTLD_NOW | RTLD_GLOBAL) != nullptr) {
    napi_value null;
    check(napi_get_null(env, &null));
    return null;
  }
  return js_string(env, dlerror());
}

napi_value cuda_device_count(napi_env env, Env&, size_t, napi_value*) {
  const bool present = at::detail::getCUDAHooks().hasCUDA();
  return js_number(env, present ? double(at::detail::getCUDAHooks().deviceCount()) : 0);
}

napi_value cuda_synchronize(napi_env, Env&, size_t, napi_value*) {
  if (at::detail::getCUDAHooks().hasCUDA()) at::detail::getCUDAHooks().deviceSynchronize(at::detail::getCUDAHooks().getCurrentDevice());
  return nullptr;
}

napi_value info(napi_env env, Env&, size_t, napi_value*) {
  napi_value object;
  check(napi_create_object(env, &object));
  check(napi_set_named_property(env, object, "version", js_string(env, TORCH_VERSION)));
  check(napi_set_named_property(env, object, "cpuCapability", js_string(env, at::get_cpu_capability())));
  check(napi_set_named_property(env, object, "config", js_string(env, at::show_config())));
  return object;
}

}  // namespace

void export_autograd(napi_env env, napi_value exports) {
  export_function(env, exports, "backward", backward);
  export_function(env, exports, "gradients", gradients);
  export_function(env, exports, "getGrad", get_grad);
  export_function(env, exports, "setGrad", set_grad);
  export_function(env, exports, "setRequiresGrad", set_requires_grad);
  export_function(env, exports, "gradMode", grad_mode);
  export_function(env, exports, "inferenceMode", inference_mode);
  export_function(env, exports, "autocast", autocast);
  export_function(env, exports, "clearAutocastCache", clear_autocast_cache);
  export_function(env, exports, "seed", seed);
  export_function(env, exports, "getRngState", get_rng_state);
  export_function(env, exports, "setRngState", set_rng_state);
  export_function(env, exports, "setThreads", set_threads);
  export_function(env, exports, "getThreads", get_threads);
  export_function(env, exports, "setDeterministic", set_deterministic);
  export_function(env, exports, "setDenormalsFlushed", set_denormals_flushed);
  export_function(env, exports, "loadLibrary", load_library);
  export_function(env, exports, "cudaDeviceCount", cuda_device_count);
  export_function(env, exports, "cudaSynchronize", cuda_synchronize);
  export_function(env, exports, "info", info);
}

}  // namespace tomo
